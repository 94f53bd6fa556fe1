package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * {@code struct rtmsg} of {@code linux/rtnetlink.h}.
 *
 * @param family {@code AF_*}
 * @param destinationLength prefix length of {@code RTA_DST}
 * @param sourceLength prefix length of {@code RTA_SRC}, 0 for ordinary routes
 * @param tos type of service, 0 for ordinary routes
 * @param table {@code RT_TABLE_*}; {@code RTA_TABLE} has the rest of numbers above 255
 * @param protocol {@code RTPROT_*}
 * @param scope {@code RT_SCOPE_*}
 * @param type {@code RTN_*}
 * @param flags {@code RTM_F_*}
 */
record RtMsg(
        int family,
        int destinationLength,
        int sourceLength,
        int tos,
        int table,
        int protocol,
        int scope,
        int type,
        int flags) {

    /** Eight u8 in the order above, u32 flags. */
    static final int SIZE = 12;

    static RtMsg read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "rtmsg");
        return new RtMsg(
                in.get() & 0xff,
                in.get() & 0xff,
                in.get() & 0xff,
                in.get() & 0xff,
                in.get() & 0xff,
                in.get() & 0xff,
                in.get() & 0xff,
                in.get() & 0xff,
                in.getInt());
    }

    void write(ByteBuffer out) {
        out.put((byte) family)
                .put((byte) destinationLength)
                .put((byte) sourceLength)
                .put((byte) tos)
                .put((byte) table)
                .put((byte) protocol)
                .put((byte) scope)
                .put((byte) type)
                .putInt(flags);
    }
}

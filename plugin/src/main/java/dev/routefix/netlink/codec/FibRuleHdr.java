package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * {@code struct fib_rule_hdr} of {@code linux/fib_rules.h}.
 *
 * @param family {@code AF_*}
 * @param destinationLength prefix length of {@code FRA_DST}
 * @param sourceLength prefix length of {@code FRA_SRC}
 * @param table as in {@link RtMsg}
 * @param action {@code FR_ACT_*}
 * @param flags {@code FIB_RULE_*}
 */
record FibRuleHdr(int family, int destinationLength, int sourceLength, int tos, int table, int action, int flags) {

    /** u8 family, lengths, tos and table, two bytes of padding, u8 action, u32 flags. */
    static final int SIZE = 12;

    static FibRuleHdr read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "fib_rule_hdr");
        int family = in.get() & 0xff;
        int destinationLength = in.get() & 0xff;
        int sourceLength = in.get() & 0xff;
        int tos = in.get() & 0xff;
        int table = in.get() & 0xff;
        in.getShort();
        return new FibRuleHdr(family, destinationLength, sourceLength, tos, table, in.get() & 0xff, in.getInt());
    }

    void write(ByteBuffer out) {
        out.put((byte) family)
                .put((byte) destinationLength)
                .put((byte) sourceLength)
                .put((byte) tos)
                .put((byte) table)
                .putShort((short) 0)
                .put((byte) action)
                .putInt(flags);
    }
}

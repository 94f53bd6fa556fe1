package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * {@code struct ifaddrmsg} of {@code linux/if_addr.h}; its flags are 0 in requests and of no interest in answers.
 *
 * @param family {@code AF_*}
 * @param scope {@code RT_SCOPE_*}
 * @param index of the interface
 */
record IfAddrMsg(int family, int prefixLength, int scope, int index) {

    /** u8 family, u8 prefix length, u8 flags, u8 scope, u32 index. */
    static final int SIZE = 8;

    static IfAddrMsg read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "ifaddrmsg");
        int family = in.get() & 0xff;
        int prefixLength = in.get() & 0xff;
        in.get();
        return new IfAddrMsg(family, prefixLength, in.get() & 0xff, in.getInt());
    }

    void write(ByteBuffer out) {
        out.put((byte) family)
                .put((byte) prefixLength)
                .put((byte) 0)
                .put((byte) scope)
                .putInt(index);
    }
}

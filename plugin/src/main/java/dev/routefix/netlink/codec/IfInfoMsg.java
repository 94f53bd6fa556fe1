package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * {@code struct ifinfomsg} of {@code linux/rtnetlink.h}; the family is always {@code AF_UNSPEC} here and the device type the kernel's business.
 *
 * @param index of the interface, 0 where another attribute names it
 * @param flags {@code IFF_*} of {@code linux/if.h}
 * @param change the flags a request sets, the others stay
 */
record IfInfoMsg(int index, int flags, int change) {

    /** u8 family, u8 padding, u16 type, s32 index, u32 flags, u32 change. */
    static final int SIZE = 16;

    static IfInfoMsg read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "ifinfomsg");
        in.getInt();
        return new IfInfoMsg(in.getInt(), in.getInt(), in.getInt());
    }

    void write(ByteBuffer out) {
        out.putInt(0).putInt(index).putInt(flags).putInt(change);
    }
}

package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * {@code struct ndmsg} of {@code linux/neighbour.h}.
 *
 * @param family {@code AF_*}
 * @param index of the interface
 * @param state {@code NUD_*}
 * @param flags {@code NTF_*}
 * @param type {@code RTN_*}, 0 in requests
 */
record NdMsg(int family, int index, int state, int flags, int type) {

    /** u8 family, three bytes of padding, s32 index, u16 state, u8 flags, u8 type. */
    static final int SIZE = 12;

    static NdMsg read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "ndmsg");
        int family = in.get() & 0xff;
        in.get();
        in.getShort();
        return new NdMsg(family, in.getInt(), in.getShort() & 0xffff, in.get() & 0xff, in.get() & 0xff);
    }

    void write(ByteBuffer out) {
        out.put((byte) family)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(index)
                .putShort((short) state)
                .put((byte) flags)
                .put((byte) type);
    }
}

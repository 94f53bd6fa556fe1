package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * {@code struct nfgenmsg} of {@code linux/netfilter/nfnetlink.h}; its resource number is 0 in requests and of no interest in answers.
 *
 * @param family {@code AF_*}
 */
record NfGenMsg(int family) {

    /** u8 family, u8 version, be16 resource. */
    static final int SIZE = 4;

    /** {@code NFNETLINK_V0} */
    private static final int VERSION = 0;

    static NfGenMsg read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "nfgenmsg");
        int family = in.get() & 0xff;
        in.get();
        in.getShort();
        return new NfGenMsg(family);
    }

    void write(ByteBuffer out) {
        out.put((byte) family).put((byte) VERSION).putShort((short) 0);
    }
}

package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct nfgenmsg} of {@code linux/netfilter/nfnetlink.h}.
 *
 * @param family {@code AF_*} or {@code NFPROTO_*}
 * @param resource the subsystem that a transaction is for, else 0; of no interest in answers
 */
record NfGenMsg(int family, int resource) {

    /** u8 family, u8 version, be16 resource. */
    static final int SIZE = 4;

    /** {@code NFNETLINK_V0} */
    private static final int VERSION = 0;

    /** That of a request that is no transaction. */
    NfGenMsg(int family) {
        this(family, 0);
    }

    static NfGenMsg read(ByteBuffer in) {
        NlMsg.require(in, SIZE, "nfgenmsg");
        int family = in.get() & 0xff;
        in.get();
        in.getShort();
        return new NfGenMsg(family);
    }

    void write(ByteBuffer out) {
        boolean swapped = out.order() != ByteOrder.BIG_ENDIAN;
        out.put((byte) family)
                .put((byte) VERSION)
                .putShort(swapped ? Short.reverseBytes((short) resource) : (short) resource);
    }
}

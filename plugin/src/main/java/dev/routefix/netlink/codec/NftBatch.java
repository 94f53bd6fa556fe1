package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;

/**
 * Messages to nftables that the kernel takes together or not at all: what stands between {@code NFNL_MSG_BATCH_BEGIN} and {@code NFNL_MSG_BATCH_END} of
 * {@code linux/netfilter/nfnetlink.h}. The last one asks to be answered in any case.
 */
final class NftBatch {

    private static final int BEGIN = 0x10;
    private static final int END = 0x11;

    /** Of a message's header. */
    private static final int FLAGS_AT = 6;

    private final ByteBuffer out;
    private int start;

    NftBatch(ByteBuffer out) {
        this.out = out;
        writeEdge(BEGIN);
    }

    ByteBuffer out() {
        return out;
    }

    /** Starts a message; its attributes and {@link #end} must follow. */
    ByteBuffer begin(int type, int flags, int family) {
        start = out.position();
        NlMsg.begin(out, type, flags, 0);
        new NfGenMsg(family).write(out);
        return out;
    }

    void end() {
        NlMsg.end(out, start);
    }

    /** Ends the transaction. */
    void close() {
        out.putShort(start + FLAGS_AT, (short) (out.getShort(start + FLAGS_AT) | NlMsg.NLM_F_ACK));
        writeEdge(END);
    }

    private void writeEdge(int type) {
        int edge = out.position();
        NlMsg.begin(out, type, 0, 0);
        new NfGenMsg(0, RulesetMessage.NFTABLES).write(out);
        NlMsg.end(out, edge);
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import java.nio.ByteBuffer;

/** Questions to nftables: {@code NFT_MSG_GETGEN} and {@code NFT_MSG_GETCHAIN} of {@code linux/netfilter/nf_tables.h}. */
public final class RulesetMessage {

    /** {@code NFNL_SUBSYS_NFTABLES}, the upper byte of a message's type. */
    private static final int SUBSYSTEM = 10 << 8;

    private static final int NFT_MSG_GETCHAIN = SUBSYSTEM | 4;
    private static final int NFT_MSG_GETGEN = SUBSYSTEM | 16;

    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_GEN_ID = 1;

    private static final int AF_UNSPEC = 0;

    private RulesetMessage() {}

    /** Asks for the generation of the rules. */
    public static void writeGeneration(ByteBuffer out) {
        int start = out.position();
        NlMsg.begin(out, NFT_MSG_GETGEN, 0, 0);
        new NfGenMsg(AF_UNSPEC).write(out);
        NlMsg.end(out, start);
    }

    /** Asks for one chain; there is none if the answer is {@code ENOENT}. */
    public static void writeChain(ByteBuffer out, Family family, String table, String chain) {
        int start = out.position();
        NlMsg.begin(out, NFT_MSG_GETCHAIN, 0, 0);
        new NfGenMsg(family.number).write(out);
        NlAttr.put(out, NFTA_CHAIN_TABLE, table);
        NlAttr.put(out, NFTA_CHAIN_NAME, chain);
        NlMsg.end(out, start);
    }

    /** Reads the body of an {@code NFT_MSG_NEWGEN}. */
    public static int readGeneration(ByteBuffer body) {
        NfGenMsg.read(body);
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            if (attrs.type() == NFTA_GEN_ID) {
                return attrs.networkNumber();
            }
        }
        throw Malformed.message("a generation without a number");
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Verdict;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Generation, tables and chains of nftables: {@code NFT_MSG_GETGEN}, {@code NFT_MSG_GETTABLE}, {@code NFT_MSG_GETCHAIN} of {@code linux/netfilter/nf_tables.h}. */
public final class RulesetMessage {

    /** {@code NFNL_SUBSYS_NFTABLES}, also the upper byte of a message's type. */
    static final int NFTABLES = 10;

    static final int SUBSYSTEM = NFTABLES << 8;

    private static final int NFT_MSG_GETTABLE = SUBSYSTEM | 1;
    private static final int NFT_MSG_GETCHAIN = SUBSYSTEM | 4;
    private static final int NFT_MSG_GETGEN = SUBSYSTEM | 16;

    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_HANDLE = 4;
    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;
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

    /** Asks for all tables of all families. */
    public static void writeTables(ByteBuffer out) {
        writeDump(out, NFT_MSG_GETTABLE);
    }

    /** Asks for all chains of all families. */
    public static void writeChains(ByteBuffer out) {
        writeDump(out, NFT_MSG_GETCHAIN);
    }

    private static void writeDump(ByteBuffer out, int type) {
        int start = out.position();
        NlMsg.begin(out, type, NlMsg.NLM_F_DUMP, 0);
        new NfGenMsg(AF_UNSPEC).write(out);
        NlMsg.end(out, start);
    }

    /** Reads the body of an {@code NFT_MSG_NEWTABLE} into the numbers of tables, for {@link #readBaseChain}. */
    public static void readTable(ByteBuffer body, Map<String, Long> numbers) {
        int family = NfGenMsg.read(body).family();
        String name = "";
        long number = 0;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case NFTA_TABLE_NAME -> name = attrs.text();
                case NFTA_TABLE_HANDLE -> number = attrs.networkLong();
                default -> {} // flags, use
            }
        }
        numbers.put(family + " " + name, number);
    }

    /**
     * Reads the body of an {@code NFT_MSG_NEWCHAIN}; null for a chain that is only jumped to.
     *
     * @param tables what {@link #readTable} read
     */
    public static @Nullable BaseChain readBaseChain(ByteBuffer body, Map<String, Long> tables) {
        int family = NfGenMsg.read(body).family();
        String table = "";
        String name = "";
        String type = "";
        int hook = -1;
        int priority = 0;
        boolean drops = false;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case NFTA_CHAIN_TABLE -> table = attrs.text();
                case NFTA_CHAIN_NAME -> name = attrs.text();
                case NFTA_CHAIN_TYPE -> type = attrs.text();
                case NFTA_CHAIN_POLICY -> drops = attrs.networkNumber() == Verdict.DROP;
                case NFTA_CHAIN_HOOK -> {
                    var where = attrs.nested();
                    while (where.next()) {
                        switch (where.type()) {
                            case NFTA_HOOK_HOOKNUM -> hook = where.networkNumber();
                            case NFTA_HOOK_PRIORITY -> priority = where.networkNumber();
                            default -> {} // the device of a netdev chain
                        }
                    }
                }
                default -> {} // handle, counters
            }
        }
        long number = tables.getOrDefault(family + " " + table, 0L);
        return hook < 0 ? null : new BaseChain(family, table, name, type, hook, priority, drops, number);
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

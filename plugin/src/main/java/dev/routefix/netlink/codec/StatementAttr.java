package dev.routefix.netlink.codec;

import dev.routefix.netlink.nftables.NatTable;
import dev.routefix.netlink.nftables.Statement;
import dev.routefix.netlink.nftables.Statement.Dnat;
import dev.routefix.netlink.nftables.Statement.Drop;
import dev.routefix.netlink.nftables.Statement.Equal;
import dev.routefix.netlink.nftables.Statement.InSet;
import dev.routefix.netlink.nftables.Statement.LoadDestinationType;
import dev.routefix.netlink.nftables.Statement.LoadMeta;
import dev.routefix.netlink.nftables.Statement.LoadPayload;
import dev.routefix.netlink.nftables.Statement.Masquerade;
import dev.routefix.netlink.nftables.Statement.Translate;
import dev.routefix.netlink.nftables.Verdict;
import java.nio.ByteBuffer;

/** Steps of rules as attributes: {@code NFTA_LIST_ELEM} with an {@code NFTA_EXPR_*}, of {@code linux/netfilter/nf_tables.h}. */
final class StatementAttr {

    /** {@code NLA_F_NESTED} */
    static final int NESTED = 0x8000;

    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFTA_DATA_VERDICT = 2;
    private static final int NFTA_VERDICT_CODE = 1;

    private static final int NFT_FIB_RESULT_ADDRTYPE = 3;
    private static final int NFTA_FIB_F_DADDR = 2;
    private static final int NFT_CMP_EQ = 0;
    private static final int NFT_NAT_DNAT = 1;

    private final ByteBuffer out;
    private final NatTable table;

    StatementAttr(ByteBuffer out, NatTable table) {
        this.out = out;
        this.table = table;
    }

    void write(Statement statement) {
        // no switch: see dev.routefix.netlink
        if (statement instanceof LoadPayload(int base, int offset, int length, int register)) {
            numbers("payload", 1, register, 2, base, 3, offset, 4, length);
        } else if (statement instanceof LoadMeta(int key, int register)) {
            numbers("meta", 2, key, 1, register);
        } else if (statement instanceof LoadDestinationType(int register)) {
            numbers("fib", 3, NFTA_FIB_F_DADDR, 2, NFT_FIB_RESULT_ADDRTYPE, 1, register);
        } else if (statement instanceof Equal equal) {
            writeComparison(equal);
        } else if (statement instanceof InSet(int register, var set)) {
            writeLookup(register, 0, set);
        } else if (statement instanceof Translate(int register, var map)) {
            writeLookup(register, register, map);
        } else if (statement instanceof Dnat(int address, int port)) {
            numbers("nat", 1, NFT_NAT_DNAT, 2, table.family(), 3, address, 5, port);
        } else if (statement instanceof Masquerade) {
            int element = NlAttr.begin(out, NFTA_LIST_ELEM | NESTED);
            NlAttr.put(out, NFTA_EXPR_NAME, "masq");
            NlAttr.end(out, NlAttr.begin(out, NFTA_EXPR_DATA | NESTED));
            NlAttr.end(out, element);
        } else if (statement instanceof Drop) {
            writeVerdict(Verdict.DROP);
        }
    }

    /** A step whose attributes are all numbers. */
    private void numbers(String name, int... typesAndValues) {
        int element = NlAttr.begin(out, NFTA_LIST_ELEM | NESTED);
        NlAttr.put(out, NFTA_EXPR_NAME, name);
        int data = NlAttr.begin(out, NFTA_EXPR_DATA | NESTED);
        for (int at = 0; at < typesAndValues.length; at += 2) {
            NlAttr.putNetwork(out, typesAndValues[at], typesAndValues[at + 1]);
        }
        NlAttr.end(out, data);
        NlAttr.end(out, element);
    }

    /** {@code NFTA_CMP_SREG}, {@code NFTA_CMP_OP}, {@code NFTA_CMP_DATA}. */
    private void writeComparison(Equal equal) {
        int element = NlAttr.begin(out, NFTA_LIST_ELEM | NESTED);
        NlAttr.put(out, NFTA_EXPR_NAME, "cmp");
        int data = NlAttr.begin(out, NFTA_EXPR_DATA | NESTED);
        NlAttr.putNetwork(out, 1, equal.register());
        NlAttr.putNetwork(out, 2, NFT_CMP_EQ);
        writeValue(out, 3, equal.data());
        NlAttr.end(out, data);
        NlAttr.end(out, element);
    }

    /** {@code NFTA_LOOKUP_SREG}, {@code NFTA_LOOKUP_DREG}, {@code NFTA_LOOKUP_SET}, {@code NFTA_LOOKUP_SET_ID}. */
    private void writeLookup(int from, int to, String set) {
        int element = NlAttr.begin(out, NFTA_LIST_ELEM | NESTED);
        NlAttr.put(out, NFTA_EXPR_NAME, "lookup");
        int data = NlAttr.begin(out, NFTA_EXPR_DATA | NESTED);
        NlAttr.putNetwork(out, 2, from);
        if (to != 0) {
            NlAttr.putNetwork(out, 3, to);
        }
        NlAttr.put(out, 1, set);
        NlAttr.putNetwork(out, 4, NatTableMessage.numberOf(table, set));
        NlAttr.end(out, data);
        NlAttr.end(out, element);
    }

    /** {@code NFTA_IMMEDIATE_DREG}, the register of verdicts, and {@code NFTA_IMMEDIATE_DATA}. */
    private void writeVerdict(int code) {
        int element = NlAttr.begin(out, NFTA_LIST_ELEM | NESTED);
        NlAttr.put(out, NFTA_EXPR_NAME, "immediate");
        int data = NlAttr.begin(out, NFTA_EXPR_DATA | NESTED);
        NlAttr.putNetwork(out, 1, 0);
        int immediate = NlAttr.begin(out, 2 | NESTED);
        int verdict = NlAttr.begin(out, NFTA_DATA_VERDICT | NESTED);
        NlAttr.putNetwork(out, NFTA_VERDICT_CODE, code);
        NlAttr.end(out, verdict);
        NlAttr.end(out, immediate);
        NlAttr.end(out, data);
        NlAttr.end(out, element);
    }

    /** Data inside an attribute. */
    static void writeValue(ByteBuffer out, int type, ByteBuffer value) {
        int data = NlAttr.begin(out, type | NESTED);
        int inner = NlAttr.begin(out, NFTA_DATA_VALUE);
        out.put(value.duplicate());
        NlAttr.end(out, inner);
        NlAttr.end(out, data);
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.Expression.Bitwise;
import dev.routefix.netlink.nftables.Expression.Compare;
import dev.routefix.netlink.nftables.Expression.Decide;
import dev.routefix.netlink.nftables.Expression.Load;
import dev.routefix.netlink.nftables.Expression.Lookup;
import dev.routefix.netlink.nftables.Expression.Other;
import dev.routefix.netlink.nftables.Expression.Pass;
import dev.routefix.netlink.nftables.Expression.Reject;
import dev.routefix.netlink.nftables.Expression.Rewrite;
import dev.routefix.netlink.nftables.SignedRule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of nftables: {@code NFT_MSG_GETRULE} and the attributes of its expressions, in {@code linux/netfilter/nf_tables.h}. */
public final class NftRuleMessage {

    private static final int NFT_MSG_GETRULE = RulesetMessage.SUBSYSTEM | 7;
    private static final int NFT_MSG_DELRULE = RulesetMessage.SUBSYSTEM | 8;

    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_HANDLE = 3;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;

    /** {@code NFTA_META_DREG}, {@code NFTA_CT_DREG}, {@code NFTA_IMMEDIATE_DREG}: where to; without it something is set. */
    private static final int DREG = 1;

    /** {@code NFTA_META_KEY}, {@code NFTA_CT_KEY} */
    private static final int KEY = 2;

    private static final int NFTA_CT_DIRECTION = 3;

    private static final int NFTA_BITWISE_SREG = 1;
    private static final int NFTA_BITWISE_DREG = 2;
    private static final int NFTA_BITWISE_MASK = 4;
    private static final int NFTA_BITWISE_XOR = 5;
    private static final int NFTA_BITWISE_OP = 6;

    private static final int NFTA_CMP_SREG = 1;
    private static final int NFTA_CMP_OP = 2;
    private static final int NFTA_CMP_DATA = 3;
    private static final int NFT_CMP_EQ = 0;
    private static final int NFT_CMP_NEQ = 1;

    private static final int NFTA_LOOKUP_SET = 1;
    private static final int NFTA_LOOKUP_SREG = 2;
    private static final int NFTA_LOOKUP_DREG = 3;
    private static final int NFTA_LOOKUP_FLAGS = 5;
    private static final int NFT_LOOKUP_F_INV = 1;

    private static final int NFTA_IMMEDIATE_DATA = 2;

    private static final int NFTA_NAT_TYPE = 1;
    private static final int NFT_NAT_SNAT = 0;

    private NftRuleMessage() {}

    /** Asks for the rules of a chain. */
    public static void writeDump(ByteBuffer out, int family, String table, String chain) {
        int start = out.position();
        NlMsg.begin(out, NFT_MSG_GETRULE, NlMsg.NLM_F_DUMP, 0);
        new NfGenMsg(family).write(out);
        NlAttr.put(out, NFTA_RULE_TABLE, table);
        NlAttr.put(out, NFTA_RULE_CHAIN, chain);
        NlMsg.end(out, start);
    }

    /** Asks to delete a rule, and to be answered in any case. */
    public static void writeDeletion(ByteBuffer out, int family, String table, String chain, long handle) {
        var batch = new NftBatch(out);
        batch.begin(NFT_MSG_DELRULE, 0, family);
        NlAttr.put(out, NFTA_RULE_TABLE, table);
        NlAttr.put(out, NFTA_RULE_CHAIN, chain);
        NlAttr.putNetworkLong(out, NFTA_RULE_HANDLE, handle);
        batch.end();
        batch.close();
    }

    /** Looks for a signature anywhere in the body of an {@code NFT_MSG_NEWRULE}: iptables has comments in more than one place; null without one. */
    public static @Nullable SignedRule readSigned(ByteBuffer body, String signature) {
        var bytes = new byte[body.remaining()];
        body.get(body.position(), bytes);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(signature);
        if (at < 0) {
            return null;
        }
        int end = text.indexOf(0, at);
        NfGenMsg.read(body);
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            if (attrs.type() == NFTA_RULE_HANDLE) {
                return new SignedRule(attrs.networkLong(), text.substring(at, end < 0 ? text.length() : end));
            }
        }
        return null;
    }

    /** Reads the body of an {@code NFT_MSG_NEWRULE}. */
    public static List<Expression> read(ByteBuffer body) {
        NfGenMsg.read(body);
        var expressions = new ArrayList<Expression>();
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            if (attrs.type() == NFTA_RULE_EXPRESSIONS) {
                var list = attrs.nested();
                while (list.next()) {
                    expressions.add(expression(list.nested()));
                }
            }
        }
        return expressions;
    }

    private static Expression expression(NlAttrs attrs) {
        String name = "";
        var data = NftData.NONE;
        while (attrs.next()) {
            switch (attrs.type()) {
                case NFTA_EXPR_NAME -> name = attrs.text();
                case NFTA_EXPR_DATA -> data = new NftData(attrs.value());
                default -> {} // there are no others
            }
        }
        var known = switch (name) {
            case "meta", "ct" -> load(name, data);
            case "bitwise" -> bitwise(data);
            case "cmp" -> compare(data);
            case "lookup" -> lookup(data);
            case "immediate" -> decide(data);
            case "reject" -> new Reject();
            case "masq" -> new Rewrite();
            case "nat" -> data.number(NFTA_NAT_TYPE, -1) == NFT_NAT_SNAT ? new Rewrite() : null;
            case "counter", "log", "notrack", "last", "flow_offload", "dup" -> new Pass(name);
            default -> null;
        };
        return known == null ? new Other(name) : known;
    }

    private static @Nullable Expression load(String name, NftData data) {
        int register = data.number(DREG, 0);
        if (register == 0) {
            return new Pass(name);
        }
        // of one direction of a connection only
        return data.value(NFTA_CT_DIRECTION) != null && name.equals("ct")
                ? null
                : new Load(name, data.number(KEY, -1), register);
    }

    private static @Nullable Expression bitwise(NftData data) {
        var mask = data.inner(NFTA_BITWISE_MASK).bytes();
        var xor = data.inner(NFTA_BITWISE_XOR).bytes();
        return data.number(NFTA_BITWISE_OP, 0) != 0 || mask == null || xor == null
                ? null
                : new Bitwise(data.number(NFTA_BITWISE_SREG, 0), data.number(NFTA_BITWISE_DREG, 0), mask, xor);
    }

    private static @Nullable Expression compare(NftData data) {
        var bytes = data.inner(NFTA_CMP_DATA).bytes();
        int register = data.number(NFTA_CMP_SREG, 0);
        return switch (data.number(NFTA_CMP_OP, -1)) {
            case NFT_CMP_EQ -> bytes == null ? null : new Compare(register, true, bytes);
            case NFT_CMP_NEQ -> bytes == null ? null : new Compare(register, false, bytes);
            default -> null;
        };
    }

    private static @Nullable Expression lookup(NftData data) {
        int to = data.number(NFTA_LOOKUP_DREG, -1);
        boolean inverted = (data.number(NFTA_LOOKUP_FLAGS, 0) & NFT_LOOKUP_F_INV) != 0;
        // the register 0 is that of verdicts
        return to > 0
                ? null
                : new Lookup(data.number(NFTA_LOOKUP_SREG, 0), data.text(NFTA_LOOKUP_SET), inverted, to == 0);
    }

    private static @Nullable Expression decide(NftData data) {
        if (data.number(DREG, 0) != 0) {
            return new Pass("immediate");
        }
        var verdict = data.inner(NFTA_IMMEDIATE_DATA).verdict();
        return verdict == null ? null : new Decide(verdict);
    }
}

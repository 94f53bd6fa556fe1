package dev.routefix.netlink.codec;

import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import dev.routefix.netlink.nftables.NatTable.HookedChain;
import dev.routefix.netlink.nftables.NatTable.NamedSet;
import dev.routefix.netlink.nftables.NatTable.SignedStatements;
import dev.routefix.netlink.nftables.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables of our own in nftables: {@code NFT_MSG_*} of {@code linux/netfilter/nf_tables.h}, in the order and the form that nft 1.0.6 sends them. */
public final class NatTableMessage {

    private static final int NFT_MSG_NEWTABLE = RulesetMessage.SUBSYSTEM;
    private static final int NFT_MSG_GETTABLE = RulesetMessage.SUBSYSTEM | 1;
    private static final int NFT_MSG_DELTABLE = RulesetMessage.SUBSYSTEM | 2;
    private static final int NFT_MSG_NEWCHAIN = RulesetMessage.SUBSYSTEM | 3;
    private static final int NFT_MSG_NEWRULE = RulesetMessage.SUBSYSTEM | 6;
    private static final int NFT_MSG_GETRULE = RulesetMessage.SUBSYSTEM | 7;
    private static final int NFT_MSG_NEWSET = RulesetMessage.SUBSYSTEM | 9;
    private static final int NFT_MSG_NEWSETELEM = RulesetMessage.SUBSYSTEM | 12;
    private static final int NFT_MSG_DELSETELEM = RulesetMessage.SUBSYSTEM | 14;

    /** The first attribute of every message. */
    private static final int TABLE = 1;

    private static final int NFTA_TABLE_FLAGS = 2;

    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;

    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_FLAGS = 3;
    private static final int NFTA_SET_KEY_TYPE = 4;
    private static final int NFTA_SET_KEY_LEN = 5;
    private static final int NFTA_SET_DATA_TYPE = 6;
    private static final int NFTA_SET_DATA_LEN = 7;
    private static final int NFTA_SET_ID = 10;
    private static final int NFTA_SET_USERDATA = 13;
    private static final int NFT_SET_MAP = 8;

    /** {@code NFTNL_UDATA_SET_KEYBYTEORDER} of libnftnl, by which nft prints a name the right way round: 1 for the machine's own, 0 for no one order. */
    private static final int KEY_BYTE_ORDER = 0;

    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_RULE_USERDATA = 7;

    /** {@code NFTNL_UDATA_RULE_COMMENT} of libnftnl: a byte of type and one of length come before the text. */
    private static final int COMMENT = 0;

    private static final int COMMENT_HEADER = 2;

    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_DATA = 2;

    private static final int NESTED = StatementAttr.NESTED;

    private NatTableMessage() {}

    /** The number by which rules of the same transaction know a set; from 1. */
    static int numberOf(NatTable table, String set) {
        int number = 1;
        while (!table.sets().get(number - 1).name().equals(set)) {
            number++;
        }
        return number;
    }

    /** Makes the table with some elements, in place of one of its name. */
    public static void writeAnew(ByteBuffer out, NatTable table, List<Element> elements) {
        var batch = new NftBatch(out);
        // only what is there can be deleted
        writeTable(batch, NFT_MSG_NEWTABLE, table);
        writeTable(batch, NFT_MSG_DELTABLE, table);
        writeTable(batch, NFT_MSG_NEWTABLE, table);
        for (var chain : table.chains()) {
            writeChain(batch, table, chain);
        }
        for (var set : table.sets()) {
            writeSet(batch, table, set);
        }
        for (var chain : table.chains()) {
            for (var rule : chain.rules()) {
                writeRule(batch, table, chain, rule);
            }
        }
        writeElements(batch, NFT_MSG_NEWSETELEM, table, elements);
        batch.close();
    }

    /** Takes the table away with all that is in it. */
    public static void writeRemoval(ByteBuffer out, NatTable table) {
        var batch = new NftBatch(out);
        writeTable(batch, NFT_MSG_DELTABLE, table);
        batch.close();
    }

    /** Changes what is in its sets. */
    public static void writeChange(ByteBuffer out, NatTable table, List<Element> gone, List<Element> added) {
        var batch = new NftBatch(out);
        writeElements(batch, NFT_MSG_DELSETELEM, table, gone);
        writeElements(batch, NFT_MSG_NEWSETELEM, table, added);
        batch.close();
    }

    private static void writeTable(NftBatch batch, int type, NatTable table) {
        boolean isNew = type == NFT_MSG_NEWTABLE;
        var out = batch.begin(type, isNew ? NlMsg.NLM_F_CREATE : 0, table.family());
        NlAttr.put(out, TABLE, table.name());
        if (isNew) {
            NlAttr.putNetwork(out, NFTA_TABLE_FLAGS, 0);
        }
        batch.end();
    }

    private static void writeChain(NftBatch batch, NatTable table, HookedChain chain) {
        var out = batch.begin(NFT_MSG_NEWCHAIN, NlMsg.NLM_F_CREATE, table.family());
        NlAttr.put(out, TABLE, table.name());
        NlAttr.put(out, NFTA_CHAIN_NAME, chain.name());
        NlAttr.put(out, NFTA_CHAIN_TYPE, chain.type());
        NlAttr.putNetwork(out, NFTA_CHAIN_POLICY, Verdict.ACCEPT);
        int hook = NlAttr.begin(out, NFTA_CHAIN_HOOK | NESTED);
        NlAttr.putNetwork(out, NFTA_HOOK_HOOKNUM, chain.hook());
        NlAttr.putNetwork(out, NFTA_HOOK_PRIORITY, chain.priority());
        NlAttr.end(out, hook);
        batch.end();
    }

    private static void writeSet(NftBatch batch, NatTable table, NamedSet set) {
        var out = batch.begin(NFT_MSG_NEWSET, NlMsg.NLM_F_CREATE, table.family());
        NlAttr.put(out, TABLE, table.name());
        NlAttr.put(out, NFTA_SET_NAME, set.name());
        NlAttr.putNetwork(out, NFTA_SET_FLAGS, set.isMap() ? NFT_SET_MAP : 0);
        NlAttr.putNetwork(out, NFTA_SET_KEY_TYPE, set.keyType());
        NlAttr.putNetwork(out, NFTA_SET_KEY_LEN, set.keyLength());
        if (set.isMap()) {
            NlAttr.putNetwork(out, NFTA_SET_DATA_TYPE, set.dataType());
            NlAttr.putNetwork(out, NFTA_SET_DATA_LEN, set.dataLength());
        }
        NlAttr.putNetwork(out, NFTA_SET_ID, numberOf(table, set.name()));
        int userdata = NlAttr.begin(out, NFTA_SET_USERDATA);
        out.put((byte) KEY_BYTE_ORDER).put((byte) Integer.BYTES).putInt(set.isOfNames() ? 1 : 0);
        NlAttr.end(out, userdata);
        batch.end();
    }

    private static void writeRule(NftBatch batch, NatTable table, HookedChain chain, SignedStatements rule) {
        var out = batch.begin(NFT_MSG_NEWRULE, NlMsg.NLM_F_CREATE | NlMsg.NLM_F_APPEND, table.family());
        NlAttr.put(out, TABLE, table.name());
        NlAttr.put(out, NFTA_RULE_CHAIN, chain.name());
        int expressions = NlAttr.begin(out, NFTA_RULE_EXPRESSIONS | NESTED);
        var statements = new StatementAttr(out, table);
        for (var statement : rule.statements()) {
            statements.write(statement);
        }
        NlAttr.end(out, expressions);
        var comment = rule.comment().getBytes(StandardCharsets.UTF_8);
        int userdata = NlAttr.begin(out, NFTA_RULE_USERDATA);
        out.put((byte) COMMENT).put((byte) (comment.length + 1)).put(comment).put((byte) 0);
        NlAttr.end(out, userdata);
        batch.end();
    }

    /** One message for each set that some are of. */
    private static void writeElements(NftBatch batch, int type, NatTable table, List<Element> elements) {
        for (var set : table.sets()) {
            int list = -1;
            for (var element : elements) {
                if (element.set().equals(set.name())) {
                    list = list < 0 ? beginElements(batch, type, table, set) : list;
                    writeElement(batch.out(), element, type == NFT_MSG_NEWSETELEM);
                }
            }
            if (list >= 0) {
                NlAttr.end(batch.out(), list);
                batch.end();
            }
        }
    }

    private static int beginElements(NftBatch batch, int type, NatTable table, NamedSet set) {
        var out = batch.begin(type, type == NFT_MSG_NEWSETELEM ? NlMsg.NLM_F_CREATE : 0, table.family());
        NlAttr.put(out, TABLE, table.name());
        NlAttr.put(out, NFTA_SET_ELEM_LIST_SET, set.name());
        return NlAttr.begin(out, NFTA_SET_ELEM_LIST_ELEMENTS | NESTED);
    }

    private static void writeElement(ByteBuffer out, Element element, boolean withData) {
        int start = NlAttr.begin(out, NFTA_LIST_ELEM | NESTED);
        StatementAttr.writeValue(out, NFTA_SET_ELEM_KEY, element.key());
        if (withData && element.data() != null) {
            StatementAttr.writeValue(out, NFTA_SET_ELEM_DATA, element.data());
        }
        NlAttr.end(out, start);
    }

    /** Asks for the table itself; there is none if the answer is {@code ENOENT}. */
    public static void writeLookup(ByteBuffer out, NatTable table) {
        writeQuestion(out, NFT_MSG_GETTABLE, 0, table);
    }

    /** Asks for all of its rules. */
    public static void writeRuleDump(ByteBuffer out, NatTable table) {
        writeQuestion(out, NFT_MSG_GETRULE, NlMsg.NLM_F_DUMP, table);
    }

    private static void writeQuestion(ByteBuffer out, int type, int flags, NatTable table) {
        int start = out.position();
        NlMsg.begin(out, type, flags, 0);
        new NfGenMsg(table.family()).write(out);
        NlAttr.put(out, TABLE, table.name());
        NlMsg.end(out, start);
    }

    /** Reads the body of an {@code NFT_MSG_NEWRULE}: its chain and its comment, as {@link NatTable#rules} has them. */
    public static String readRule(ByteBuffer body) {
        NfGenMsg.read(body);
        String chain = "";
        String comment = "";
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case NFTA_RULE_CHAIN -> chain = attrs.text();
                case NFTA_RULE_USERDATA -> comment = comment(attrs.value());
                default -> {} // what it does is told by its comment
            }
        }
        return chain + ": " + comment;
    }

    private static String comment(ByteBuffer userdata) {
        int length = userdata.remaining() < COMMENT_HEADER ? 0 : userdata.get(1) & 0xff;
        if (length == 0 || userdata.get(0) != COMMENT || length > userdata.remaining() - COMMENT_HEADER) {
            return "";
        }
        var text = new byte[length - 1];
        userdata.get(COMMENT_HEADER, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Reads the body of an {@code NFT_MSG_NEWSETELEM}, which holds some elements of a set of ours. */
    public static List<Element> readElements(ByteBuffer body, String set) {
        NfGenMsg.read(body);
        var elements = new ArrayList<Element>();
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            if (attrs.type() == NFTA_SET_ELEM_LIST_ELEMENTS) {
                var list = attrs.nested();
                while (list.next()) {
                    var element = new NftData(list.value());
                    var key = copy(element.inner(NFTA_SET_ELEM_KEY).bytes());
                    if (key != null) {
                        elements.add(new Element(
                                set, key, copy(element.inner(NFTA_SET_ELEM_DATA).bytes())));
                    }
                }
            }
        }
        return elements;
    }

    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
}

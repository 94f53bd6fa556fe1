package dev.routefix.netlink.codec;

import dev.routefix.netlink.nftables.SetElement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What is in a set of nftables: {@code NFT_MSG_GETSETELEM} of {@code linux/netfilter/nf_tables.h}. */
public final class SetElementMessage {

    private static final int NFT_MSG_GETSETELEM = RulesetMessage.SUBSYSTEM | 13;

    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_DATA = 2;

    private SetElementMessage() {}

    /** Asks for the elements of a set. */
    public static void writeDump(ByteBuffer out, int family, String table, String set) {
        int start = out.position();
        NlMsg.begin(out, NFT_MSG_GETSETELEM, NlMsg.NLM_F_DUMP, 0);
        new NfGenMsg(family).write(out);
        NlAttr.put(out, NFTA_SET_ELEM_LIST_TABLE, table);
        NlAttr.put(out, NFTA_SET_ELEM_LIST_SET, set);
        NlMsg.end(out, start);
    }

    /** Reads the body of an {@code NFT_MSG_NEWSETELEM}, which holds some of them. */
    public static List<SetElement> read(ByteBuffer body) {
        NfGenMsg.read(body);
        var elements = new ArrayList<SetElement>();
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            if (attrs.type() == NFTA_SET_ELEM_LIST_ELEMENTS) {
                var list = attrs.nested();
                while (list.next()) {
                    var element = new NftData(list.value());
                    var key = element.inner(NFTA_SET_ELEM_KEY).bytes();
                    if (key != null) {
                        elements.add(new SetElement(
                                key, element.inner(NFTA_SET_ELEM_DATA).verdict()));
                    }
                }
            }
        }
        return elements;
    }
}

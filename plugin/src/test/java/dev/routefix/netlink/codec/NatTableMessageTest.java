package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import dev.routefix.netlink.nftables.NatTable.HookedChain;
import dev.routefix.netlink.nftables.NatTable.NamedSet;
import dev.routefix.netlink.nftables.NatTable.SignedStatements;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Byte for byte what nft sends for the same table, but for what only nft's own listing needs. */
final class NatTableMessageTest {

    private static final int NEWTABLE = 0xa00;
    private static final int DELTABLE = 0xa02;
    private static final int NEWCHAIN = 0xa03;
    private static final int NEWRULE = 0xa06;
    private static final int NEWSET = 0xa09;
    private static final int NEWSETELEM = 0xa0c;
    private static final int DELSETELEM = 0xa0e;

    private static final ByteBuffer LOOPBACK = ByteBuffer.wrap(new byte[] {127});

    private static final NatTable TABLE = new NatTable(
            BaseChain.IPV4,
            "own",
            List.of(new NamedSet("names", NamedSet.IFNAME, 16, 0, 0), new NamedSet("ports", 0x730d, 12, 0x1cd, 8)),
            List.of(
                    chain(
                            "guard",
                            "filter",
                            HookedChain.PREROUTING,
                            -300,
                            rule(
                                    "a",
                                    new LoadMeta(LoadMeta.IIFNAME, 1),
                                    new InSet(1, "names"),
                                    new LoadPayload(LoadPayload.NETWORK, 16, 1, 1),
                                    new Equal(1, LOOPBACK),
                                    new Drop())),
                    chain(
                            "output",
                            "nat",
                            HookedChain.OUTPUT,
                            -90,
                            rule(
                                    "b",
                                    new LoadDestinationType(1),
                                    new Equal(1, ByteBuffer.wrap(new byte[] {2, 0, 0, 0})),
                                    new LoadPayload(LoadPayload.NETWORK, 16, 4, 1),
                                    new LoadMeta(LoadMeta.L4PROTO, 9),
                                    new LoadPayload(LoadPayload.TRANSPORT, 2, 2, 10),
                                    new Translate(1, "ports"),
                                    new Dnat(1, 9))),
                    chain(
                            "post",
                            "nat",
                            HookedChain.POSTROUTING,
                            90,
                            rule(
                                    "c",
                                    new LoadPayload(LoadPayload.NETWORK, 12, 1, 1),
                                    new Equal(1, LOOPBACK),
                                    new Masquerade()))));

    private static final Element PORT =
            new Element("ports", bytes("c0 a8 02 15 06 00 00 00 1f 90 00 00"), bytes("c0 a8 02 4c 00 50 00 00"));

    private final ByteBuffer out = ByteBuffer.allocate(8192).order(ByteOrder.nativeOrder());

    @Test
    void makes_chains_and_rules_as_nft_does() {
        NatTableMessage.writeAnew(out, TABLE, List.of(PORT));

        out.flip();
        for (int type : List.of(NEWCHAIN, NEWRULE)) {
            assertThat(messages(out.rewind(), type)).isEqualTo(messages(Golden.read("make-nat-table"), type));
        }
    }

    @Test
    void makes_sets_as_nft_does_but_for_how_nft_likes_to_print_them() {
        NatTableMessage.writeAnew(out, TABLE, List.of(PORT));
        var ours = messages(out.flip(), NEWSET);
        var theirs = messages(Golden.read("make-nat-table"), NEWSET);

        assertThat(ours).hasSize(2);
        assertThat(ours.getFirst()).isEqualTo(theirs.getFirst());
        // 12 bytes for the order of the key's bytes; nft says of which types it consists, too
        int before = ours.getLast().length() - 12 * 2;
        assertThat(ours.getLast().substring(8, before))
                .isEqualTo(theirs.getLast().substring(8, before));
    }

    @Test
    void puts_elements_as_nft_does_by_the_name_of_their_set() {
        NatTableMessage.writeAnew(out, TABLE, List.of(PORT));
        var theirs = messages(Golden.read("make-nat-table"), NEWSETELEM).getFirst();

        assertThat(messages(out.flip(), NEWSETELEM))
                .singleElement()
                .satisfies(ours -> assertThat(theirs).endsWith(ours.substring(ours.indexOf("c0a80215"))));
    }

    @Test
    void makes_the_table_in_place_of_one_of_its_name_in_one_transaction_that_is_answered() {
        NatTableMessage.writeAnew(out, TABLE, List.of());
        out.flip();
        var types = new ArrayList<Integer>();
        var flags = new ArrayList<Integer>();
        while (out.hasRemaining()) {
            var message = NlMsg.read(out);
            types.add(message.type());
            flags.add(message.flags() & NlMsg.NLM_F_ACK);
        }

        assertThat(types)
                .startsWith(0x10, NEWTABLE, DELTABLE, NEWTABLE)
                .endsWith(NEWRULE, 0x11)
                .hasSize(1 + 3 + 3 + 2 + 3 + 1);
        assertThat(flags.subList(0, flags.size() - 2)).containsOnly(0);
        assertThat(flags.get(flags.size() - 2)).isEqualTo(NlMsg.NLM_F_ACK);
    }

    @Test
    void takes_a_table_away_as_nft_does() {
        NatTableMessage.writeRemoval(out, new NatTable(BaseChain.IPV4, "x", List.of(), List.of()));

        assertThat(Golden.hex(out)).isEqualTo(Golden.hex("delete-table"));
    }

    @Test
    void takes_elements_out_by_their_keys_before_it_puts_others_in() {
        NatTableMessage.writeChange(out, TABLE, List.of(PORT), List.of(PORT));
        out.flip();

        assertThat(messages(out, DELSETELEM))
                .singleElement()
                .satisfies(text -> assertThat(text).contains("c0a80215").doesNotContain("c0a8024c"));
        assertThat(messages(out.rewind(), NEWSETELEM))
                .singleElement()
                .satisfies(text -> assertThat(text).contains("c0a80215").contains("c0a8024c"));
    }

    @Test
    void reads_again_what_it_wrote() {
        NatTableMessage.writeAnew(out, TABLE, List.of(PORT));
        out.flip();
        var rules = new ArrayList<String>();
        var elements = new ArrayList<Element>();
        while (out.hasRemaining()) {
            var message = NlMsg.read(out);
            switch (message.type()) {
                case NEWRULE -> rules.add(NatTableMessage.readRule(message.body()));
                case NEWSETELEM -> elements.addAll(NatTableMessage.readElements(message.body(), "ports"));
                default -> {} // not asked for
            }
        }

        assertThat(rules).isEqualTo(TABLE.rules()).containsExactly("guard: a", "output: b", "post: c");
        assertThat(elements).containsExactly(PORT);
    }

    private static HookedChain chain(String name, String type, int hook, int priority, SignedStatements rule) {
        return new HookedChain(name, type, hook, priority, List.of(rule));
    }

    private static SignedStatements rule(String comment, Statement... statements) {
        return new SignedStatements(comment, List.of(statements));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.ofDelimiter(" ").parseHex(hex));
    }

    /** Those of one type, in hex. */
    private static List<String> messages(ByteBuffer batch, int type) {
        var found = new ArrayList<String>();
        while (batch.hasRemaining()) {
            int start = batch.position();
            var message = NlMsg.read(batch);
            if (message.type() == type) {
                var bytes = new byte[batch.position() - start];
                batch.get(start, bytes);
                found.add(HexFormat.of().formatHex(bytes));
            }
        }
        return found;
    }
}

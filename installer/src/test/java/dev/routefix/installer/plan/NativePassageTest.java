package dev.routefix.installer.plan;

import static dev.routefix.netlink.nftables.Expression.Keys.IIFNAME;
import static dev.routefix.netlink.nftables.Expression.Keys.NFPROTO;
import static dev.routefix.netlink.nftables.Expression.Keys.OIF;
import static dev.routefix.netlink.nftables.Expression.Keys.STATE;
import static dev.routefix.netlink.nftables.Expression.Keys.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.Expression.Bitwise;
import dev.routefix.netlink.nftables.Expression.Compare;
import dev.routefix.netlink.nftables.Expression.Decide;
import dev.routefix.netlink.nftables.Expression.Load;
import dev.routefix.netlink.nftables.Expression.Lookup;
import dev.routefix.netlink.nftables.Expression.Other;
import dev.routefix.netlink.nftables.Expression.Pass;
import dev.routefix.netlink.nftables.Expression.Reject;
import dev.routefix.netlink.nftables.SetElement;
import dev.routefix.netlink.nftables.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NativePassageTest {

    private static final Expression DROP = decide(Verdict.DROP, "");
    private static final Expression ACCEPT = decide(Verdict.ACCEPT, "");
    private static final PacketFacts ANSWER = new PacketFacts(Packet.answer("mac0", "eth0"), 7, 2);
    private static final PacketFacts BEGUN = new PacketFacts(Packet.begun("mac0", "eth0"), 7, 2);
    private static final PacketFacts BALANCED = new PacketFacts(Packet.balanced("mac0", "eth0"), 2, 7);

    @Test
    void the_policy_decides_what_no_rule_does() {
        assertThat(through(BEGUN, false, List.of())).containsExactly(Fate.PASSED);
        assertThat(through(BEGUN, true, List.of())).containsExactly(Fate.DROPPED);
        assertThat(through(BEGUN, true, List.of(List.of(new Pass("counter"), ACCEPT))))
                .containsExactly(Fate.PASSED);
    }

    @Test
    void names_are_compared_as_far_as_the_rule_has_them() {
        assertThat(through(BEGUN, false, List.of(List.of(load(IIFNAME), new Compare(1, true, name("mac0", 16)), DROP))))
                .containsExactly(Fate.DROPPED);
        assertThat(through(BEGUN, false, List.of(List.of(load(IIFNAME), new Compare(1, true, name("mac", 3)), DROP))))
                .containsExactly(Fate.DROPPED);
        assertThat(through(
                        BEGUN, false, List.of(List.of(load(IIFNAME), new Compare(1, false, name("mac0", 16)), DROP))))
                .containsExactly(Fate.PASSED);
    }

    @Test
    void an_interface_may_be_told_by_its_number_if_that_is_known() {
        var rule = List.of(load(OIF), new Compare(1, true, number(2)), DROP);

        assertThat(through(BEGUN, false, List.of(rule))).containsExactly(Fate.DROPPED);
        assertThat(through(BALANCED, false, List.of(rule))).containsExactly(Fate.PASSED);
        assertThat(through(new PacketFacts(BEGUN.packet(), 0, 0), false, List.of(rule)))
                .containsExactlyInAnyOrder(Fate.DROPPED, Fate.PASSED);
    }

    @Test
    void states_are_bits() {
        var established =
                List.of(ct(STATE), new Bitwise(1, 1, number(6), number(0)), new Compare(1, false, number(0)), ACCEPT);
        var invalid =
                List.of(ct(STATE), new Bitwise(1, 1, number(1), number(0)), new Compare(1, false, number(0)), DROP);

        assertThat(through(ANSWER, false, List.of(established, invalid))).containsExactly(Fate.DROPPED);
        assertThat(through(BEGUN, false, List.of(established, invalid))).containsExactly(Fate.PASSED);
    }

    @Test
    void of_what_conntrack_calls_invalid_nothing_else_is_asked() {
        var status = List.of(ct(STATUS), new Compare(1, false, number(0x20)), ACCEPT);

        assertThat(through(ANSWER, true, List.of(status))).containsExactly(Fate.DROPPED);
        assertThat(through(BEGUN, true, List.of(status))).containsExactly(Fate.PASSED);
        assertThat(through(BALANCED, true, List.of(status))).containsExactly(Fate.DROPPED);
    }

    @Test
    void what_is_about_IPv6_is_not_about_us() {
        assertThat(through(
                        BEGUN,
                        false,
                        List.of(List.of(
                                load(NFPROTO),
                                new Compare(1, true, ByteBuffer.allocate(1).put(0, (byte) 10)),
                                DROP))))
                .containsExactly(Fate.PASSED);
    }

    @Test
    void what_we_do_not_follow_may_be_or_not() {
        assertThat(through(BEGUN, false, List.of(List.of(new Other("payload"), new Compare(1, true, number(1)), DROP))))
                .containsExactlyInAnyOrder(Fate.DROPPED, Fate.PASSED);
        // a register that something unknown has written to is unknown
        assertThat(through(
                        BEGUN,
                        false,
                        List.of(List.of(
                                load(IIFNAME), new Other("byteorder"), new Compare(1, true, name("wg0", 16)), DROP))))
                .contains(Fate.DROPPED);
    }

    @Test
    void sets_that_never_change_are_looked_into() {
        var rule = List.of(ct(STATE), new Lookup(1, "__set0", false, false), new Reject());
        var others = List.of(ct(STATE), new Lookup(1, "named", false, false), new Reject());
        var sets = Map.of("2 own __set0", List.of(new SetElement(number(1), null), new SetElement(number(2), null)));

        assertThat(through(ANSWER, sets, rule)).containsExactly(Fate.DROPPED);
        assertThat(through(BEGUN, sets, rule)).containsExactly(Fate.PASSED);
        assertThat(through(BEGUN, sets, List.of(ct(STATE), new Lookup(1, "__set0", true, false), new Reject())))
                .containsExactly(Fate.DROPPED);
        assertThat(through(ANSWER, sets, others)).containsExactlyInAnyOrder(Fate.DROPPED, Fate.PASSED);
    }

    @Test
    void a_map_gives_a_verdict_or_none() {
        var rule = List.of(ct(STATE), new Lookup(1, "__map0", false, true));
        var sets = Map.of("2 own __map0", List.of(new SetElement(number(1), new Verdict(Verdict.DROP, ""))));

        assertThat(through(ANSWER, sets, rule)).containsExactly(Fate.DROPPED);
        assertThat(through(BEGUN, sets, rule)).containsExactly(Fate.PASSED);
        assertThat(through(BEGUN, Map.of(), rule)).containsExactlyInAnyOrder(Fate.DROPPED, Fate.PASSED);
    }

    @Test
    void jumps_come_back_and_gotos_do_not() {
        var jump = rules(
                List.of(List.of(decide(Verdict.JUMP, "other")), List.of(DROP)),
                List.of(List.of(decide(Verdict.RETURN, "")), List.of(ACCEPT)));
        var goes = rules(
                List.of(List.of(decide(Verdict.GOTO, "other")), List.of(DROP)),
                List.of(List.of(decide(Verdict.RETURN, "")), List.of(ACCEPT)));
        var loops =
                rules(List.of(List.of(decide(Verdict.JUMP, "other"))), List.of(List.of(decide(Verdict.JUMP, "other"))));

        assertThat(NativePassage.through(BEGUN, base(false), jump)).containsExactly(Fate.DROPPED);
        assertThat(NativePassage.through(BEGUN, base(false), goes)).containsExactly(Fate.PASSED);
        assertThat(NativePassage.through(BEGUN, base(false), loops)).contains(Fate.PASSED);
    }

    private static NativeRules rules(List<List<Expression>> forward, List<List<Expression>> other) {
        return new NativeRules(
                List.of(base(false)), Map.of("2 own forward", forward, "2 own other", other), Map.of(), 0);
    }

    private static Set<Fate> through(PacketFacts packet, boolean drops, List<List<Expression>> rules) {
        var all = new NativeRules(List.of(), Map.of("2 own forward", rules), Map.of(), 0);
        return NativePassage.through(packet, base(drops), all);
    }

    private static Set<Fate> through(PacketFacts packet, Map<String, List<SetElement>> sets, List<Expression> rule) {
        var all = new NativeRules(List.of(), Map.of("2 own forward", List.of(rule)), sets, 0);
        return NativePassage.through(packet, base(false), all);
    }

    private static BaseChain base(boolean drops) {
        return new BaseChain(BaseChain.IPV4, "own", "forward", "filter", BaseChain.FORWARD, 0, drops, 1);
    }

    private static Expression load(int key) {
        return new Load("meta", key, 1);
    }

    private static Expression ct(int key) {
        return new Load("ct", key, 1);
    }

    private static Expression decide(int code, String chain) {
        return new Decide(new Verdict(code, chain));
    }

    private static ByteBuffer number(int number) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, number);
    }

    private static ByteBuffer name(String name, int length) {
        return ByteBuffer.allocate(length).put(0, name.getBytes(StandardCharsets.US_ASCII));
    }
}

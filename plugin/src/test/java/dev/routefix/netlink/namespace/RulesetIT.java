package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.SetElement;
import dev.routefix.netlink.nftables.SignedRule;
import dev.routefix.netlink.nftables.Verdict;
import dev.routefix.netlink.sys.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real kernel tells of its rules, with iptables changing them. */
final class RulesetIT {

    private TestNamespace namespace;
    private Ruleset ruleset;

    @BeforeEach
    void makes_a_namespace() {
        namespace = new TestNamespace();
        ruleset = Namespace.inside(namespace.path(), (_, _) -> Namespace.ruleset());
    }

    @AfterEach
    void removes_it() {
        ruleset.close();
        namespace.close();
    }

    @Test
    void the_generation_stays_as_long_as_nobody_changes_a_rule() {
        iptables("-A", "FORWARD", "-i", "mac0", "-j", "ACCEPT");
        var before = ruleset.generation();

        iptables("-S", "FORWARD");
        iptables("-t", "nat", "-S", "POSTROUTING");

        assertThat(before).isPresent();
        assertThat(ruleset.generation()).isEqualTo(before);
    }

    @Test
    void each_change_gives_another_generation() {
        var empty = ruleset.generation();
        iptables("-A", "FORWARD", "-i", "mac0", "-j", "ACCEPT");
        var added = ruleset.generation();
        iptables("-F", "FORWARD");

        assertThat(added).isNotEqualTo(empty);
        assertThat(ruleset.generation()).isNotEqualTo(added);
    }

    @Test
    void finds_a_chain_by_family_table_and_name() {
        iptables("-t", "mangle", "-N", "KUBE-IPTABLES-HINT");

        assertThat(ruleset.hasChain(Family.IPV4, "mangle", "KUBE-IPTABLES-HINT"))
                .isTrue();
        assertThat(ruleset.hasChain(Family.IPV4, "mangle", "KUBE-KUBELET-CANARY"))
                .isFalse();
        assertThat(ruleset.hasChain(Family.IPV4, "filter", "KUBE-IPTABLES-HINT"))
                .isFalse();
        assertThat(ruleset.hasChain(Family.IPV6, "mangle", "KUBE-IPTABLES-HINT"))
                .isFalse();
    }

    @Test
    void a_kernel_without_nftables_has_no_generation_and_no_chain() {
        var kernel = new ScriptedKernel();
        var refusal = new Refusal(Errno.EINVAL.number, "");
        try (var old = new Nfnetlink(kernel.fails(refusal).fails(refusal))) {
            assertThat(old.generation()).isEmpty();
            assertThat(old.hasChain(Family.IPV4, "filter", "FORWARD")).isFalse();
        }
        assertThat(Ruleset.NONE.generation()).isEmpty();
        assertThat(Ruleset.NONE.hasChain(Family.IPV4, "filter", "FORWARD")).isFalse();
        assertThat(Ruleset.NONE.baseChains()).isEmpty();
    }

    @Test
    void tells_the_chains_that_the_kernel_leads_packets_to() {
        iptables("-t", "nat", "-A", "POSTROUTING", "-j", "ACCEPT");
        iptables("-t", "nat", "-N", "OTHER");
        nft("add table inet own");
        nft("add chain inet own forward { type filter hook forward priority 10; policy drop; }");

        assertThat(ruleset.baseChains())
                .containsExactlyInAnyOrder(
                        new BaseChain(
                                BaseChain.IPV4, "nat", "POSTROUTING", "nat", BaseChain.POSTROUTING, 100, false, 1),
                        new BaseChain(BaseChain.INET, "own", "forward", "filter", BaseChain.FORWARD, 10, true, 2));
    }

    @Test
    void tells_what_a_rule_does_step_by_step() {
        nft("add table inet own");
        nft("add chain inet own forward");
        nft("add chain inet own other");
        nft("add rule inet own forward ct state established,related counter accept");
        nft("add rule inet own forward iifname mac0 oifname != eth* jump other");
        nft("add rule inet own forward ct state { invalid, new } drop");
        nft("add rule inet own forward ip saddr 10.0.0.0/8 reject");
        nft("add rule inet own forward meta mark set 1");
        nft("add rule inet own other return");

        var rules = ruleset.rules(BaseChain.INET, "own", "forward");

        assertThat(rules.get(0))
                .containsExactly(
                        new Expression.Load("ct", Expression.Keys.STATE, 1),
                        new Expression.Bitwise(1, 1, number(6), number(0)),
                        new Expression.Compare(1, false, number(0)),
                        new Expression.Pass("counter"),
                        new Expression.Decide(new Verdict(Verdict.ACCEPT, "")));
        assertThat(rules.get(1))
                .containsExactly(
                        new Expression.Load("meta", Expression.Keys.IIFNAME, 1),
                        new Expression.Compare(1, true, text("mac0", 16)),
                        new Expression.Load("meta", Expression.Keys.OIFNAME, 1),
                        new Expression.Compare(1, false, text("eth", 3)),
                        new Expression.Decide(new Verdict(Verdict.JUMP, "other")));
        assertThat(rules.get(2))
                .startsWith(
                        new Expression.Load("ct", Expression.Keys.STATE, 1),
                        new Expression.Lookup(1, "__set0", false, false));
        assertThat(rules.get(3)).contains(new Expression.Other("payload")).endsWith(new Expression.Reject());
        assertThat(rules.get(4)).endsWith(new Expression.Pass("meta"));
        assertThat(ruleset.rules(BaseChain.INET, "own", "other"))
                .containsExactly(List.of(new Expression.Decide(new Verdict(Verdict.RETURN, ""))));
    }

    @Test
    void tells_what_is_in_a_set_and_in_a_map_of_verdicts() {
        nft("add table ip own");
        nft("add chain ip own post { type nat hook postrouting priority 100; }");
        nft("add rule ip own post ct state vmap { invalid : drop, established : accept }");
        nft("add rule ip own post oifname eth0 masquerade");
        nft("add rule ip own post oifname eth0 snat to 192.168.2.21");

        var rules = ruleset.rules(BaseChain.IPV4, "own", "post");

        assertThat(rules.get(0)).endsWith(new Expression.Lookup(1, "__map0", false, true));
        assertThat(ruleset.elements(BaseChain.IPV4, "own", "__map0"))
                .containsExactlyInAnyOrder(
                        new SetElement(number(1), new Verdict(Verdict.DROP, "")),
                        new SetElement(number(2), new Verdict(Verdict.ACCEPT, "")));
        assertThat(rules.get(1)).endsWith(new Expression.Rewrite());
        assertThat(rules.get(2)).endsWith(new Expression.Rewrite());
    }

    @Test
    void finds_a_rule_by_its_comment_and_deletes_it_alone() {
        iptables("-A", "FORWARD", "-i", "mac0", "-m", "comment", "--comment", "ours: first", "-j", "ACCEPT");
        nft("add rule ip filter FORWARD ct state invalid counter drop");
        iptables("-A", "FORWARD", "-i", "mac0", "-m", "comment", "--comment", "ours: second", "-j", "ACCEPT");

        var signed = ruleset.signed(BaseChain.IPV4, "filter", "FORWARD", "ours: ");
        assertThat(signed).extracting(SignedRule::text).containsExactly("ours: first", "ours: second");

        ruleset.delete(BaseChain.IPV4, "filter", "FORWARD", signed.getLast().handle());

        assertThat(ruleset.signed(BaseChain.IPV4, "filter", "FORWARD", "ours: "))
                .extracting(SignedRule::text)
                .containsExactly("ours: first");
        assertThat(ruleset.rules(BaseChain.IPV4, "filter", "FORWARD")).hasSize(2);
        assertThatThrownBy(() -> ruleset.delete(BaseChain.IPV4, "filter", "FORWARD", 4711))
                .hasMessageContaining("cannot delete rule 4711 of filter FORWARD: ENOENT");
    }

    /** In the machine's own order, as the kernel holds what it compares. */
    private static ByteBuffer number(int number) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, number);
    }

    private static ByteBuffer text(String text, int length) {
        return ByteBuffer.allocate(length).put(0, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void nft(String command) {
        TestNamespace.run("ip", "netns", "exec", namespace.name, "nft", command);
    }

    private void iptables(String... words) {
        var argv = new String[words.length + 5];
        System.arraycopy(new String[] {"ip", "netns", "exec", namespace.name, "iptables-nft"}, 0, argv, 0, 5);
        System.arraycopy(words, 0, argv, 5, words.length);
        TestNamespace.run(argv);
    }
}

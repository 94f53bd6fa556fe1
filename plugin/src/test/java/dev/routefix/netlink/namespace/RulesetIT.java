package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.sys.Refusal;
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
    }

    private void iptables(String... words) {
        var argv = new String[words.length + 5];
        System.arraycopy(new String[] {"ip", "netns", "exec", namespace.name, "iptables-nft"}, 0, argv, 0, 5);
        System.arraycopy(words, 0, argv, 5, words.length);
        TestNamespace.run(argv);
    }
}

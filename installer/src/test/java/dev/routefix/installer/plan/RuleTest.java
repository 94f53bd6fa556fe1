package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTest {

    @Test
    void reads_the_rules_of_a_chain_as_iptables_lists_them() {
        var listing = ChainListing.parse(Rule.Chain.FORWARD, """
                -P FORWARD DROP
                -N KUBE-FORWARD
                -A FORWARD -i mac0 -m comment --comment "route-fix: forward what else pods send" -j ACCEPT
                -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
                -A FORWARD -m comment --comment "a \\"quoted\\" word" -j DROP
                -A FORWARDING -j ACCEPT
                -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
                """);

        assertThat(listing.policy()).isEqualTo("DROP");
        assertThat(listing.further()).containsOnlyKeys("KUBE-FORWARD", "FORWARDING");
        assertThat(listing.rules())
                .containsExactly(
                        Rule.accept("mac0"),
                        new Rule(
                                Rule.Chain.FORWARD,
                                List.of(
                                        "-m",
                                        "comment",
                                        "--comment",
                                        "kubernetes forwarding rules",
                                        "-j",
                                        "KUBE-FORWARD")),
                        new Rule(
                                Rule.Chain.FORWARD,
                                List.of("-m", "comment", "--comment", "a \"quoted\" word", "-j", "DROP")));
    }

    @Test
    void knows_its_own_by_their_comment() {
        assertThat(List.of(Rule.accept("mac0"), Rule.acceptInvalid("mac0"), Rule.masquerade("eth0")))
                .allMatch(Rule::isOurs);
        assertThat(new Rule(Rule.Chain.FORWARD, List.of("-i", "mac0", "-j", "ACCEPT")).isOurs())
                .isFalse();
        assertThat(new Rule(
                                Rule.Chain.FORWARD,
                                List.of("-m", "comment", "--comment", "not route-fix: x", "-j", "ACCEPT"))
                        .isOurs())
                .isFalse();
    }
}

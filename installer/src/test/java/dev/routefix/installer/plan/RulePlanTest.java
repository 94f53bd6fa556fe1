package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Repair.PutRule.AT_THE_END;
import static dev.routefix.installer.plan.Sample.listings;
import static dev.routefix.installer.plan.Sample.nft;
import static dev.routefix.installer.plan.Sample.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.plan.Repair.DeleteRule;
import dev.routefix.installer.plan.Repair.PutRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulePlanTest {

    private static final Rule KUBE = rule(Rule.Chain.FORWARD, "-j KUBE-FORWARD");
    private static final Rule REJECT = rule(Rule.Chain.FORWARD, "-j REJECT --reject-with icmp-host-prohibited");
    private static final Rule FIRST = Rule.acceptInvalid("mac0");
    private static final Rule ACCEPT = Rule.accept("mac0");
    private static final Rule ACCEPT_TO = Rule.acceptTo("mac0");
    private static final Rule MARK = Rule.mark("mac0");
    private static final Rule KEEP = Rule.keep("eth0");
    private static final Rule KEEP_CLIENT = Rule.keepClient("mac0");
    private static final Rule MASQUERADE = Rule.masquerade("eth0");

    private final Wanted wanted = wanted();

    @Test
    void what_others_forbid_is_asked_before_what_we_accept_but_for_pods_answers() {
        assertThat(after(wanted, KUBE, rule(Rule.Chain.FORWARD, "-j DOCKER-USER")))
                .startsWith(FIRST)
                .containsSubsequence(KUBE, rule(Rule.Chain.FORWARD, "-j DOCKER-USER"), ACCEPT, ACCEPT_TO);
    }

    @Test
    void nothing_is_done_where_all_are_in_place() {
        assertThat(repairs(wanted, FIRST, KUBE, ACCEPT, ACCEPT_TO, MARK, KEEP, KEEP_CLIENT, MASQUERADE))
                .isEmpty();
    }

    @Test
    void our_first_rule_goes_back_to_the_head_of_FORWARD() {
        assertThat(repairs(wanted, KUBE, FIRST, ACCEPT, ACCEPT_TO, MARK, KEEP, KEEP_CLIENT, MASQUERADE))
                .containsExactly(new DeleteRule(Rule.Mode.NFT, FIRST), new PutRule(Rule.Mode.NFT, FIRST, 1));
    }

    @Test
    void a_second_copy_of_our_rule_goes() {
        assertThat(repairs(wanted, FIRST, KUBE, FIRST, ACCEPT, ACCEPT_TO, MARK, KEEP, KEEP_CLIENT, MASQUERADE))
                .containsExactly(new DeleteRule(Rule.Mode.NFT, FIRST));
    }

    @Test
    void a_last_rule_need_not_stay_the_last() {
        assertThat(repairs(wanted, FIRST, ACCEPT, ACCEPT_TO, KUBE, MARK, KEEP, KEEP_CLIENT, MASQUERADE))
                .isEmpty();
    }

    @Test
    void a_rule_that_drops_everything_is_as_good_as_a_policy_and_ours_come_before_it() {
        assertThat(after(wanted, KUBE, REJECT)).startsWith(FIRST, KUBE, ACCEPT, ACCEPT_TO, REJECT);
        assertThat(after(wanted, FIRST, KUBE, REJECT, ACCEPT, ACCEPT_TO))
                .startsWith(FIRST, KUBE, ACCEPT, ACCEPT_TO, REJECT);
    }

    @Test
    void rules_of_the_first_version_are_replaced() {
        var before = new ArrayList<>(Rule.every("mac0", "eth0"));
        before.removeAll(List.of(
                FIRST, ACCEPT, ACCEPT_TO, MARK, KEEP, KEEP.orElse(), KEEP_CLIENT, KEEP_CLIENT.orElse(), MASQUERADE));
        assertThat(before).hasSize(3).allMatch(Rule::isOurs);
        before.add(1, ACCEPT_TO);

        assertThat(after(wanted, before.toArray(Rule[]::new)))
                .containsExactlyInAnyOrder(FIRST, ACCEPT, ACCEPT_TO, MARK, KEEP, KEEP_CLIENT, MASQUERADE);
    }

    @Test
    void a_masquerade_of_the_owners_comes_after_what_keeps_a_pods_address() {
        var owners = rule(Rule.Chain.POSTROUTING, "-o eth0 -j MASQUERADE");

        for (var before :
                List.of(new Rule[] {owners}, new Rule[] {owners, KEEP}, new Rule[] {KEEP, owners}, new Rule[] {
                    MASQUERADE, owners, KEEP
                })) {
            assertThat(after(wanted, before)).containsSubsequence(KEEP, owners);
        }
    }

    @Test
    void b2_whatever_may_change_the_address_of_what_pods_send_comes_after_ours() {
        for (var rewrite : List.of(
                "-j MASQUERADE",
                "-o eth0 -j SNAT --to-source 192.168.2.21",
                "-s 192.168.0.0/16 -o eth0 -j MASQUERADE",
                "! -o wg0 -j MASQUERADE",
                "-o eth+ -m conntrack --ctstate NEW -j MASQUERADE",
                "-o eth0 -p tcp -j NETMAP --to 10.9.0.0/24")) {
            var owners = rule(Rule.Chain.POSTROUTING, rewrite);
            assertThat(after(wanted, owners, MASQUERADE, KEEP)).as(rewrite).containsSubsequence(KEEP, owners);
        }
    }

    @Test
    void whoever_else_wants_to_be_first_may_be_as_long_as_it_does_not_change_our_packets() {
        for (var other : List.of(
                "-j cali-POSTROUTING",
                "-o wg0 -j MASQUERADE",
                "-m mark --mark 0x4000/0x4000 -j MASQUERADE",
                "-o eth0 -m mark ! --mark 0x1000/0x1000 -j MASQUERADE",
                "-o eth0 -j LOG")) {
            var owners = rule(Rule.Chain.POSTROUTING, other);
            assertThat(repairs(wanted, FIRST, ACCEPT, ACCEPT_TO, MARK, owners, MASQUERADE, KEEP_CLIENT, KEEP))
                    .as(other)
                    .isEmpty();
        }
    }

    @Test
    void a_chain_of_others_that_changes_every_address_is_followed() {
        var found = found(
                FIRST, ACCEPT, ACCEPT_TO, MARK, rule(Rule.Chain.POSTROUTING, "-j OWN"), MASQUERADE, KEEP_CLIENT, KEEP);
        var own = Map.of("OWN", List.of(rule(Rule.Chain.POSTROUTING, "-o eth0 -j MASQUERADE")));
        var kube = Map.of(
                "OWN",
                List.of(
                        rule(Rule.Chain.POSTROUTING, "-m mark ! --mark 0x4000/0x4000 -j RETURN"),
                        rule(Rule.Chain.POSTROUTING, "-j MASQUERADE")));

        assertThat(repairs(wanted, with(found, own)))
                .contains(new DeleteRule(Rule.Mode.NFT, KEEP), new PutRule(Rule.Mode.NFT, KEEP, 1));
        assertThat(repairs(wanted, with(found, kube))).isEmpty();
    }

    @Test
    void what_the_owner_accepts_comes_after_our_masquerade() {
        var owners = rule(Rule.Chain.POSTROUTING, "-o eth0 -j ACCEPT");

        assertThat(after(wanted, owners)).containsSubsequence(MASQUERADE, owners);
    }

    @Test
    void what_stands_for_an_unknown_target_is_as_good() {
        assertThat(repairs(wanted, FIRST, ACCEPT, ACCEPT_TO, MARK, KEEP.orElse(), KEEP_CLIENT.orElse(), MASQUERADE))
                .isEmpty();
    }

    @Test
    void rules_in_the_packet_filter_that_is_not_in_use_go() {
        var found = Sample.with(
                Sample.met(wanted),
                Map.of(
                        Rule.Mode.NFT,
                        listings(wanted.rules().stream().map(WantedRule::rule).toArray(Rule[]::new)),
                        Rule.Mode.LEGACY,
                        listings(FIRST, KUBE, KEEP.orElse())));

        assertThat(repairs(wanted, found))
                .containsExactly(
                        new DeleteRule(Rule.Mode.LEGACY, FIRST), new DeleteRule(Rule.Mode.LEGACY, KEEP.orElse()));
    }

    @Test
    void rules_that_are_not_wanted_any_more_go() {
        var without = wanted("FORWARD_RULE=none", "MASQUERADE=off");

        assertThat(repairs(without, Sample.met(wanted))).hasSize(7).allMatch(DeleteRule.class::isInstance);
    }

    @Test
    void invalid_only_accepts_what_conntrack_calls_invalid() {
        assertThat(after(wanted("FORWARD_RULE=invalid-only", "MASQUERADE=off"), KUBE))
                .containsExactly(FIRST, KUBE);
    }

    @Test
    void b3_in_a_chain_that_cannot_be_listed_what_is_missing_is_put_and_what_is_old_goes() {
        var old = Rule.every("mac0", "eth0").get(9);
        var found = Sample.with(
                Sample.met(wanted),
                Map.of(
                        Rule.Mode.NFT,
                        Map.of(Rule.Chain.FORWARD, ChainListing.unlisted("use nft", List.of(old, ACCEPT)))));

        assertThat(repairs(wanted, found))
                .containsExactly(
                        new PutRule(Rule.Mode.NFT, FIRST, 1),
                        new PutRule(Rule.Mode.NFT, ACCEPT_TO, AT_THE_END),
                        new DeleteRule(Rule.Mode.NFT, old));
    }

    @Test
    void b3_a_chain_that_was_not_looked_at_is_left_as_it_is() {
        assertThat(repairs(wanted, Sample.with(Sample.met(wanted), Map.of()))).isEmpty();
    }

    /** What is in the chains after the repairs. */
    private static List<Rule> after(Wanted wanted, Rule... before) {
        var all = new ArrayList<Rule>();
        for (var chain : Rule.Chain.values()) {
            var now = new ArrayList<>(
                    Arrays.stream(before).filter(rule -> rule.chain() == chain).toList());
            for (var repair : repairs(wanted, before)) {
                switch (repair) {
                    case DeleteRule delete
                    when delete.rule().chain() == chain ->
                        assertThat(now.remove(delete.rule())).isTrue();
                    case PutRule put
                    when put.rule().chain() == chain ->
                        now.add(put.place() == AT_THE_END ? now.size() : put.place() - 1, put.rule());
                    default -> {
                        // about another chain
                    }
                }
            }
            all.addAll(now);
        }
        assertThat(repairs(wanted, all.toArray(Rule[]::new)))
                .as("repairs of what was repaired")
                .isEmpty();
        return all;
    }

    private static Rule rule(Rule.Chain chain, String words) {
        return new Rule(chain, List.of(words.split(" ")));
    }

    private static Found found(Rule... rules) {
        return Sample.with(Sample.EMPTY, nft(rules));
    }

    private static Found with(Found found, Map<String, List<Rule>> further) {
        var listings = new EnumMap<>(found.rules().get(Rule.Mode.NFT));
        listings.computeIfPresent(Rule.Chain.POSTROUTING, (_, listing) -> listing.with(further));
        return Sample.with(found, Map.of(Rule.Mode.NFT, listings));
    }

    private static List<Repair> repairs(Wanted wanted, Rule... rules) {
        return repairs(wanted, found(rules));
    }

    private static List<Repair> repairs(Wanted wanted, Found found) {
        var repairs = new ArrayList<Repair>();
        RulePlan.between(wanted, found).forEach(item -> repairs.addAll(item.repairs()));
        return repairs;
    }
}

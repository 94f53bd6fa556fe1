package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PassageTest {

    private static final Packet ANSWER = Packet.answer("mac0", "eth0");
    private static final Packet BEGUN = Packet.begun("mac0", "eth0");
    private static final Packet BALANCED = Packet.balanced("mac0", "eth0");

    @Test
    void an_empty_chain_leaves_it_to_the_policy() {
        assertThat(forward(BEGUN, "-P FORWARD ACCEPT")).containsExactly(Fate.PASSED);
        assertThat(forward(BEGUN, "-P FORWARD DROP")).containsExactly(Fate.DROPPED);
    }

    @Test
    void interfaces_are_told_apart_by_name_beginning_and_negation() {
        assertThat(forward(BEGUN, "-A FORWARD -i mac0 -j DROP")).containsExactly(Fate.DROPPED);
        assertThat(forward(BEGUN, "-A FORWARD -i mac+ ! -o wg0 -j DROP")).containsExactly(Fate.DROPPED);
        assertThat(forward(BEGUN, "-A FORWARD -i mac00 -j DROP")).containsExactly(Fate.PASSED);
        assertThat(forward(BEGUN, "-A FORWARD ! -i mac0 -j DROP")).containsExactly(Fate.PASSED);
        assertThat(forward(BALANCED, "-A FORWARD -o mac0 -j DROP")).containsExactly(Fate.DROPPED);
    }

    @Test
    void what_conntrack_says_is_told_apart() {
        var invalid = "-A FORWARD -m conntrack --ctstate INVALID -j DROP";

        assertThat(forward(ANSWER, invalid)).containsExactly(Fate.DROPPED);
        assertThat(forward(BEGUN, invalid)).containsExactly(Fate.PASSED);
        assertThat(forward(BALANCED, "-A FORWARD -m conntrack ! --ctstate DNAT -j DROP"))
                .containsExactly(Fate.PASSED);
        assertThat(forward(BEGUN, "-A FORWARD -m state --state NEW,RELATED -j DROP"))
                .containsExactly(Fate.DROPPED);
    }

    @Test
    void what_depends_on_addresses_and_other_things_may_be_or_not() {
        for (var match : new String[] {
            "-s 192.168.0.0/16",
            "-p tcp",
            "-m set --match-set a src",
            "-m connmark --mark 0x1",
            "-m physdev --physdev-is-bridged"
        }) {
            assertThat(forward(BEGUN, "-A FORWARD " + match + " -j DROP"))
                    .as(match)
                    .containsExactlyInAnyOrder(Fate.DROPPED, Fate.PASSED);
        }
    }

    @Test
    void a_comment_may_look_like_anything() {
        assertThat(forward(BEGUN, "-A FORWARD -m comment --comment \"-s 10.0.0.0/8 -j ACCEPT\" -j DROP"))
                .containsExactly(Fate.DROPPED);
    }

    @Test
    void marks_of_others_are_not_set() {
        assertThat(forward(BEGUN, "-A FORWARD -m mark --mark 0x4000/0x4000 -j DROP"))
                .containsExactly(Fate.PASSED);
        assertThat(forward(BEGUN, "-A FORWARD -m mark ! --mark 0x4000/0x4000 -j DROP"))
                .containsExactly(Fate.DROPPED);
    }

    @Test
    void jumps_come_back_and_gotos_do_not() {
        var chain = "-N OWN\n-A OWN -i wg0 -j ACCEPT\n-A OWN -o wg0 -j RETURN\n-A OWN -j RETURN\n-A OWN -j ACCEPT\n";

        assertThat(forward(BEGUN, chain + "-A FORWARD -j OWN\n-A FORWARD -j DROP"))
                .containsExactly(Fate.DROPPED);
        assertThat(forward(BEGUN, chain + "-A FORWARD -g OWN\n-A FORWARD -j DROP"))
                .containsExactly(Fate.PASSED);
        assertThat(forward(BEGUN, chain + "-A FORWARD -s 10.0.0.0/8 -g OWN\n-A FORWARD -j DROP"))
                .containsExactlyInAnyOrder(Fate.PASSED, Fate.DROPPED);
    }

    @Test
    void a_chain_that_nobody_listed_may_do_anything() {
        assertThat(forward(BEGUN, "-A FORWARD -j OWN\n-A FORWARD -j DROP"))
                .containsExactlyInAnyOrder(Fate.PASSED, Fate.DROPPED);
    }

    @Test
    void chains_that_lead_to_each_other_come_to_an_end() {
        assertThat(forward(BEGUN, "-N A\n-N B\n-A A -j B\n-A B -j A\n-A FORWARD -j A"))
                .isNotEmpty();
    }

    @Test
    void targets_that_only_count_log_or_mark_go_on() {
        assertThat(forward(
                        BEGUN,
                        "-A FORWARD\n-A FORWARD -j LOG\n-A FORWARD -j MARK --set-xmark 0x1/0x1\n-A FORWARD -j DROP"))
                .containsExactly(Fate.DROPPED);
    }

    @Test
    void the_rule_that_ends_it_for_certain_is_the_culprit() {
        var listing = ChainListing.parse(
                Rule.Chain.FORWARD,
                "-A FORWARD -s 10.0.0.0/8 -j DROP\n-A FORWARD -i mac0 -j REJECT\n-A FORWARD -j DROP");

        assertThat(Passage.culprit(BEGUN, listing)).hasToString("FORWARD -i mac0 -j REJECT");
        assertThat(Passage.culprit(BEGUN, ChainListing.EMPTY)).isNull();
    }

    private static Set<Fate> forward(Packet packet, String listing) {
        return Passage.through(packet, ChainListing.parse(Rule.Chain.FORWARD, listing));
    }
}

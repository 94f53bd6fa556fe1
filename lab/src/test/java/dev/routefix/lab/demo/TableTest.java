package dev.routefix.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.console.Ink;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final Ink PLAIN = new Ink(false);

    @Test
    void puts_the_scores_of_both_networks_under_each_other() {
        assertThat(Table.of(Example.report(Example.BEFORE, Example.AFTER, List.of()), PLAIN)
                        .lines())
                .contains(
                        "  client -> LB announced by n1           0/8  ✗      8/8  ✓",
                        "  client -> pod tcp                      4/4  ✓      4/4  ✓");
    }

    @Test
    void tells_what_the_pods_waited_for_their_networks_and_how_the_router_knows_them() {
        assertThat(Table.of(Example.report(Example.BEFORE, Example.AFTER, List.of()), PLAIN)
                        .lines())
                .contains(
                        "  network of the same pod again       4.20 s     12.0 ms  ✓",
                        "  192.168.2.101    db-0  on n1, in 12.0 ms");
    }

    @Test
    void puts_the_handshakes_side_by_side() {
        assertThat(Table.of(Example.report(Example.BEFORE, Example.AFTER, List.of()), PLAIN)
                        .lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("pod    .101 → client .50   SYN ACK", "LB     .240 → client .50   SYN ACK"))
                .anySatisfy(
                        line -> assertThat(line).contains("192.168.2.101, a stranger", "192.168.2.240, whom it called"))
                .anySatisfy(line -> assertThat(line).contains("nobody answered"));
    }

    @Test
    void says_why_a_flow_failed_and_what_is_left() {
        String text = Table.of(Example.report(Example.BEFORE, Example.after(7), List.of("n1: link mac0")), PLAIN);

        assertThat(text)
                .contains(
                        "7/8  ✗",
                        "not as it must be",
                        "why it failed",
                        "n1: link mac0",
                        "made by the kubelet",
                        "n1: file /var/lib/x/");
    }

    @Test
    void is_plain_text_unless_on_a_terminal() {
        Report report = Example.report(Example.BEFORE, Example.AFTER, List.of());

        assertThat(Table.of(report, PLAIN)).doesNotContain("\u001b");
        assertThat(Table.of(report, new Ink(true))).contains("\u001b");
    }
}

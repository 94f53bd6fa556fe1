package dev.routefix.installer.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.trace.Hop.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static final Hop FIRST = new Hop("a", List.of(Step.ok("leaves")));
    private static final Hop LOSING =
            new Hop("b", List.of(Step.ok("comes in"), Step.lost("is dropped"), Step.ok("is never seen")));

    @Test
    void a_packet_is_drawn_up_to_where_it_is_lost() {
        var trace = new Trace("a -> c", List.of(FIRST, LOSING, new Hop("c", List.of())));

        assertThat(trace.text()).isEqualTo("""
                a -> c

                  a
                    |  ok    leaves
                    v
                  b
                    |  ok    comes in
                    |  LOST  is dropped
                    X

                lost at b: is dropped
                """);
        assertThat(trace.arrives()).isFalse();
        assertThat(trace.hops()).hasSize(2);
    }

    @Test
    void one_that_arrives_ends_where_it_began() {
        var trace = new Trace("a -> a", List.of(FIRST, new Hop("a", List.of())));

        assertThat(trace.arrives()).isTrue();
        assertThat(trace.text()).endsWith("    v\n  a\n\nit arrives, and the answer comes back\n");
    }

    @Test
    void no_line_is_longer_than_a_hundred_characters_and_no_word_is_lost() {
        var words = "word ".repeat(60).strip();

        var text = new Trace("a -> b", List.of(new Hop(words, List.of(Step.lost(words))))).text();

        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
        assertThat(text.split("word", -1)).hasSize(4 * 60 + 1);
    }
}

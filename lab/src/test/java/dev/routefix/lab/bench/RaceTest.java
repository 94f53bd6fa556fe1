package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class RaceTest {
    private final List<String> order = new ArrayList<>();

    @Test
    void lets_them_run_by_turns() {
        new Race().with("a", runner("a")).with("b", runner("b")).run(0, 2);

        assertThat(order).containsExactly("a", "b", "a", "b");
    }

    @Test
    void does_not_count_the_first_rounds() {
        Race.Times times = new Race().with("a", runner("a")).run(2, 3);

        assertThat(order).hasSize(5);
        assertThat(times.of("a").runs()).isEqualTo(3);
        assertThat(times.of("a").percentile(0)).isEqualTo(3);
    }

    @Test
    void names_the_runners_there_are() {
        Race.Times times = new Race().with("a", runner("a")).run(0, 1);

        assertThatThrownBy(() -> times.of("b")).hasMessageContaining("'b'").hasMessageContaining("[a]");
    }

    /** Takes one millisecond more each time. */
    private LongSupplier runner(String name) {
        return () -> {
            order.add(name);
            return 1_000_000L * order.size();
        };
    }
}

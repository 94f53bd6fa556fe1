package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace quiet = Pace.of(Duration.ofSeconds(10)).afterQuiet();

    @Test
    void a_node_that_is_well_is_looked_at_as_soon_as_something_happens_and_every_RESYNC_SECONDS() {
        assertThat(quiet.atLeast()).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(quiet.atMost()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void one_repair_changes_little() {
        var repaired = quiet.afterRepair(Set.of("create mac0"));

        assertThat(repaired.atLeast()).isEqualTo(Duration.ofMillis(200));
        assertThat(repaired.isContested()).isFalse();
        assertThat(repaired.afterQuiet()).isEqualTo(quiet);
    }

    @Test
    void repairs_that_somebody_keeps_undoing_come_no_more_often_than_the_full_check() {
        var contested = quiet;
        for (int i = 0; i < 100; i++) {
            contested = contested.afterRepair(Set.of("add rule " + i, "write conflist"));
        }

        assertThat(contested.isContested()).isTrue();
        assertThat(contested.atLeast()).isEqualTo(Duration.ofSeconds(10));
        assertThat(contested.atMost()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void repairs_of_one_thing_after_another_are_no_contest() {
        var pace = quiet;
        for (int i = 0; i < 100; i++) {
            pace = pace.afterRepair(Set.of("repair " + i));
        }

        assertThat(pace.isContested()).isFalse();
        assertThat(pace.atLeast()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void a_look_that_keeps_failing_is_repeated_ever_more_seldom_but_at_least_every_five_minutes() {
        var failing = quiet.afterFailure();
        assertThat(failing.atMost()).isEqualTo(Duration.ofSeconds(10));
        assertThat(failing.afterFailure().atMost()).isEqualTo(Duration.ofSeconds(20));
        for (int i = 0; i < 100; i++) {
            failing = failing.afterFailure();
        }

        assertThat(failing.atMost()).isEqualTo(Duration.ofMinutes(5));
        assertThat(failing.atLeast()).isEqualTo(Duration.ofSeconds(10));
        assertThat(failing.afterQuiet()).isEqualTo(quiet);
    }

    @Test
    void a_check_every_hour_does_not_become_more_frequent_by_failing() {
        assertThat(Pace.of(Duration.ofHours(1)).afterFailure().atMost()).isEqualTo(Duration.ofHours(1));
    }
}

package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the probes are told, at every pace of looking. */
class HealthTest {

    private long now;
    private final Health health = new Health(() -> now);

    private void passes(Duration time) {
        now += time.toNanos();
    }

    @Test
    void a5_a_node_that_is_looked_at_as_rarely_as_can_be_is_alive_all_the_time() {
        for (int look = 0; look < 3; look++) {
            health.works();
            health.troubled(List.of("another kind of interface is named mac0"));
            health.waits(Duration.ofMinutes(5));
            passes(Duration.ofMinutes(5));
            assertThat(health.isAlive()).isTrue();
            assertThat(health.trouble()).isNotEmpty();
        }
    }

    @Test
    void a_look_that_does_not_come_back_is_stuck() {
        health.works();
        passes(Duration.ofMinutes(4));
        assertThat(health.isAlive()).isTrue();
        passes(Duration.ofMinutes(2));
        assertThat(health.isAlive()).isFalse();
    }

    @Test
    void a_look_that_should_have_come_is_stuck() {
        health.waits(Duration.ofSeconds(10));
        passes(Duration.ofMinutes(2));
        assertThat(health.isAlive()).isFalse();
    }

    @Test
    void whoever_was_told_so_restarts_the_container() {
        health.waits(Duration.ofSeconds(10));
        passes(Duration.ofMinutes(2));
        assertThat(health.isBeingRestarted()).isFalse();

        health.isAlive();
        assertThat(health.isBeingRestarted()).isTrue();

        health.works();
        health.isAlive();
        assertThat(health.isBeingRestarted()).isFalse();
    }

    @Test
    void what_comes_long_after_that_is_an_uninstallation_again() {
        passes(Duration.ofHours(1));
        health.isAlive();
        passes(Duration.ofMinutes(6));
        assertThat(health.isBeingRestarted()).isFalse();
    }
}

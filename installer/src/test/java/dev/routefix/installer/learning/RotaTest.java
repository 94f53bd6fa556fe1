package dev.routefix.installer.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotaTest {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Set<MacAddress> NOBODY = Set.of();

    /** What was sent to whom, as a clock runs that looks when it is told to, or a little later. */
    private static final class Run {
        private final Map<MacAddress, List<Duration>> frames = new HashMap<>();
        private final List<Duration> all = new ArrayList<>();
        private Rota rota = Rota.of(INTERVAL);
        private Duration now = Duration.ofHours(1);
        private int looks;

        /** Looks until {@code end}, each time {@code late}. */
        void until(Duration end, Set<MacAddress> pods, Set<MacAddress> talkers, Duration late) {
            while (now.compareTo(end) < 0) {
                var turn = rota.turn(pods, talkers, now);
                for (var pod : turn.due()) {
                    frames.computeIfAbsent(pod, _ -> new ArrayList<>()).add(now);
                    all.add(now);
                }
                rota = turn.next();
                now = now.plus(turn.pause()).plus(late);
                looks++;
            }
        }

        List<Duration> times(MacAddress pod) {
            return frames.getOrDefault(pod, List.of());
        }

        List<Duration> gaps(MacAddress pod) {
            var times = times(pod);
            var gaps = new ArrayList<Duration>();
            for (int i = 1; i < times.size(); i++) {
                gaps.add(times.get(i).minus(times.get(i - 1)));
            }
            return gaps;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 32, 110, 250})
    void a_pod_gets_one_frame_per_interval_and_never_two(int count) {
        var run = new Run();
        var began = run.now;

        run.until(began.plus(INTERVAL.multipliedBy(10)), pods(count), NOBODY, Duration.ofMillis(1));

        assertThat(run.frames.keySet()).isEqualTo(pods(count));
        for (var pod : pods(count)) {
            assertThat(run.gaps(pod))
                    .hasSizeBetween(7, 9)
                    .allSatisfy(gap -> assertThat(gap).isBetween(INTERVAL, INTERVAL.plusSeconds(1)));
        }
        assertThat(run.frames.values())
                .allSatisfy(times -> assertThat(times.getFirst())
                        .isBetween(began.plus(INTERVAL), began.plus(INTERVAL.multipliedBy(2))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 32, 110, 250})
    void frames_come_evenly_although_all_pods_came_at_one_moment(int count) {
        var run = new Run();
        var began = run.now;

        run.until(began.plus(INTERVAL.multipliedBy(6)), pods(count), NOBODY, Duration.ofMillis(1));

        int tenths = 10;
        // a node that has more pods than turns shows several of them at a turn
        long most = 2L + count / 25;
        var tenth = INTERVAL.dividedBy(tenths);
        for (var from = began.plus(INTERVAL); from.compareTo(run.now.minus(tenth)) < 0; from = from.plus(tenth)) {
            var start = from;
            assertThat(run.all.stream()
                            .filter(time -> time.compareTo(start) >= 0 && time.compareTo(start.plus(tenth)) < 0)
                            .count())
                    .as("between %s and %s", start, start.plus(tenth))
                    .isBetween(count / tenths - most, count / tenths + most);
        }
    }

    @Test
    void many_pods_do_not_make_many_looks() {
        var run = new Run();

        run.until(run.now.plus(INTERVAL.multipliedBy(10)), pods(250), NOBODY, Duration.ofMillis(1));

        assertThat(run.looks).isLessThanOrEqualTo(10 * 33);
    }

    @Test
    void a_node_without_pods_is_looked_at_once_per_interval() {
        var turn = Rota.of(INTERVAL).turn(Set.of(), NOBODY, Duration.ZERO);

        assertThat(turn.due()).isEmpty();
        assertThat(turn.pause()).isEqualTo(INTERVAL);
    }

    @Test
    void nothing_is_sent_for_a_pod_that_was_heard() {
        var run = new Run();
        var talker = pod(3);

        run.until(run.now.plus(INTERVAL.multipliedBy(10)), pods(10), Set.of(talker, pod(99)), Duration.ofMillis(1));

        assertThat(run.frames.keySet()).hasSize(9).doesNotContain(talker);
    }

    @Test
    void a_pod_that_falls_silent_is_shown_again_within_two_intervals() {
        var run = new Run();
        run.until(run.now.plus(INTERVAL.multipliedBy(3)), pods(10), Set.of(pod(3)), Duration.ofMillis(1));
        var silent = run.now;

        run.until(silent.plus(INTERVAL.multipliedBy(3)), pods(10), NOBODY, Duration.ofMillis(1));

        assertThat(run.times(pod(3)))
                .first()
                .satisfies(time -> assertThat(time).isLessThanOrEqualTo(silent.plus(INTERVAL.multipliedBy(2))));
    }

    @Test
    void a_pod_that_is_gone_is_forgotten_and_moves_the_others_by_a_turn_at_most() {
        var run = new Run();
        run.until(run.now.plus(INTERVAL.multipliedBy(4)), pods(10), NOBODY, Duration.ZERO);
        var stay = new HashSet<>(pods(10));
        stay.remove(pod(3));
        int before = run.times(pod(3)).size();

        run.until(run.now.plus(INTERVAL.multipliedBy(4)), stay, NOBODY, Duration.ZERO);

        assertThat(run.times(pod(3))).hasSize(before);
        assertThat(run.rota.heard().keySet()).isEqualTo(stay);
        var turn = INTERVAL.dividedBy(9);
        stay.forEach(pod ->
                assertThat(run.gaps(pod)).allSatisfy(gap -> assertThat(gap).isBetween(INTERVAL, INTERVAL.plus(turn))));
    }

    @Test
    void a_pod_that_comes_in_between_is_shown_within_two_intervals_and_delays_no_other_by_more() {
        var run = new Run();
        run.until(run.now.plus(INTERVAL.multipliedBy(4)), pods(10), NOBODY, Duration.ZERO);
        var came = run.now;

        run.until(came.plus(INTERVAL.multipliedBy(6)), pods(11), NOBODY, Duration.ZERO);

        assertThat(run.times(pod(10)))
                .first()
                .satisfies(time -> assertThat(time).isLessThanOrEqualTo(came.plus(INTERVAL.multipliedBy(2))));
        pods(11).forEach(pod -> assertThat(run.gaps(pod))
                .allSatisfy(gap -> assertThat(gap).isBetween(INTERVAL, INTERVAL.multipliedBy(2))));
    }

    @Test
    void a_look_that_comes_very_late_sends_no_burst() {
        var run = new Run();
        run.until(run.now.plus(INTERVAL.multipliedBy(3)), pods(10), NOBODY, Duration.ZERO);
        run.now = run.now.plus(INTERVAL.multipliedBy(20));

        var turn = run.rota.turn(pods(10), NOBODY, run.now);

        assertThat(turn.due()).hasSize(1);
        assertThat(turn.pause()).isEqualTo(INTERVAL.dividedBy(10));
    }

    @Test
    void looks_in_between_change_nothing() {
        var run = new Run();
        var began = run.now;
        run.until(began.plus(INTERVAL.multipliedBy(5)), pods(10), NOBODY, Duration.ZERO);

        var rota = Rota.of(INTERVAL);
        var times = new ArrayList<Duration>();
        for (var now = began; now.compareTo(run.now) < 0; now = now.plusSeconds(1)) {
            var turn = rota.turn(pods(10), NOBODY, now);
            for (var _ : turn.due()) {
                times.add(now);
            }
            rota = turn.next();
        }

        assertThat(times).isEqualTo(run.all);
    }

    @Test
    void the_pod_that_was_unheard_longest_comes_first() {
        var rota = new Rota(
                INTERVAL,
                Map.of(pod(1), Duration.ofSeconds(20), pod(2), Duration.ofSeconds(10), pod(3), Duration.ofSeconds(30)),
                Duration.ZERO);

        var turn = rota.turn(Set.of(pod(1), pod(2), pod(3)), NOBODY, Duration.ofSeconds(500));

        assertThat(turn.due()).containsExactly(pod(2));
    }

    private static Set<MacAddress> pods(int count) {
        var pods = new HashSet<MacAddress>();
        LongStream.range(0, count).forEach(number -> pods.add(pod(number)));
        return pods;
    }

    private static MacAddress pod(long number) {
        return new MacAddress(0x0200_0000_0000L + number);
    }
}

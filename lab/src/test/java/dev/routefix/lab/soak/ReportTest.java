package dev.routefix.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.containerd.NodeState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final Options LONG =
            new Options(Path.of("manifest"), Path.of("image"), Duration.ofSeconds(400), 2, 0, 0);
    private static final Options SHORT =
            new Options(Path.of("manifest"), Path.of("image"), Duration.ofSeconds(4), 2, 0, 0);

    private final Tally tally = new Tally();

    @Test
    void a_soak_of_which_nothing_is_left_is_good() {
        tally.count("ADD", "ok");
        tally.count("ADD", "ok");
        tally.count("ADD", "error 11");

        Report report = report(LONG, 20, 30, 30, 31);

        assertThat(report.problems()).isEmpty();
        assertThat(report.json().path("ok").asBoolean()).isTrue();
        assertThat(report.json().at("/calls/ADD/error 11").asInt()).isEqualTo(1);
        assertThat(report.text()).contains("error 11, 2 ok", "second quarter 30.0 MiB, last 31.0 MiB");
    }

    @Test
    void memory_that_grows_from_the_second_quarter_to_the_last_is_a_problem() {
        assertThat(report(LONG, 20, 30, 32, 34).problems())
                .containsExactly("memory grows: 30.0 MiB in the second quarter, 34.0 MiB in the last");
    }

    @Test
    void memory_may_grow_while_a_JVM_has_just_begun() {
        assertThat(report(SHORT, 20, 30, 32, 34).problems()).isEmpty();
    }

    @Test
    void the_first_faults_are_told_and_the_rest_are_counted() {
        for (int i = 0; i < 25; i++) {
            tally.fault("fault " + i);
        }

        assertThat(report(SHORT).problems()).hasSize(21).endsWith("fault 19", "and 5 more");
    }

    /** One look in the middle of each quarter. */
    private Report report(Options options, long... mebibytes) {
        Duration eighth = options.duration().dividedBy(8);
        List<Sample> samples = LongStream.range(0, mebibytes.length)
                .mapToObj(i ->
                        new Sample(eighth.multipliedBy(2 * i + 1), i, 20, 15, mebibytes[Math.toIntExact(i)] * MEBIBYTE))
                .toList();
        return new Report(options, tally.calls(), samples, tally.faults(), List.of(), 40 * MEBIBYTE, 0);
    }

    @Test
    void an_answer_to_try_again_is_good_only_while_the_appliance_is_away() {
        String error = "{\"code\": 11, \"msg\": \"later\"}";

        assertThat(Outcome.of(1, error, "", true).isPutOff()).isTrue();
        assertThat(Outcome.of(1, error, "", false).isPutOff()).isFalse();
        assertThat(Outcome.of(1, "no JSON", "", true).kind()).isEqualTo("exit code 1");
    }

    @Test
    void what_stayed_is_named_with_what_there_was() {
        var before = new Vitals(new TreeMap<>(Map.of("socket", 3)), new TreeMap<>(), 0);
        var after = new Vitals(new TreeMap<>(Map.of("socket", 4, "/x", 1)), new TreeMap<>(), 0);
        var node = new NodeState(new TreeSet<>());

        assertThat(new Idle(node, after).differences(new Idle(node, before)))
                .containsExactly(
                        "left behind: file descriptor /x, 1 instead of 0",
                        "left behind: file descriptor socket, 4 instead of 3");
    }
}

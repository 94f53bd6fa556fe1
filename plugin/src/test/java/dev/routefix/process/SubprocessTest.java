package dev.routefix.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SubprocessTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void gives_exit_code_output_and_errors() throws IOException {
        assertThat(Subprocess.run(List.of("/bin/sh", "-c", "echo out; echo err >&2; exit 3"), LONG))
                .isEqualTo(new Subprocess.Outcome(3, "out\n", "err\n", false));
    }

    @Test
    void hands_arguments_on_untouched() throws IOException {
        assertThat(Subprocess.run(List.of("/usr/bin/printf", "%s|", "a b", "\"q\"", "$HOME", "${x}", "'"), LONG)
                        .output())
                .isEqualTo("a b|\"q\"|$HOME|${x}|'|");
    }

    @Test
    void a_program_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> Subprocess.run(List.of("/absent/program"), LONG))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_program_that_hangs_is_killed() {
        assertThatThrownBy(() -> Subprocess.run(List.of("/bin/sleep", "1000"), Duration.ofMillis(200)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/bin/sleep 1000 did not end");
    }

    @Test
    void a_program_that_hangs_and_will_not_be_asked_is_killed_with_all_it_has_started() {
        var stubborn = "trap '' TERM; sleep 1000 & sleep 1000";

        assertThatThrownBy(() -> Subprocess.run(List.of("/bin/sh", "-c", stubborn), Duration.ofMillis(200)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end");
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(child -> child.info().commandLine().orElse("").contains("sleep 1000"));
    }

    @Test
    void a_program_that_leaves_somebody_with_its_output_is_not_waited_for() throws IOException {
        var outcome = Subprocess.run(List.of("/bin/sh", "-c", "echo said; sleep 20 &"), LONG);

        assertThat(outcome.output()).isEqualTo("said\n");
    }

    @Test
    void what_a_program_says_is_kept_up_to_a_limit() throws IOException {
        var outcome = Subprocess.run(List.of("/bin/sh", "-c", "head -c 5000000 /dev/zero"), LONG);

        assertThat(outcome.cut()).isTrue();
        assertThat(outcome.output()).hasSize(Subprocess.LIMIT);
    }

    @Test
    void a_program_has_the_environment_and_the_input_that_it_is_given_and_no_other() throws IOException {
        var outcome = Subprocess.run(
                List.of("/bin/sh", "-c", "cat; echo $ONE$HOME"),
                Map.of("ONE", "1", "PATH", "/usr/bin:/bin"),
                "in ",
                LONG);

        assertThat(outcome.output()).isEqualTo("in 1\n");
    }

    @Test
    void a_daemon_speaks_line_by_line_and_ends_when_asked() throws Exception {
        var daemon = Subprocess.daemon(
                List.of("/bin/sh", "-c", "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done"));
        var lines = new ConcurrentLinkedQueue<String>();
        var up = new CountDownLatch(1);
        var run = new FutureTask<>(() -> daemon.executeUntilItEnds(line -> {
            lines.add(line);
            up.countDown();
        }));
        Thread.ofPlatform().daemon().start(run);
        up.await();

        daemon.stop(LONG);

        assertThat(run.get()).isEqualTo(5);
        assertThat(lines).containsExactly("up", "bye");
    }

    @Test
    void a_daemon_that_does_not_listen_is_killed() throws Exception {
        var daemon = Subprocess.daemon(List.of("/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"));
        var up = new CountDownLatch(1);
        var run = new FutureTask<>(() -> daemon.executeUntilItEnds(line -> up.countDown()));
        Thread.ofPlatform().daemon().start(run);
        up.await();

        daemon.stop(Duration.ofMillis(200));

        assertThat(run.get()).isEqualTo(128 + 9);
    }
}

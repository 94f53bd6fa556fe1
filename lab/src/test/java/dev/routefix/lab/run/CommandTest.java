package dev.routefix.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void gives_input_and_environment_and_keeps_the_streams_apart() {
        Output output = Command.of("sh", "-c", "cat; echo $WORD >&2; exit 3")
                .env(Map.of("WORD", "aside"))
                .stdin("said")
                .attempt();

        assertThat(output).isEqualTo(new Output(3, "said", "aside\n"));
    }

    @Test
    void a_failure_shows_the_words_and_what_was_said() {
        assertThatThrownBy(() ->
                        Command.of("sh", "-c", "echo no such luck >&2; exit 2").run())
                .isInstanceOf(CommandFailed.class)
                .hasMessage("sh -c echo no such luck >&2; exit 2: exit code 2: no such luck");
    }

    @Test
    void a_program_that_does_not_exist_is_named() {
        assertThatThrownBy(() -> Command.of("no-such-program").run())
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("no-such-program: cannot be started");
    }

    @Test
    void what_exceeds_its_time_is_killed_with_its_children() {
        assertThatThrownBy(() -> Command.of("sh", "-c", "sleep 1000 & echo $!; wait")
                        .within(Duration.ofMillis(300))
                        .run())
                .isInstanceOfSatisfying(
                        CommandFailed.class,
                        failure -> assertThat(ProcessHandle.of(
                                        Long.parseLong(failure.output().stdout().strip())))
                                .isNotPresent());
    }

    @Test
    void a_daemon_that_keeps_the_pipe_open_keeps_nobody_waiting_for_ever() {
        Output output =
                Command.of("sh", "-c", "sleep 1000 & echo said").within(BOUND).attempt();

        assertThat(output).isEqualTo(new Output(0, "said\n", ""));
    }

    @Test
    void a_background_process_is_stopped_with_what_it_started() {
        Background background = Command.of("sh", "-c", "sleep 1000 & echo child $!; echo ready; wait")
                .start(Run.current().directory("background").resolve("log"));
        background.awaitLog("ready", BOUND);
        long child = Long.parseLong(
                background.log().lines().findFirst().orElseThrow().substring("child ".length()));

        background.close();

        assertThat(background.isAlive()).isFalse();
        Poll.until("its child is gone", BOUND, () -> ProcessHandle.of(child).isEmpty());
    }

    @Test
    void a_background_process_that_ends_too_early_shows_its_log() {
        Background background = Command.of("sh", "-c", "echo cannot bind; exit 1")
                .start(Run.current().directory("early").resolve("log"));

        assertThatThrownBy(() -> background.awaitLog("ready", BOUND))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("it ended before")
                .hasMessageContaining("cannot bind");
    }
}

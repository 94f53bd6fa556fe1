package dev.routefix.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import dev.routefix.relay.Listener.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay as a process whose stdin, stdout and stderr are not as one would wish. */
@ParameterizedClass
@EnumSource(Machine.class)
final class RelayDescriptorsIT {
    private static final Conversation ANSWER = (in, out) -> {
        var size = RelayRequest.read(in, 1 << 20).stdin().readAllBytes().length;
        new RelayAnswer(0, size + " bytes of stdin\n", "log\n").write(out);
    };

    private final RelayUnderTest under;

    RelayDescriptorsIT(Machine machine) {
        under = new RelayUnderTest(machine);
    }

    @Test
    void a_closed_stdin_is_an_empty_one() throws Exception {
        assertThat(run("\"$@\" <&-")).isEqualTo(new Output(0, "0 bytes of stdin\n", "log\n"));
    }

    @Test
    void a_stdin_that_cannot_be_read_is_an_empty_one() throws Exception {
        assertThat(run("\"$@\" < /")).isEqualTo(new Output(0, "0 bytes of stdin\n", "log\n"));
    }

    @Test
    void without_stdout_no_call_is_a_success() throws Exception {
        assertThat(run("\"$@\" >&-; echo $?").stdout()).isEqualTo("1\n");
    }

    @Test
    void without_stderr_a_call_may_be_a_success() throws Exception {
        assertThat(run("\"$@\" 2>&-; echo $?")).isEqualTo(new Output(0, "0 bytes of stdin\n0\n", ""));
    }

    @Test
    void without_any_of_the_three_the_resident_is_asked_all_the_same() throws Exception {
        assertThat(run("\"$@\" <&- >&- 2>&-; echo $?")).isEqualTo(new Output(0, "1\n", ""));
    }

    @Test
    void a_fallback_finds_closed_what_was_closed() {
        var relay = under.fallingBackTo("{ cat; } 2>/dev/null || echo closed", 60);

        assertThat(RelayIT.shell("\"$@\" <&-", relay).run().stdout()).isEqualTo("closed\n");
    }

    @Test
    void a_call_is_no_success_if_nobody_reads_stdout_any_more() throws Exception {
        var gone = under.file("gone");
        var code = under.file("code");
        try (var _ = under.listener((in, out) -> {
            RelayRequest.read(in, 1 << 20);
            Poll.until("the reader is gone", RelayUnderTest.BOUND, () -> Files.exists(gone));
            new RelayAnswer(0, "nobody reads this\n", "").write(out);
        })) {
            RelayIT.shell("{ \"$@\"; echo $? > %s; } | { exec <&-; : > %s; }".formatted(code, gone), under.relay())
                    .run();
        }
        assertThat(code).content().isNotEqualTo("0\n");
    }

    @Test
    void a_pipe_that_does_not_block_is_waited_for() throws Exception {
        var answer = new RelayAnswer(0, "o".repeat(1_000_000), "");
        var nonblocking = "use Fcntl; fcntl($_, F_SETFL, O_NONBLOCK) || die for *STDIN, *STDOUT; exec @ARGV";
        var argv = new ArrayList<>(List.of("perl", "-e", nonblocking));
        argv.addAll(under.relay().argv());
        try (var _ = under.listener((in, out) -> {
            assertThat(RelayRequest.read(in, 1 << 20).stdin()).hasContent("{}");
            answer.write(out);
        })) {
            var relay = new ProcessBuilder(argv).start();
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            try (var stdin = relay.getOutputStream()) {
                stdin.write("{}".getBytes(UTF_8));
            }
            var stdout = relay.getInputStream();
            Poll.until("the pipe is full", RelayUnderTest.BOUND, () -> available(stdout) >= 1 << 16);
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            assertThat(new String(stdout.readAllBytes(), UTF_8)).isEqualTo(answer.stdout());
            assertThat(relay.waitFor()).isZero();
        }
    }

    private Output run(String script) throws Exception {
        try (var _ = under.listener(ANSWER)) {
            return RelayIT.shell(script, under.relay()).attempt();
        }
    }

    private static int available(InputStream stream) {
        try {
            return stream.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

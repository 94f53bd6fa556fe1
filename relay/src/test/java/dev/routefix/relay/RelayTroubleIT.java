package dev.routefix.relay;

import static dev.routefix.relay.RelayIT.DONE;
import static dev.routefix.relay.RelayIT.refusal;
import static dev.routefix.relay.RelayIT.shell;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay as a process that talks with a resident which dies, hangs, refuses, or is none. */
@ParameterizedClass
@EnumSource(Machine.class)
final class RelayTroubleIT {
    private static final int LIMIT = 4 << 20;
    private static final Output LOST = refusal("the resident died before it answered");
    private static final Output STRANGER = refusal("what listens on the socket is no resident of this version");
    private static final Output SILENT = refusal("the resident gave no answer for 1 s");

    private final RelayUnderTest under;

    RelayTroubleIT(Machine machine) {
        under = new RelayUnderTest(machine);
    }

    @Test
    void reads_the_answer_while_it_cannot_send_and_so_never_waits_for_a_resident_that_waits_for_it() throws Exception {
        var answer = new RelayAnswer(0, "o".repeat(1_000_000), "");
        var argument = "a".repeat(120_000);
        var stuck = new CountDownLatch(1);
        try (var _ = under.listener((in, out) -> {
                    stuck.await();
                    answer.write(out);
                    in.readAllBytes();
                });
                var relay = under.relay(argument, argument, argument, argument, argument)
                        .start(under.file("log"))) {
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            stuck.countDown();
            assertThat(relay.exit(RelayUnderTest.BOUND)).isZero();
            assertThat(relay.log()).isEqualTo(answer.stdout());
        }
    }

    @Test
    void reads_no_more_of_stdin_for_a_resident_that_takes_no_more_and_waits_for_its_answer() throws Exception {
        var deaf = under.file("deaf");
        var fifo = under.file("fifo");
        Command.of("mkfifo", fifo.toString()).run();
        var zerosOnceItIsDeaf =
                "exec > %s; until [ -e %s ]; do sleep 0.01; done; exec cat /dev/zero".formatted(fifo, deaf);
        var asked = new CountDownLatch(1);
        var refused = new CountDownLatch(1);
        try (var _ = under.listener((in, out) -> {
                    asked.await();
                    in.close();
                    Files.createFile(deaf);
                    refused.await();
                    DONE.write(out);
                });
                var writer = Command.of("sh", "-c", zerosOnceItIsDeaf).start(under.file("writer"));
                var relay = shell("exec \"$@\" < " + fifo, under.relay()).start(under.file("log"))) {
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            asked.countDown();
            RelayUnderTest.awaitSleep(writer.pid(), SystemCall.WRITE);
            Poll.until("nothing more of stdin is read", RelayUnderTest.BOUND, () -> {
                var before = written(writer.pid());
                RelayUnderTest.interrupt(relay.pid());
                return written(writer.pid()).equals(before);
            });
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            refused.countDown();
            assertThat(relay.exit(RelayUnderTest.BOUND)).isZero();
            assertThat(relay.log()).isEqualTo(DONE.stdout());
        }
    }

    @Test
    void gives_up_if_it_is_not_allowed_to_wait_any_more() throws Exception {
        var forbidden = new CountDownLatch(1);
        var listener = Listener.bind(under.socket(), 50);
        listener.serve((in, out) -> {
            RelayRequest.read(in, LIMIT);
            forbidden.await();
            out.write(encoded(DONE), 0, 1);
            listener.hang();
        });
        try (listener;
                var relay = under.relay().start(under.file("log"))) {
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            Command.of("prlimit", "--pid", Long.toString(relay.pid()), "--nofile=0:0")
                    .run();
            forbidden.countDown();
            assertThat(relay.exit(RelayUnderTest.BOUND)).isEqualTo(LOST.exit());
            assertThat(relay.log()).isEqualTo(LOST.stdout());
        }
    }

    @Test
    void takes_the_answer_of_a_resident_that_refuses_before_it_has_read_the_request() throws Exception {
        var refusal = new RelayAnswer(1, "{\"code\":11}", "retiring\n");
        Files.write(under.file("stdin"), new byte[64 << 20]);
        try (var _ = under.listener((_, out) -> refusal.write(out))) {
            assertThat(shell("\"$@\" < " + under.file("stdin"), under.relay()).attempt())
                    .isEqualTo(new Output(1, "{\"code\":11}", "retiring\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 29})
    void says_that_the_resident_died_if_the_answer_ends_anywhere_before_its_end(int size) throws Exception {
        var listener = under.listener((in, out) -> {
            RelayRequest.read(in, LIMIT);
            out.write(encoded(DONE), 0, size);
        });
        try (listener) {
            assertThat(under.relay().stdin("{}").attempt()).isEqualTo(LOST);
        }
        assertThat(listener.conversations()).isEqualTo(1);
    }

    @Test
    void says_that_the_resident_died_if_it_does_so_without_having_read_the_request() throws Exception {
        try (var _ = under.listener((_, _) -> {})) {
            assertThat(under.relay().stdin("x".repeat(1 << 20)).attempt()).isEqualTo(LOST);
        }
    }

    @Test
    void says_that_the_listener_is_no_resident_if_its_answer_is_none() throws Exception {
        try (var _ = under.listener((_, out) -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8)))) {
            assertThat(under.relay().attempt()).isEqualTo(STRANGER);
        }
        Files.delete(under.socket());
        try (var _ = under.listener((_, out) -> out.write(head(RelayAnswer.MAGIC + 1, 0, 0)))) {
            assertThat(under.relay().attempt()).isEqualTo(STRANGER);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {RelayAnswer.LIMIT - RelayAnswer.HEAD + 1, Integer.MAX_VALUE, 0xffff_ffffL})
    void takes_no_answer_it_has_no_room_for(long size) throws Exception {
        try (var _ = under.listener((_, out) -> {
            out.write(head(RelayAnswer.MAGIC, (int) size, 0));
            out.write(new byte[1 << 21]);
        })) {
            assertThat(under.relay().attempt()).isEqualTo(STRANGER);
        }
        Files.delete(under.socket());
        try (var _ = under.listener((_, out) -> out.write(head(RelayAnswer.MAGIC, 1, (int) size)))) {
            assertThat(under.relay().attempt()).isEqualTo(STRANGER);
        }
    }

    @Test
    void does_not_wait_forever_for_a_resident_that_hangs() throws Exception {
        var listener = Listener.bind(under.socket(), 50);
        try (listener) {
            assertThat(under.patient(1).attempt()).describedAs("accepts nobody").isEqualTo(SILENT);
            listener.serve((in, out) -> {
                RelayRequest.read(in, LIMIT);
                out.write(encoded(DONE), 0, 20);
                listener.hang();
            });
            assertThat(under.patient(1).attempt())
                    .describedAs("stops answering")
                    .isEqualTo(SILENT);
        }
    }

    @Test
    void does_not_wait_forever_for_a_resident_that_takes_no_more_of_the_request() throws Exception {
        try (var _ = Listener.bind(under.socket(), 50)) {
            assertThat(under.patient(1).stdin("x".repeat(1 << 21)).attempt()).isEqualTo(SILENT);
        }
    }

    @Test
    void is_patient_with_a_resident_that_is_slow_but_goes_on() throws Exception {
        try (var _ = under.listener((in, out) -> {
            RelayRequest.read(in, LIMIT);
            for (byte one : encoded(new RelayAnswer(0, "", ""))) {
                out.write(one);
                Thread.sleep(220);
            }
        })) {
            assertThat(under.patient(3).run()).isEqualTo(new Output(0, "", ""));
        }
    }

    /** How many bytes a process has written so far, as proc_pid_io(5) has it. */
    private static String written(long pid) {
        return Command.of("grep", "wchar", "/proc/" + pid + "/io").run().stdout();
    }

    private static byte[] encoded(RelayAnswer answer) throws IOException {
        var bytes = new ByteArrayOutputStream();
        answer.write(bytes);
        return bytes.toByteArray();
    }

    private static byte[] head(int magic, int stdout, int stderr) {
        return ByteBuffer.allocate(RelayAnswer.HEAD)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(magic)
                .putInt(0)
                .putInt(stdout)
                .putInt(stderr)
                .array();
    }
}

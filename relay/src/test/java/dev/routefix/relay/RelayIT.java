package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay as a process that talks with a resident which behaves. */
@ParameterizedClass
@EnumSource(Machine.class)
final class RelayIT {
    private static final int LIMIT = 4 << 20;
    static final RelayAnswer DONE = new RelayAnswer(0, "{\"done\":true}\n", "");
    static final Output ANSWERED = new Output(0, DONE.stdout(), "");

    private final RelayUnderTest under;

    RelayIT(Machine machine) {
        under = new RelayUnderTest(machine);
    }

    static Output refusal(String message) {
        return new Output(1, "{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"" + message + "\"}\n", "");
    }

    @Test
    void hands_over_arguments_environment_and_stdin() throws Exception {
        BlockingQueue<RelayRequest> requests = new LinkedBlockingQueue<>();
        try (var _ = under.listener(answering(requests))) {
            var relay = under.relay("one", "", "two words").behind(List.of("env", "-i", "A=1", "B=", "É=é"));

            assertThat(relay.stdin("{\"name\":\"é\"}").run()).isEqualTo(ANSWERED);
        }
        var request = requests.take();
        assertThat(request.arguments()).containsExactly(under.file("relay").toString(), "one", "", "two words");
        assertThat(request.environment()).isEqualTo(Map.of("A", "1", "B", "", "É", "é"));
        assertThat(request.stdin()).hasContent("{\"name\":\"é\"}");
    }

    @Test
    void hands_over_nothing_where_there_is_nothing() throws Exception {
        BlockingQueue<RelayRequest> requests = new LinkedBlockingQueue<>();
        try (var _ = under.listener(answering(requests))) {
            under.relay().behind(List.of("env", "-i")).run();
        }
        var request = requests.take();
        assertThat(request.arguments()).hasSize(1);
        assertThat(request.environment()).isEmpty();
        assertThat(request.stdin()).isEmpty();
    }

    @Test
    void leaves_stdin_alone_as_a_client() throws Exception {
        BlockingQueue<RelayRequest> requests = new LinkedBlockingQueue<>();
        var client = under.command(RelaySettings.client(under.socket().toString(), RelayUnderTest.BOUND), "live");
        var endless = under.file("endless");
        try (var _ = under.listener(answering(requests))) {
            assertThat(shell("mkfifo %1$s; exec \"$@\" <> %1$s".formatted(endless), client)
                            .run())
                    .isEqualTo(ANSWERED);
        }
        var request = requests.take();
        assertThat(request.arguments()).last().isEqualTo("live");
        assertThat(request.stdin()).isEmpty();
    }

    @Test
    void hands_over_strings_that_need_more_than_one_send() throws Exception {
        BlockingQueue<RelayRequest> requests = new LinkedBlockingQueue<>();
        var argument = "a".repeat(100_000);
        var variable = "v".repeat(120_000);
        try (var _ = under.listener(answering(requests))) {
            under.relay(argument, argument, argument, argument, "last")
                    .env(Map.of("V1", variable, "V2", variable, "V3", variable))
                    .run();
        }
        var request = requests.take();
        assertThat(request.arguments().subList(1, 6)).containsExactly(argument, argument, argument, argument, "last");
        assertThat(request.environment()).containsAllEntriesOf(Map.of("V1", variable, "V2", variable, "V3", variable));
    }

    @Test
    void sends_nothing_behind_the_end_of_stdin() throws Exception {
        var asked = new CountDownLatch(1);
        var looked = new CountDownLatch(1);
        BlockingQueue<Integer> rests = new LinkedBlockingQueue<>();
        try (var _ = under.listener((in, out) -> {
                    RelayRequest.read(in, LIMIT);
                    asked.countDown();
                    looked.await();
                    DONE.write(out);
                    rests.add(in.readAllBytes().length);
                });
                var relay = under.relay().start(under.file("log"))) {
            asked.await();
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
            looked.countDown();
            assertThat(relay.exit(RelayUnderTest.BOUND)).isZero();
        }
        assertThat(rests.take()).isZero();
    }

    @Test
    void prints_what_the_resident_answers_and_returns_its_exit_code() throws Exception {
        try (var _ = under.listener(answering(new RelayAnswer(255, "to stdout, é", "to stderr")))) {
            assertThat(under.relay().attempt()).isEqualTo(new Output(255, "to stdout, é", "to stderr"));
        }
        Files.delete(under.socket());
        try (var _ = under.listener(answering(new RelayAnswer(2, "", "")))) {
            assertThat(under.relay().attempt()).isEqualTo(new Output(2, "", ""));
        }
    }

    @Test
    void takes_an_answer_byte_by_byte() throws Exception {
        try (var _ = under.listener((in, out) -> {
            RelayRequest.read(in, LIMIT);
            DONE.write(new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    out.write(one);
                }
            });
        })) {
            assertThat(under.relay().run()).isEqualTo(ANSWERED);
        }
    }

    @Test
    void takes_the_largest_answer_there_is() throws Exception {
        var answer =
                new RelayAnswer(0, "o".repeat(600_000), "e".repeat(RelayAnswer.LIMIT - RelayAnswer.HEAD - 600_000));
        try (var _ = under.listener(answering(answer))) {
            assertThat(under.relay().run()).isEqualTo(new Output(0, answer.stdout(), answer.stderr()));
        }
    }

    @Test
    void hands_over_stdin_of_any_size_to_a_resident_that_reads_slowly() throws Exception {
        var stdin = new byte[64 << 20];
        new Random(64).nextBytes(stdin);
        Files.write(under.file("stdin"), stdin);
        BlockingQueue<Long> digests = new LinkedBlockingQueue<>();
        try (var _ = under.listener((in, out) -> {
            digests.add(digest(in));
            DONE.write(out);
        })) {
            assertThat(shell("cat " + under.file("stdin") + " | \"$@\"", under.relay())
                            .run())
                    .isEqualTo(ANSWERED);
            assertThat(shell("\"$@\" < " + under.file("stdin"), under.relay()).run())
                    .isEqualTo(ANSWERED);
        }
        assertThat(List.of(digests.take(), digests.take())).containsOnly(digest(stdin));
    }

    @Test
    void goes_on_after_it_was_stopped() throws Exception {
        var asked = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        try (var _ = under.listener((in, out) -> {
            RelayRequest.read(in, LIMIT);
            asked.countDown();
            interrupted.await();
            DONE.write(out);
        })) {
            try (var relay = under.relay().start(under.file("log"))) {
                asked.await();
                RelayUnderTest.awaitSleep(relay.pid(), SystemCall.PPOLL);
                RelayUnderTest.interrupt(relay.pid());
                interrupted.countDown();
                assertThat(relay.exit(RelayUnderTest.BOUND)).isZero();
                assertThat(relay.log()).isEqualTo(DONE.stdout());
            }
        }
    }

    private static Listener.Conversation answering(RelayAnswer answer) {
        return (in, out) -> {
            RelayRequest.read(in, LIMIT);
            answer.write(out);
        };
    }

    private static Listener.Conversation answering(BlockingQueue<RelayRequest> requests) {
        return (in, out) -> {
            requests.add(RelayRequest.read(in, LIMIT));
            DONE.write(out);
        };
    }

    static Command shell(String script, Command relay) {
        return relay.behind(List.of("sh", "-c", script, "sh"));
    }

    private static long digest(byte[] bytes) {
        var digest = new CRC32();
        digest.update(bytes);
        return digest.getValue();
    }

    /** Of a request's stdin, taken in pieces smaller than those the relay sends. */
    private static long digest(InputStream in) throws IOException {
        in.skipNBytes(16);
        in.skipNBytes(number(in));
        var digest = new CRC32();
        for (long left = number(in); left != 0; left = number(in)) {
            assertThat(left).isLessThanOrEqualTo(RelayProgram.MUCH);
            while (left > 0) {
                var piece = in.readNBytes((int) Math.min(left, 5_000));
                digest.update(piece);
                left -= piece.length;
            }
        }
        return digest.getValue();
    }

    private static long number(InputStream in) throws IOException {
        return ByteBuffer.wrap(in.readNBytes(8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}

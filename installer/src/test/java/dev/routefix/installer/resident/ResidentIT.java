package dev.routefix.installer.resident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import dev.routefix.installer.log.Log;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Pause;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.relay.Machine;
import dev.routefix.relay.Relay;
import dev.routefix.relay.RelayAnswer;
import dev.routefix.relay.RelayRequest;
import dev.routefix.relay.RelaySettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The socket and its calls, with real relays. */
class ResidentIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Netns pod = Netns.create("pod");
    private final Path directory = Run.current().directory("resident");
    private final Path socket = directory.resolve("s");
    private final Path relay = directory.resolve("relay");
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final CountDownLatch released = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<String> entered = new ConcurrentLinkedQueue<>();
    private Resident resident;

    @BeforeEach
    void listening() throws IOException {
        resident = open();
        var settings = RelaySettings.client(socket.toString(), Duration.ofSeconds(60));
        Files.write(relay, Relay.of(settings, Machine.here()).executable());
        Files.setPosixFilePermissions(relay, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void silent() {
        released.countDown();
        resident.close();
        pod.close();
    }

    private Resident open() {
        var log = new Log(
                new PrintStream(logged, true, StandardCharsets.UTF_8),
                LogLevel.DEBUG,
                LogFormat.TEXT,
                Clock.systemUTC());
        return Resident.open(socket, Staff.RUNTIMES, this::door, log);
    }

    /** Does what the call's first argument says. */
    private RelayAnswer door(RelayRequest request, Consumer<Runnable> afterwards) {
        var word = request.arguments().getLast();
        entered.add(word);
        return switch (word) {
            case "wait" -> {
                await();
                yield new RelayAnswer(0, "waited", "");
            }
            case "enter" -> {
                Namespace.<Integer>inside(pod.path(), (_, _) -> 0);
                yield new RelayAnswer(0, "", "");
            }
            case "where" -> new RelayAnswer(0, here(), Thread.currentThread().getName());
            case "later" -> {
                afterwards.accept(() -> {
                    throw new IllegalStateException("it went wrong later");
                });
                afterwards.accept(() -> {
                    await();
                    entered.add("done later");
                });
                yield new RelayAnswer(0, "first", "");
            }
            case "break" -> throw new IllegalStateException("broken");
            case "overflow" -> throw new StackOverflowError();
            default -> new RelayAnswer(3, word + " " + request.environment().get("COLOUR") + "\n", "to stderr\n");
        };
    }

    private void await() {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String here() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_thread_that_was_in_a_pods_namespace_takes_in_the_next_call_at_home() {
        var threads = new HashSet<String>();
        for (int i = 0; i < 20; i++) {
            assertThat(call("enter").attempt().exit()).isZero();
            var where = call("where").attempt();
            assertThat(where.stdout()).isEqualTo(here());
            threads.add(where.stderr());
        }
        assertThat(threads).hasSizeLessThan(10); // else each call had one of its own
    }

    @Test
    void what_is_left_to_be_done_delays_no_answer_and_is_done_whatever_becomes_of_it() {
        assertThat(call("later").attempt().stdout()).isEqualTo("first");
        assertThat(entered).containsExactly("later");

        released.countDown();

        Poll.until("it is done", SOON, () -> entered.contains("done later"));
        assertThat(logged()).contains("error a fault in route-fix itself", "it went wrong later");
    }

    @Test
    void answers_with_exit_code_stdout_and_stderr() {
        var output = call("hello").env(Map.of("COLOUR", "red")).attempt();

        assertThat(output.exit()).isEqualTo(3);
        assertThat(output.stdout()).isEqualTo("hello red\n");
        assertThat(output.stderr()).isEqualTo("to stderr\n");
    }

    @Test
    void one_that_ends_leaves_its_successors_socket_alone() {
        var predecessor = resident;
        resident = open();

        predecessor.close();

        assertThat(socket).exists();
        assertThat(call("hello").attempt().exit()).isEqualTo(3);
        resident.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void a_call_that_takes_long_delays_no_other() throws IOException {
        try (Background slow = call("wait").start(directory.resolve("slow"))) {
            Poll.until("the slow call is inside", SOON, () -> entered.contains("wait"));

            for (int i = 0; i < 20; i++) {
                assertThat(call("hello").attempt().exit()).isEqualTo(3);
            }

            assertThat(slow.isAlive()).isTrue();
            released.countDown();
            Poll.until("the slow call is answered", SOON, () -> !slow.isAlive());
            assertThat(directory.resolve("slow")).hasContent("waited");
        }
    }

    @Test
    void a_crowd_waits_in_the_sockets_queue_and_not_on_threads() throws IOException {
        var crowd = new ArrayList<Background>();
        try {
            for (int i = 0; i < 100; i++) {
                crowd.add(call("wait").start(directory.resolve("crowd-" + i)));
            }
            Poll.until("some are inside", SOON, () -> entered.size() >= 16);
            assertThat(callThreads()).isBetween(16L, 24L);

            released.countDown();
            Poll.until("all are answered", SOON, () -> crowd.stream().noneMatch(Background::isAlive));
            for (int i = 0; i < 100; i++) {
                assertThat(directory.resolve("crowd-" + i)).hasContent("waited");
            }
        } finally {
            crowd.forEach(Background::close);
        }
    }

    @Test
    void a_call_has_its_turn_until_all_that_it_left_to_be_done_is_done() throws IOException {
        for (int i = 0; i < 16; i++) {
            assertThat(call("later").attempt().stdout()).isEqualTo("first");
        }
        try (Background next = call("hello").start(directory.resolve("next"))) {
            Pause.of(Duration.ofMillis(500));
            assertThat(entered).doesNotContain("hello");

            released.countDown();

            Poll.until("it has its turn", SOON, () -> !next.isAlive());
            assertThat(entered).contains("hello");
        }
    }

    private static long callThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("call-"))
                .count();
    }

    @Test
    void a_fault_stays_with_its_call_and_is_told_as_a_CNI_error() {
        for (var fault : new String[] {"break", "overflow"}) {
            var output = call(fault).attempt();

            assertThat(output.exit()).isEqualTo(1);
            assertThat(output.stdout()).startsWith("{").contains("\"code\":999", "please report it");
        }
        assertThat(logged())
                .contains("error a fault in route-fix itself, please report it: ")
                .contains("broken");
        assertThat(call("hello").attempt().exit()).isEqualTo(3);
    }

    @Test
    void a_request_of_more_than_a_mebibyte_is_refused_and_logged() throws IOException {
        // unlike a client's, a plugin's relay sends stdin
        var settings = new RelaySettings(socket.toString(), SOON, "/nowhere", List.of("/nowhere/java"));
        Files.write(relay, Relay.of(settings, Machine.here()).executable());

        var output = call("hello").stdin("x".repeat(Calls.LIMIT)).attempt();

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stdout()).contains("\"code\":6", "larger than 1048576 bytes");
        assertThat(logged()).contains("warn a call is refused: larger than 1048576 bytes");
        assertThat(entered).isEmpty();
    }

    @Test
    void a_request_that_is_none_or_ends_too_early_is_refused_and_logged() throws IOException {
        for (var request : new String[] {"GET / HTTP/1.1\r\n\r\n", "RFXREQ1\n", ""}) {
            try (var caller = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                caller.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                caller.shutdownOutput();
                var answer = ByteBuffer.allocate(4096);
                caller.read(answer);
                assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
                        .startsWith("RFXA")
                        .contains("\"code\":6");
            }
        }
        assertThat(logged().lines().filter(line -> line.contains("a call is refused: ")))
                .hasSize(3);
        assertThat(entered).isEmpty();
    }

    @Test
    void only_root_is_let_in_even_if_the_socket_lets_anybody() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (@Nullable Path above = directory; above != null && above.startsWith("/tmp/"); above = above.getParent()) {
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        var output = Command.of(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", relay.toString(), "hello")
                .attempt();

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stdout()).contains("\"code\":11");
        assertThat(logged()).contains("is refused: only root may");
        assertThat(entered).isEmpty();
    }

    @Test
    void takes_the_place_of_a_socket_that_a_dead_predecessor_left() throws IOException {
        resident.close();
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(call("hello").attempt().stdout()).contains("\"code\":11");

        resident = open();

        assertThat(call("hello").attempt().exit()).isEqualTo(3);
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("s", "relay");
        }
    }

    @Test
    void finishes_the_calls_it_took_in_before_it_ends_and_leaves_no_socket() {
        try (Background slow = call("wait").start(directory.resolve("slow"))) {
            Poll.until("the slow call is inside", SOON, () -> entered.contains("wait"));
            var end = Thread.ofPlatform().start(resident::close);
            Poll.until("the socket is gone", SOON, () -> !Files.exists(socket));
            assertThat(end.isAlive()).isTrue();

            released.countDown();

            Poll.until("it has ended", SOON, () -> !end.isAlive());
            Poll.until("the slow call is answered", SOON, () -> !slow.isAlive());
            assertThat(directory.resolve("slow")).hasContent("waited");
        }
    }

    private Command call(String word) {
        return Command.of(relay.toString(), word);
    }

    private String logged() {
        return logged.toString(StandardCharsets.UTF_8);
    }
}

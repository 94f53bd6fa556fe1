package dev.routefix.netlink.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of a socket with a path, taken in by numbers alone. */
class UnixListenerTest {

    @TempDir
    Path directory;

    private Path path;
    private UnixListener listener;

    @BeforeEach
    void listens() {
        path = directory.resolve("socket");
        listener = UnixListener.open(path, 8);
    }

    private SocketChannel call() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    @Test
    void a_caller_is_heard_known_and_answered() throws Exception {
        try (var caller = call();
                var taken = listener.accept()) {
            assertThat(taken.user()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            var much = new byte[100_000];
            much[99_999] = 7;
            var sending = CompletableFuture.runAsync(() -> {
                try {
                    caller.write(ByteBuffer.wrap(much));
                    caller.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(taken.in().readAllBytes()).isEqualTo(much);
            sending.get(20, TimeUnit.SECONDS);
            var back = CompletableFuture.supplyAsync(() -> {
                var bytes = ByteBuffer.allocate(much.length);
                try {
                    while (bytes.hasRemaining() && caller.read(bytes) >= 0) {}
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                return bytes.array();
            });
            taken.out().write(much);
            taken.out().write(5);
            assertThat(back.join()).isEqualTo(much);
        }
        listener.close();
    }

    @Test
    void many_wait_at_once_and_each_gets_one_caller() throws Exception {
        var first = CompletableFuture.supplyAsync(listener::accept);
        var second = CompletableFuture.supplyAsync(listener::accept);
        try (var _ = call();
                var _ = call();
                var one = first.get(20, TimeUnit.SECONDS);
                var two = second.get(20, TimeUnit.SECONDS)) {
            assertThat(one).isNotSameAs(two);
        }
        listener.close();
    }

    @Test
    void whoever_waits_comes_back_when_it_is_closed_and_nobody_gets_in_any_more() {
        var waiting = new CompletableFuture<UnixConnection>();
        var thread = Thread.ofPlatform().start(() -> {
            try {
                waiting.complete(listener.accept());
            } catch (NetlinkException e) {
                waiting.completeExceptionally(e);
            }
        });
        while (!isInTheKernel(thread)) {
            Thread.onSpinWait();
        }
        listener.close();
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NetlinkException.class);
        assertThatThrownBy(listener::accept).isInstanceOf(NetlinkException.class);
        assertThatThrownBy(this::call).isInstanceOf(IOException.class);
        listener.close();
    }

    private static boolean isInTheKernel(Thread thread) {
        for (var frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("invokeInt")
                    || frame.getMethodName().equals("accept4")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void one_that_is_hung_up_on_is_heard_no_further() throws Exception {
        try (var caller = call()) {
            var taken = listener.accept();
            caller.write(ByteBuffer.wrap(new byte[1]));
            assertThat(taken.in().read()).isZero();
            var reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return taken.in().read();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            taken.hangUp();
            assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("it was hung up on");
            taken.close();
            taken.hangUp();
        }
        listener.close();
    }

    @Test
    void a_caller_that_is_gone_before_its_answer_is_an_error() throws IOException {
        var caller = call();
        try (var taken = listener.accept()) {
            caller.close();
            assertThatThrownBy(() -> taken.out().write(new byte[10]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("answer a caller");
        }
        listener.close();
    }

    @Test
    void a_path_that_is_taken_or_too_long_is_named() {
        assertThatThrownBy(() -> UnixListener.open(path, 8))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContaining(path.toString());
        var longPath = directory.resolve("x".repeat(120));
        assertThatThrownBy(() -> UnixListener.open(longPath, 8))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContaining("at most 107");
        listener.close();
    }
}

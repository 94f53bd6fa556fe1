package dev.routefix.dhcp.client;

import dev.routefix.netlink.sys.Doze;
import dev.routefix.netlink.sys.FrameSocket;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What other threads want done by the one that keeps the leases, and what wakes that. */
final class Commands implements AutoCloseable {

    private final Doze doze = new Doze();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Has it done when that thread wakes next. */
    void add(Runnable work) {
        waiting.add(work);
    }

    /** Has it done now. */
    void hasten(Runnable work) {
        waiting.add(work);
        doze.wake();
    }

    /** Has it done now, and waits for what comes of it. */
    <T extends @Nullable Object> T call(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        hasten(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Does all that waits. For that thread, as what follows. */
    void work() {
        for (var command = waiting.poll(); command != null; command = waiting.poll()) {
            command.run();
        }
    }

    /** Waits until something arrives, somebody wants something, or the time is over. */
    void await(Collection<FrameSocket> sockets, long milliseconds) {
        if (waiting.isEmpty()) {
            doze.await(sockets, (int) milliseconds);
        }
    }

    void wake() {
        doze.wake();
    }

    @Override
    public void close() {
        doze.close();
    }
}

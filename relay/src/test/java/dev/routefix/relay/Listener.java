package dev.routefix.relay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A resident made for one test: it listens on a real socket and treats each relay as the test wants. */
final class Listener implements AutoCloseable {
    private final ServerSocketChannel server;
    private final AtomicInteger conversations = new AtomicInteger();
    private final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Listener(ServerSocketChannel server) {
        this.server = server;
    }

    /**
     * What is done with one relay. Its end closes the connection, closing {@code in} only the way from the relay; that a relay is gone in between is
     * no problem.
     */
    @FunctionalInterface
    interface Conversation {
        void hold(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    /** Listens, but accepts nobody yet: the kernel holds {@code queue} and one more. */
    static Listener bind(Path socket, int queue) {
        try {
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            return new Listener(server.bind(UnixDomainSocketAddress.of(socket), queue));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Listener serve(Conversation conversation) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    var relay = server.accept();
                    Thread.ofPlatform().daemon().start(() -> hold(conversation, relay));
                }
            } catch (IOException e) {
                // Closed: the test is over.
            }
        });
        return this;
    }

    private void hold(Conversation conversation, SocketChannel relay) {
        conversations.incrementAndGet();
        try (relay) {
            conversation.hold(input(relay), Channels.newOutputStream(relay));
        } catch (IOException | InterruptedException e) {
            // The relay went away, or the test is over.
        } catch (Throwable e) {
            problems.add(e);
        }
    }

    private static InputStream input(SocketChannel relay) {
        return new FilterInputStream(Channels.newInputStream(relay)) {
            @Override
            public void close() throws IOException {
                relay.shutdownInput();
            }
        };
    }

    /** For a conversation that is to get stuck: returns when the test is over. */
    void hang() throws InterruptedException {
        closed.await();
    }

    int conversations() {
        return conversations.get();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (var problem : problems) {
            throw new AssertionError("the listener met a problem", problem);
        }
    }
}

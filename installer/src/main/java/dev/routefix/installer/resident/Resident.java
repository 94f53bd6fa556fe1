package dev.routefix.installer.resident;

import dev.routefix.installer.host.HostProblem;
import dev.routefix.installer.host.Log;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Listens on the socket and answers each relay on a thread of its own, so that none waits for another. A thread that answered ends: it may have
 * been in a namespace.
 */
public final class Resident implements AutoCloseable {

    /** As many relays may wait to be taken in; the next one waits in connect(2), as unix(7) has it. */
    private static final int BACKLOG = 512;

    /** Calls that were taken in are finished before the end, if they do not take longer. */
    private static final Duration LAST_CALLS = Duration.ofSeconds(10);

    /** When no connection can be taken in, for example because of too many open files. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Path socket;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final Calls calls;
    private final ExecutorService threads;
    private final Thread acceptor;
    private final Log log;
    private volatile boolean closing;

    private Resident(Path socket, ServerSocketChannel server, Selector selector, Calls calls, Log log) {
        this.socket = socket;
        this.server = server;
        this.selector = selector;
        this.calls = calls;
        this.log = log;
        ThreadFactory named = Thread.ofPlatform().name("call-", 1).daemon().factory();
        threads = Executors.newThreadPerTaskExecutor(named);
        acceptor = Thread.ofPlatform().name("doors").daemon().unstarted(this::accept);
    }

    /**
     * Listens from now on. A socket that a predecessor left is replaced in one step.
     *
     * @throws HostProblem if the socket cannot be made
     */
    public static Resident open(Path socket, Door door, Log log) {
        try {
            var directory = Files.createDirectories(socket.toAbsolutePath().getParent());
            var fresh = directory.resolve(socket.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
                server.configureBlocking(false);
                var selector = Selector.open();
                server.register(selector, SelectionKey.OP_ACCEPT);
                Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE);
                var resident = new Resident(socket, server, selector, new Calls(door, log), log);
                resident.acceptor.start();
                return resident;
            } catch (IOException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new HostProblem("cannot listen on " + socket + ": " + e.getMessage(), e);
        }
    }

    private void accept() {
        while (!closing) {
            try {
                selector.select();
                selector.selectedKeys().clear();
                takeIn();
            } catch (IOException e) {
                log.error("cannot take in a call: " + e.getMessage());
                pause();
            }
        }
    }

    private void takeIn() throws IOException {
        for (SocketChannel relay = server.accept(); relay != null; relay = server.accept()) {
            var taken = relay;
            threads.execute(() -> calls.answer(taken));
        }
    }

    /** Takes in no new relay, and finishes what was taken in. A relay that comes now starts the plugin by itself. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(socket);
            closing = true;
            selector.wakeup();
            acceptor.join();
            takeIn();
            server.close();
            selector.close();
            threads.shutdown();
            if (!threads.awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("calls that take longer than " + LAST_CALLS.toSeconds() + " s are left unanswered");
            }
        } catch (IOException e) {
            log.warn("cannot close " + socket + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            calls.close();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

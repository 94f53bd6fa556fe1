package dev.routefix.installer.resident;

import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.ReturningThread;
import dev.routefix.netlink.sys.NetworkNamespace;
import dev.routefix.netlink.sys.UnixConnection;
import dev.routefix.netlink.sys.UnixListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Listens on the socket and answers each relay on a thread of its own, so that none waits for another. Some threads wait in advance, so that a relay does
 * not wait for one to be made. A thread that answered waits again if few do. It may have been in a pod's namespace: one that cannot leave it ends.
 */
public final class Resident implements AutoCloseable {

    /** As many relays may wait to be taken in; the next one waits in connect(2), as unix(7) has it. */
    private static final int BACKLOG = 512;

    /** Whoever connected before the socket was gone is taken in within this time. */
    private static final Duration LAST_CALLERS = Duration.ofMillis(50);

    /** Calls that were taken in are finished before the end, if they do not take longer. */
    private static final Duration LAST_CALLS = Duration.ofSeconds(10);

    /** When no connection can be taken in, for example because of too many open files. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Path socket;

    /** What the socket is on its file system: a successor may have put its own in its place. */
    private final Object identity;

    private final UnixListener server;
    private final Staff staff;
    private final Calls calls;
    private final Log log;
    /** Never let go: a thread that was stuck in its call may still come home when nobody listens any more. */
    private final NetworkNamespace home = NetworkNamespace.ofThisThread();

    private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread maker;
    private volatile boolean closing;

    private Resident(Path socket, Object identity, UnixListener server, Staff staff, Door door, Log log) {
        this.socket = socket;
        this.identity = identity;
        this.server = server;
        this.staff = staff;
        this.log = log;
        calls = new Calls(staff.atOnce(), door, log);
        maker = Thread.ofPlatform().name(staff.name() + " threads").daemon().unstarted(this::make);
    }

    /**
     * Listens from now on. A socket that a predecessor left is replaced in one step.
     *
     * @throws HostProblem if the socket cannot be made
     */
    public static Resident open(Path socket, Staff staff, Door door, Log log) {
        try {
            var directory = Files.createDirectories(socket.toAbsolutePath().getParent());
            var fresh = directory.resolve(socket.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            var server = UnixListener.open(fresh, BACKLOG);
            try {
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
                var identity = identity(fresh);
                Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE);
                var resident = new Resident(socket, identity, server, staff, door, log);
                resident.maker.start();
                return resident;
            } catch (IOException e) {
                server.close();
                throw e;
            }
        } catch (IOException | NetlinkException e) {
            throw new HostProblem("cannot listen on " + socket + ": " + e.getMessage(), e);
        }
    }

    /** One thread makes all others, and never goes anywhere: a new thread stands in the namespace of the one that made it. */
    private void make() {
        while (!closing) {
            fill();
            wanted.acquireUninterruptibly();
            wanted.drainPermits();
        }
    }

    /** Sees to it that enough threads wait. */
    private void fill() {
        while (!closing && waiting.get() < staff.waiting() && waiting.get() + answering.size() < staff.most()) {
            waiting.incrementAndGet();
            new ReturningThread(staff.name() + "-" + number.incrementAndGet(), home, this::serve).start();
        }
    }

    private void serve() {
        var thread = (ReturningThread) Thread.currentThread();
        try {
            do {
                takeIn();
            } while (thread.comesHome() && waitsAgain());
        } finally {
            wanted.release();
        }
    }

    /** Whether one more that waits is of use; it then counts as one that does. */
    private boolean waitsAgain() {
        int now = waiting.get();
        while (!closing && now < staff.waiting()) {
            if (waiting.compareAndSet(now, now + 1)) {
                return true;
            }
            now = waiting.get();
        }
        return false;
    }

    private void takeIn() {
        var relay = accept();
        if (relay == null) {
            return;
        }
        answering.add(Thread.currentThread());
        try {
            if (waiting.decrementAndGet() == 0) {
                wanted.release();
            }
            calls.answer(relay);
        } finally {
            answering.remove(Thread.currentThread());
        }
    }

    /** The next relay; null at the end. */
    private @Nullable UnixConnection accept() {
        while (true) {
            var _ = Thread.interrupted(); // of the last call
            try {
                return server.accept();
            } catch (NetlinkException e) {
                if (closing) {
                    return null;
                }
                log.error("cannot take in a call: " + e.getMessage());
                pause(PAUSE);
            }
        }
    }

    /** Takes in no new relay, and finishes what was taken in. A relay that comes now starts the plugin by itself. */
    @Override
    public void close() {
        try {
            if (Files.exists(socket) && identity.equals(identity(socket))) {
                Files.deleteIfExists(socket);
            }
            pause(LAST_CALLERS);
            closing = true;
            wanted.release();
            server.close();
            long end = System.nanoTime() + LAST_CALLS.toNanos();
            for (var thread : answering) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    log.warn("a call that takes longer than " + LAST_CALLS.toSeconds() + " s is left unanswered");
                }
            }
        } catch (IOException e) {
            log.warn("cannot close " + socket + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            calls.close();
        }
    }

    private static Object identity(Path socket) throws IOException {
        return Files.getAttribute(socket, "unix:ino");
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

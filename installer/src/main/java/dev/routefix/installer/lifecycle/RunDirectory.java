package dev.routefix.installer.lifecycle;

import dev.routefix.installer.config.Paths;
import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** {@code /run/route-fix}: how the processes of the appliance on one node get along. */
public final class RunDirectory {

    /** How long a new resident waits for its predecessor to end. */
    private static final Duration SUCCESSION = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Paths paths;
    private final Log log;

    /** A file lock excludes other processes only. */
    private final ReentrantLock threads = new ReentrantLock();

    public RunDirectory(Paths paths, Log log) {
        this.paths = paths;
        this.log = log;
    }

    /** Only one thread of one process at a time looks at the node and changes it. */
    public HeldPass lockPass() {
        threads.lock();
        try {
            return new HeldPass(threads, FileLocks.wait(paths.passLock()));
        } catch (HostProblem e) {
            threads.unlock();
            throw e;
        }
    }

    /** For looking only: nothing is written, not even a lock. */
    public HeldPass lockLook() {
        threads.lock();
        return new HeldPass(threads, null);
    }

    /** The right to change the node; to be closed by the thread that took it. */
    public record HeldPass(ReentrantLock threads, @Nullable FileLocks processes) implements AutoCloseable {
        @Override
        public void close() {
            try {
                if (processes != null) {
                    processes.close();
                }
            } finally {
                threads.unlock();
            }
        }
    }

    /**
     * Makes this process the node's resident: from now on, and until the process is gone.
     *
     * @throws HostProblem if another one lives on
     */
    public void becomeResident() {
        var first = FileLocks.tryNow(paths.residentLock());
        if (first != null) {
            return;
        }
        log.info("waiting for the route-fix that still runs on this node");
        long deadline = System.nanoTime() + SUCCESSION.toNanos();
        while (true) {
            var lock = FileLocks.tryNow(paths.residentLock());
            if (lock != null) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new HostProblem("another route-fix runs on this node and holds " + paths.residentLock()
                        + ": stop it first (it may belong to another DaemonSet)");
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HostProblem("interrupted while waiting for " + paths.residentLock(), e);
            }
        }
    }

    /** Whether a {@code run} lives. */
    public boolean hasResident() {
        if (!Files.exists(paths.residentLock())) {
            return false; // and to ask would make it
        }
        try (var alone = FileLocks.tryNow(paths.residentLock())) {
            return alone == null;
        }
    }

    /** Held by {@code retire} for life; null if another one is at it. */
    public @Nullable FileLocks lockRetire() {
        return FileLocks.tryNow(paths.retireLock());
    }

    /** The last step where no {@code run} is there to make it: one that is tidies up when it ends. */
    public void removeUnlessResident() {
        try (var alone = FileLocks.tryNow(paths.residentLock())) {
            if (alone != null) {
                remove();
            }
        }
    }

    /** The last step of a {@code run} that took everything else away. */
    public void removeAtTheEnd() {
        try (var _ = lockPass()) {
            remove();
        }
    }

    /** What survives a reboot is gone too, after everything it told of. */
    public void removeState(Path buildsDir) {
        try {
            // version 0.1.0 kept its mark of a retirement there
            Files.deleteIfExists(buildsDir.resolve("retired.json"));
            AtomicFiles.deleteIfEmpty(buildsDir);
            AtomicFiles.deleteIfEmpty(paths.state());
        } catch (IOException e) {
            throw HostProblem.of("remove " + paths.state(), e);
        }
    }

    private void remove() {
        try {
            Files.deleteIfExists(paths.residentLock());
            Files.deleteIfExists(paths.socket());
            Files.deleteIfExists(paths.ctlSocket());
            Files.deleteIfExists(paths.passLock());
            Files.deleteIfExists(paths.retireLock());
            AtomicFiles.deleteIfEmpty(paths.run());
        } catch (IOException e) {
            throw HostProblem.of("remove " + paths.run(), e);
        }
    }
}

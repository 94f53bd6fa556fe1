package dev.routefix.installer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes {@code run}: to look at the node, or because it is time to go; then it may clean up before the JVM ends. */
final class StopSignal {

    /** Less than the grace period a kubelet gives by default, 30 s. */
    private static final Duration CLEAN_UP = Duration.ofSeconds(25);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final Semaphore wakes = new Semaphore(0);
    private final CountDownLatch done = new CountDownLatch(1);

    /** A signal that SIGTERM and SIGINT give. An end asked for is a success, so the exit code is 0 and not the JVM's 143. */
    static StopSignal ofProcess() {
        var signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            if (signal.stopAndWait()) {
                Runtime.getRuntime().halt(0);
            }
        }));
        return signal;
    }

    /** Somebody saw something that is worth a look. */
    void wake() {
        wakes.release();
    }

    /**
     * Waits for what comes first: that it is time to go, that somebody wakes us, or that time is up.
     *
     * @param atLeast even if somebody wakes us
     * @return true if it is time to go
     */
    boolean await(Duration atLeast, Duration atMost) {
        try {
            if (asked.await(atLeast.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            boolean _ = wakes.tryAcquire(atMost.minus(atLeast).toMillis(), TimeUnit.MILLISECONDS);
            wakes.drainPermits();
            return asked.getCount() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    void ask() {
        asked.countDown();
        wake();
    }

    /** The work is over, whether it was asked to stop or not. */
    void done() {
        done.countDown();
    }

    /** True if this call made it stop; false if it had ended by itself. */
    private boolean stopAndWait() {
        if (done.getCount() == 0) {
            return false;
        }
        ask();
        try {
            return done.await(CLEAN_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

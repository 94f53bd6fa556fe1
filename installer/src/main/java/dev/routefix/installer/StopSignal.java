package dev.routefix.installer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells {@code run} that it is time to go, and lets it clean up before the JVM ends. */
final class StopSignal {

    /** Less than the grace period a kubelet gives by default, 30 s. */
    private static final Duration CLEAN_UP = Duration.ofSeconds(25);

    private final CountDownLatch asked = new CountDownLatch(1);
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

    /** Waits that long; true as soon as it is time to go. */
    boolean await(Duration duration) {
        try {
            return asked.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    void ask() {
        asked.countDown();
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

package dev.routefix.lab.run;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for something to become true, with a bound instead of a sleep. */
public final class Poll {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Poll() {}

    /** Something that holds or does not hold yet. */
    @FunctionalInterface
    public interface Condition {
        boolean holds();
    }

    /** Waits until {@code condition} holds; fails naming {@code what} after {@code bound}. */
    public static void until(String what, Duration bound, Condition condition) {
        if (!isTrue(bound, condition)) {
            throw new IllegalStateException("not within " + bound + ": " + what);
        }
    }

    /** Waits until {@code condition} holds, at most as long as {@code bound}; whether it does. */
    public static boolean isTrue(Duration bound, Condition condition) {
        long end = System.nanoTime() + bound.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }
}

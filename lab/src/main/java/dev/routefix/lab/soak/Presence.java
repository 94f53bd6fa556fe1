package dev.routefix.lab.soak;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Whether somebody answers calls. While nobody does, each call is a JVM of its own, so that few may be made at once. */
final class Presence {
    private static final int JVMS = 8;

    /** Odd while the appliance is away. */
    private final AtomicInteger changes = new AtomicInteger();

    private final Semaphore jvms = new Semaphore(JVMS);

    void leaves() {
        changes.incrementAndGet();
    }

    void isBack() {
        changes.incrementAndGet();
    }

    boolean isAway() {
        return isAway(changes.get());
    }

    private static boolean isAway(int changes) {
        return changes % 2 != 0;
    }

    /** A piece of work, and whether the appliance was away or left meanwhile. */
    record Seen<T>(T result, boolean disturbed) {}

    <T> Seen<T> during(Supplier<T> work) {
        int before = changes.get();
        boolean alone = isAway(before);
        if (alone) {
            jvms.acquireUninterruptibly();
        }
        try {
            T result = work.get();
            return new Seen<>(result, alone || changes.get() != before);
        } finally {
            if (alone) {
                jvms.release();
            }
        }
    }
}

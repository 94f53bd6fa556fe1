package dev.routefix.lab.run;

import java.time.Duration;

/** Letting time pass where nothing can be waited for. */
public final class Pause {
    private Pause() {}

    /** Comes back after that time, at once if it is none. */
    public static void of(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}

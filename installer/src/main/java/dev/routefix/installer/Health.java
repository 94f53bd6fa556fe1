package dev.routefix.installer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How the resident fares: what the probes ask. One thread tells it, any thread asks. */
final class Health {

    /** A pass that repairs much takes its time at a tenth of a processor. */
    private static final Duration LONGEST_PASS = Duration.ofMinutes(2);

    private final long longestSilence;
    private volatile @Nullable String trouble = "the first installation is not finished";
    private volatile long lastSign = System.nanoTime();

    /** @param resync the time from one pass to the next */
    Health(Duration resync) {
        longestSilence = resync.plus(LONGEST_PASS).toNanos();
    }

    /** The node is as it should be. */
    void well() {
        trouble = null;
        lastSign = System.nanoTime();
    }

    /** It is not, and this is why. */
    void troubled(String why) {
        trouble = why;
        lastSign = System.nanoTime();
    }

    /** Why no pod can be attached now; null if one can. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Whether passes are still being made, successful or not; if not, only a new process helps. */
    boolean isAlive() {
        return System.nanoTime() - lastSign < longestSilence;
    }
}

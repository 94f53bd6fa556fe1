package dev.routefix.installer;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the resident fares: what the probes ask. One thread tells it, any thread asks. Whether a pod could be attached is one question; whether the process
 * makes progress is another, and a node in trouble is no reason to kill a process that tries to mend it.
 */
final class Health {

    /** A pass that repairs much takes its time at a tenth of a processor, and each program it runs may take twenty seconds. */
    private static final Duration LONGEST_PASS = Duration.ofMinutes(5);

    /** So much later than it was to wake a waiting thread may really run on a loaded machine. */
    private static final Duration LATE = Duration.ofMinutes(1);

    /** The kubelet takes so long at most from the last failed probe to preStop. */
    private static final Duration RESTART = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private volatile List<String> trouble = List.of("the first installation is not finished");
    private volatile long nextSign;
    private volatile @Nullable Long foundStuck;

    Health() {
        this(System::nanoTime);
    }

    Health(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        works();
    }

    /** A pass begins. */
    void works() {
        nextSign = nanoTime.getAsLong() + LONGEST_PASS.toNanos();
    }

    /** A pass is over, and the next one comes after this time at the latest. */
    void waits(Duration atMost) {
        nextSign = nanoTime.getAsLong() + atMost.plus(LATE).toNanos();
    }

    /** The node is as it should be. */
    void well() {
        trouble = List.of();
    }

    /** It is not, and this is why, one line each: findings in their own words, and what the node has not let us do. */
    void troubled(List<String> why) {
        trouble = List.copyOf(why);
    }

    /** Why no pod can be attached now, one line each; empty if one can. */
    List<String> trouble() {
        return trouble;
    }

    /** Whether passes are still being made, successful or not; if not, only a new process helps. */
    boolean isAlive() {
        boolean alive = nanoTime.getAsLong() - nextSign < 0;
        foundStuck = alive ? null : (Long) nanoTime.getAsLong();
        return alive;
    }

    /** Whether the kubelet was told a moment ago that only a new process helps: what comes now is no uninstallation but the restart it asked for. */
    boolean isBeingRestarted() {
        var found = foundStuck;
        return found != null && nanoTime.getAsLong() - found < RESTART.toNanos();
    }
}

package dev.routefix.installer;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;

/**
 * How soon the node is looked at again. After a quiet look, as soon as something happens. Where looks keep finding the same thing to repair, or keep
 * failing, somebody else works against us or the cause lasts: then the time grows, so that neither a processor nor the log is filled by it. What comes
 * besides, for the first time, is no reason to wait.
 *
 * @param resync the longest time between two looks at a node that is well
 * @param repaired by the last look
 * @param repairs looks in a row that repaired what the one before had repaired
 * @param failures looks in a row that failed
 */
record Pace(Duration resync, Set<String> repaired, int repairs, int failures) {

    /** What happens in this time after a look is seen by the next one, all at once. */
    private static final Duration GATHER = Duration.ofMillis(100);

    /** A node that somebody puts right is well again after this time at the latest. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** One repair brings about the next look, which finds nothing; more in a row are no accident. */
    private static final int CONTESTED = 6;

    private static final int MOST_DOUBLINGS = 16;

    static Pace of(Duration resync) {
        return new Pace(resync, Set.of(), 0, 0);
    }

    Pace afterQuiet() {
        return of(resync);
    }

    /** @param now what was repaired, in the words of the log */
    Pace afterRepair(Set<String> now) {
        return new Pace(resync, now, Collections.disjoint(repaired, now) ? 1 : repairs + 1, 0);
    }

    Pace afterFailure() {
        return new Pace(resync, repaired, repairs, failures + 1);
    }

    boolean isContested() {
        return repairs >= CONTESTED;
    }

    /** So long nothing can bring about the next look. */
    Duration atLeast() {
        return shorter(doubled(GATHER, repairs + failures), resync);
    }

    /** After this time it is looked at anyway. */
    Duration atMost() {
        var most = doubled(resync, Math.max(0, failures - 1));
        return failures == 0 ? resync : longer(shorter(most, LONGEST), resync);
    }

    private static Duration doubled(Duration duration, int times) {
        return duration.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}

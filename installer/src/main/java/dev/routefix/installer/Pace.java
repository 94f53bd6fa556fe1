package dev.routefix.installer;

import java.time.Duration;

/**
 * How soon the node is looked at again. After a quiet look, as soon as something happens. Where looks keep finding something to repair, or keep failing,
 * somebody else works against us or the cause lasts: then the time grows, so that neither a processor nor the log is filled by it.
 *
 * @param resync the longest time between two looks at a node that is well
 * @param repairs looks in a row that repaired something
 * @param failures looks in a row that failed
 */
record Pace(Duration resync, int repairs, int failures) {

    /** What happens in this time after a look is seen by the next one, all at once. */
    private static final Duration GATHER = Duration.ofMillis(100);

    /** A node that somebody puts right is well again after this time at the latest. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** One repair brings about the next look, which finds nothing; more in a row are no accident. */
    private static final int CONTESTED = 6;

    private static final int MOST_DOUBLINGS = 16;

    static Pace of(Duration resync) {
        return new Pace(resync, 0, 0);
    }

    Pace afterQuiet() {
        return of(resync);
    }

    Pace afterRepair() {
        return new Pace(resync, repairs + 1, 0);
    }

    Pace afterFailure() {
        return new Pace(resync, repairs, failures + 1);
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

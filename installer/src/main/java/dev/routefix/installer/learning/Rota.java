package dev.routefix.installer.learning;

import dev.routefix.netlink.MacAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose turn it is to be shown to the LAN: the pods that it has not heard for the interval, longest unheard first, and never more of them at once than it
 * takes to come round in the interval. So frames come evenly spread however many pods came at the same moment, a pod gets one per interval at most, and
 * each is heard after two intervals at the latest. Moments are times since one in the past.
 *
 * @param interval the time for which a pod need not be heard
 * @param heard when the LAN has heard each pod last
 * @param free from when on there may be frames again
 */
record Rota(Duration interval, Map<MacAddress, Duration> heard, Duration free) {

    /** So often frames are sent in an interval at most. Where there are more pods, there are several frames at a time. */
    private static final int TURNS = 32;

    /** The oldest first; those of one moment in an order that does not change. */
    private static final Comparator<Map.Entry<MacAddress, Duration>> LONGEST_UNHEARD =
            Map.Entry.<MacAddress, Duration>comparingByValue()
                    .thenComparingLong(entry -> entry.getKey().bits());

    Rota {
        heard = Map.copyOf(heard);
    }

    /** One of no pods, at the first of all moments. */
    static Rota of(Duration interval) {
        return new Rota(interval, Map.of(), Duration.ZERO);
    }

    /**
     * What a look comes to.
     *
     * @param due the pods to be shown now
     * @param pause until somebody may be due again
     * @param next for the next look, with {@code due} as shown
     */
    record Turn(List<MacAddress> due, Duration pause, Rota next) {}

    /**
     * A look at who is due.
     *
     * @param pods all that are there. One that was not there before has just announced itself, so it counts as heard
     * @param talkers whom the LAN has heard since the look before, pods and others
     */
    Turn turn(Set<MacAddress> pods, Set<MacAddress> talkers, Duration now) {
        var heardNow = new HashMap<MacAddress, Duration>();
        for (var pod : pods) {
            heardNow.put(pod, talkers.contains(pod) ? now : heard.getOrDefault(pod, now));
        }
        int atOnce = Math.max(1, Math.ceilDiv(pods.size(), TURNS));
        var latest = now.minus(interval);
        var due = heardNow.entrySet().stream()
                .filter(entry -> entry.getValue().compareTo(latest) <= 0)
                .sorted(LONGEST_UNHEARD)
                .limit(now.compareTo(free) < 0 ? 0 : atOnce)
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(pod -> heardNow.put(pod, now));
        var gap = interval.dividedBy(Math.max(1, Math.ceilDiv(pods.size(), atOnce)));
        var freeNext = due.isEmpty() ? free : now.plus(gap);
        var dueNext = heardNow.values().stream()
                .min(Comparator.naturalOrder())
                .orElse(now)
                .plus(interval);
        var wake = dueNext.compareTo(freeNext) < 0 ? freeNext : dueNext;
        return new Turn(due, wake.minus(now), new Rota(interval, heardNow, freeNext));
    }
}

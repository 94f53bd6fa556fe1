package dev.routefix.plugin;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Interfaces that are still being taken away although their DEL has its answer: the kernel waits some 20 ms until nobody looks at one any more, and nobody has to
 * wait with it but one who wants to make another in its place.
 */
final class Departures {

    /** Longer than this the kernel is not waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Set<String> leaving = new HashSet<>();

    /** None yet. */
    Departures() {}

    private static String place(String netns, String ifname) {
        return netns + "/" + ifname;
    }

    /** Its taking away begins now, and {@link #ended} comes in any case. */
    synchronized void begin(String netns, String ifname) {
        leaving.add(place(netns, ifname));
    }

    /** It is gone, or stays for good. */
    synchronized void ended(String netns, String ifname) {
        leaving.remove(place(netns, ifname));
        notifyAll();
    }

    /** Comes back when none of that name leaves that sandbox. */
    synchronized void await(String netns, String ifname) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        long left = PATIENCE.toMillis();
        while (left > 0 && leaving.contains(place(netns, ifname))) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = (end - System.nanoTime()) / 1_000_000;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

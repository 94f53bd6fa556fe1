package dev.routefix.installer.trace;

import java.util.List;

/**
 * Where a packet comes by.
 *
 * @param place for people to read
 * @param steps what is done to it there, in order
 */
record Hop(String place, List<Step> steps) {

    Hop {
        steps = List.copyOf(steps);
    }

    /**
     * What is done to a packet.
     *
     * @param passes whether it goes on
     */
    record Step(boolean passes, String what) {

        static Step ok(String what) {
            return new Step(true, what);
        }

        static Step lost(String what) {
            return new Step(false, what);
        }
    }
}

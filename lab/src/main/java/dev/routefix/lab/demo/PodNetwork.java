package dev.routefix.lab.demo;

import java.time.Duration;

/**
 * The network that one pod got.
 *
 * @param node where it runs
 * @param took from the runtime's first call of a plugin to the last answer
 * @param known the name under which the DHCP server has the address, empty if it knows none
 */
record PodNetwork(String pod, Occasion occasion, String node, String address, Duration took, String known) {
    boolean isKnownByName() {
        return known.equals(pod);
    }
}

package dev.routefix.lab.demo;

import dev.routefix.lab.Flow;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What was measured on one kind of network.
 *
 * @param handshakes of the load balancer; the last one got the SYN/ACK that matters
 */
record Phase(List<Flow> flows, List<Handshake> handshakes, List<PodNetwork> networks) {
    Phase {
        flows = List.copyOf(flows);
        handshakes = List.copyOf(handshakes);
        networks = List.copyOf(networks);
    }

    /** The networks of the pods of one kind. */
    List<PodNetwork> networks(Occasion occasion) {
        return networks.stream()
                .filter(network -> network.occasion() == occasion)
                .toList();
    }

    /** The longest that a pod of this kind waited for its network; nothing where there was none. */
    Optional<Duration> slowest(Occasion occasion) {
        return networks(occasion).stream().map(PodNetwork::took).max(Comparator.naturalOrder());
    }

    /** The pods that were there while it was measured. */
    List<PodNetwork> present() {
        return networks.stream()
                .filter(network -> network.occasion() != Occasion.STATEFUL_SET)
                .toList();
    }

    Optional<Flow> flow(String name) {
        return flows.stream().filter(flow -> flow.name().equals(name)).findFirst();
    }

    /** How many of the pods there the DHCP server knows by name. */
    Flow named() {
        return count("known", present(), PodNetwork::isKnownByName);
    }

    /** How many of the pods that came again have the address they had. */
    Flow returned() {
        return count(
                "returned",
                networks(Occasion.AGAIN),
                again -> networks(Occasion.STATEFUL_SET).stream()
                        .anyMatch(first -> first.pod().equals(again.pod())
                                && first.address().equals(again.address())));
    }

    private static Flow count(String name, List<PodNetwork> networks, Predicate<PodNetwork> wanted) {
        return new Flow(name, (int) networks.stream().filter(wanted).count(), networks.size(), "");
    }

    Handshake handshake() {
        return handshakes.getLast();
    }
}

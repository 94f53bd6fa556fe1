package dev.routefix.lab.demo;

import dev.routefix.lab.Flow;
import java.util.List;
import java.util.Optional;

/**
 * What was measured on one kind of network.
 *
 * @param handshakes of the load balancer; the last one got the SYN/ACK that matters
 */
record Phase(List<Flow> flows, List<Handshake> handshakes) {
    Phase {
        flows = List.copyOf(flows);
        handshakes = List.copyOf(handshakes);
    }

    Optional<Flow> flow(String name) {
        return flows.stream().filter(flow -> flow.name().equals(name)).findFirst();
    }

    Handshake handshake() {
        return handshakes.getLast();
    }
}

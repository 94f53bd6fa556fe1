package dev.routefix.lab.demo;

import dev.routefix.lab.Flow;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.packet.Packet;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A report of a small demo in which all went well, to be changed by tests. */
final class Example {
    static final String CLIENT = "192.168.2.50";
    static final String BALANCER = "192.168.2.240";
    static final String POD = "192.168.2.101";
    static final Phase BEFORE = new Phase(
            List.of(
                    new Flow("client -> LB announced by n1", 0, 8, "8 x Connect timed out"),
                    new Flow("client -> pod tcp", 4, 4, "")),
            List.of(handshake("plain", ""), handshake("shim", POD)),
            List.of(
                    network(Occasion.DEPLOYMENT, "web-7d9c5f8b64-x2k4p", 4100, ""),
                    network(Occasion.STATEFUL_SET, "db-0", 4000, ""),
                    network(Occasion.AGAIN, "db-0", 4200, "")));
    static final Phase AFTER = after(8);

    private Example() {}

    static Report report(Phase before, Phase after, List<String> left) {
        return new Report(
                before,
                after,
                CLIENT,
                BALANCER,
                new Leftovers(left, List.of("n1: file /var/lib/x/")),
                Duration.ofSeconds(40));
    }

    static Phase after(int ok) {
        return new Phase(
                List.of(
                        new Flow("client -> LB announced by n1", ok, 8, ok == 8 ? "" : "why it failed"),
                        new Flow("client -> pod tcp", 4, 4, "")),
                List.of(handshake("after", BALANCER)),
                networks(8, "db-0"));
    }

    /** Those after: how long the Deployment's pod took, in milliseconds, and the name under which the StatefulSet's is known. */
    static List<PodNetwork> networks(int millis, String known) {
        return List.of(
                network(Occasion.DEPLOYMENT, "web-7d9c5f8b64-x2k4p", millis, "web-7d9c5f8b64-x2k4p"),
                network(Occasion.STATEFUL_SET, "db-0", 3050, known),
                network(Occasion.AGAIN, "db-0", 12, known));
    }

    private static PodNetwork network(Occasion occasion, String pod, int millis, String known) {
        return new PodNetwork(pod, occasion, "n1", POD, Duration.ofMillis(millis), known);
    }

    /** A SYN, and a SYN/ACK from this address or none at all. */
    static Handshake handshake(String title, String synAckFrom) {
        Packet syn = packet(1, "client-mac", new Content.Tcp(CLIENT, 40000, BALANCER, 80, List.of("SYN")));
        Packet synAck = packet(3, "node-mac", new Content.Tcp(synAckFrom, 80, CLIENT, 40000, List.of("SYN", "ACK")));
        return Handshake.of(
                title, POD, synAckFrom.isEmpty() ? List.of(syn) : List.of(syn, synAck), Map.of("node-mac", "n1"));
    }

    private static Packet packet(int millis, String from, Content content) {
        return new Packet(Duration.ofMillis(millis), from, "some-mac", content);
    }
}

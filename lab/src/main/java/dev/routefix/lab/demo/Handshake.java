package dev.routefix.lab.demo;

import dev.routefix.lab.packet.Content;
import dev.routefix.lab.packet.Packet;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the client saw of one connection to the load balancer.
 *
 * @param title how things were
 * @param pod the address of the pod that has to answer
 * @param packets in order, time counted from the first
 * @param synAckFrom the address from which the first SYN/ACK came, the heart of the matter; empty if none came
 */
record Handshake(String title, String pod, List<Seen> packets, String synAckFrom) {
    private static final int MOST = 9;

    Handshake {
        packets = List.copyOf(packets);
    }

    /** A packet, and the name of the machine that put it on the wire, told by its hardware address. */
    record Seen(Duration time, String from, String to, String what, String sender) {}

    /** From a capture; {@code owners} names the machines by hardware address. */
    static Handshake of(String title, String pod, List<Packet> capture, Map<String, String> owners) {
        List<Packet> tcp = capture.stream()
                .filter(packet -> packet.content() instanceof Content.Tcp)
                .toList();
        Duration first = tcp.isEmpty() ? Duration.ZERO : tcp.getFirst().time();
        String synAckFrom = tcp.stream()
                .map(packet -> (Content.Tcp) packet.content())
                .filter(Content.Tcp::isSynAck)
                .map(Content.Tcp::from)
                .findFirst()
                .orElse("");
        List<Seen> seen = tcp.stream()
                .limit(MOST)
                .map(packet -> {
                    Content.Tcp segment = (Content.Tcp) packet.content();
                    return new Seen(
                            packet.time().minus(first),
                            segment.from(),
                            segment.to(),
                            packet.what(),
                            owners.getOrDefault(packet.fromMac(), packet.fromMac()));
                })
                .toList();
        return new Handshake(title, pod, seen, synAckFrom);
    }
}

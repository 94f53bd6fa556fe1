package dev.routefix.installer.plan;

import java.util.Set;

/**
 * A packet of a pod, as far as rules of packet filters tell it from others.
 *
 * @param what for people to read
 * @param in the interface it comes in by
 * @param out the interface it leaves by
 * @param states what conntrack says of it, in the words of iptables: {@code NEW}, {@code INVALID}, {@code DNAT}
 * @param mark the bits of ours
 */
public record Packet(String what, String in, String out, Set<String> states, int mark) {

    public Packet {
        states = Set.copyOf(states);
    }

    /** The answer to a LAN client that talks to a pod directly; the node has not seen the question. */
    public static Packet answer(String hostInterface, String master) {
        return new Packet("pods' answers to LAN clients", hostInterface, master, Set.of("INVALID"), Rule.FROM_POD);
    }

    /** What a pod begins with somebody on the LAN or beyond. */
    public static Packet begun(String hostInterface, String master) {
        return new Packet("what pods begin", hostInterface, master, Set.of("NEW"), Rule.FROM_POD);
    }

    /** What a pod begins with a Service whose pod is on another node. */
    public static Packet toService(String hostInterface, String master) {
        return new Packet("what pods send to Services", hostInterface, master, Set.of("NEW", "DNAT"), Rule.FROM_POD);
    }

    /** What a load balancer's client begins. */
    public static Packet balanced(String hostInterface, String master) {
        return new Packet("what load balancers send to pods", master, hostInterface, Set.of("NEW", "DNAT"), 0);
    }
}

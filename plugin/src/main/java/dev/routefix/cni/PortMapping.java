package dev.routefix.cni;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * A port of the node that leads to a pod, as the capability {@code portMappings} asks for it (CNI CONVENTIONS, "Dynamic Plugin specific fields").
 *
 * @param hostIp the only address of the node that it is about; null for all of them
 * @param hostPort the node's, 1 to 65535
 * @param containerPort the pod's, 1 to 65535
 */
public record PortMapping(Protocol protocol, @Nullable IpAddress hostIp, int hostPort, int containerPort) {

    private static final Prefix LOOPBACK = Prefix.parse("127.0.0.0/8");

    /** What has ports. */
    public enum Protocol {
        TCP(6, "tcp"),
        UDP(17, "udp"),
        SCTP(132, "sctp");

        /** {@code IPPROTO_*} */
        public final int number;

        public final String text;

        Protocol(int number, String text) {
            this.number = number;
            this.text = text;
        }

        /**
         * The one of that name, in capitals or not.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Protocol of(String name) {
            for (var protocol : values()) {
                if (protocol.text.equalsIgnoreCase(name)) {
                    return protocol;
                }
            }
            throw new IllegalArgumentException("no protocol is called \"" + name + "\"");
        }
    }

    /** Whether both are about the same port of the same address. */
    boolean sharesSocketWith(PortMapping other) {
        return sharesPortWith(other) && (hostIp == null ? other.hostIp == null : hostIp.equals(other.hostIp));
    }

    /** Whether some packet is for both: one that is about all addresses leaves none to others, as with a socket of the node itself. */
    public boolean overlaps(PortMapping other) {
        return sharesPortWith(other) && (hostIp == null || other.hostIp == null || hostIp.equals(other.hostIp));
    }

    private boolean sharesPortWith(PortMapping other) {
        return protocol == other.protocol && hostPort == other.hostPort;
    }

    /** Whether the node itself is to reach it by {@code 127.0.0.1}. */
    public boolean isOnLoopback() {
        return hostIp == null || LOOPBACK.contains(hostIp);
    }

    /** What is taken of the node, such as {@code tcp 192.168.2.21:8080}. */
    public String socket() {
        return protocol.text + " " + (hostIp == null ? "*" : hostIp.toString()) + ":" + hostPort;
    }
}

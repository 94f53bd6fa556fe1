package dev.routefix.lab.packet;

import java.util.List;

/** What a frame carries, as far as the lab looks into it. */
public sealed interface Content {
    /** An ARP packet for IPv4 over Ethernet (RFC 826). */
    record Arp(int operation, String senderMac, String sender, String targetMac, String target) implements Content {
        public static final int REQUEST = 1;
        public static final int REPLY = 2;
    }

    /** A TCP segment; its flags by their names in RFC 9293, such as {@code SYN} and {@code ACK}. */
    record Tcp(String from, int fromPort, String to, int toPort, List<String> flags) implements Content {
        public Tcp {
            flags = List.copyOf(flags);
        }

        /** The second packet of a handshake. */
        public boolean isSynAck() {
            return flags.contains("SYN") && flags.contains("ACK");
        }
    }

    record Udp(String from, int fromPort, String to, int toPort) implements Content {}

    /** An ICMP message; type and code as the IANA registry numbers them. */
    record Icmp(String from, String to, int type, int code) implements Content {
        public static final int ECHO_REPLY = 0;
        public static final int REDIRECT = 5;
        public static final int ECHO_REQUEST = 8;
    }

    /** Anything else: its Ethernet type, and for IPv4 the protocol's number, else 0. */
    record Other(int etherType, int protocol) implements Content {}
}

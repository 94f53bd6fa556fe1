package dev.routefix.lab.packet;

import java.time.Duration;

/** A frame that was seen: when, counted from the start of its capture, between which hardware addresses, and what it carries. */
public record Packet(Duration time, String fromMac, String toMac, Content content) {
    /** The sender, with its port if there is one. */
    public String from() {
        return switch (content) {
            case Content.Arp arp -> arp.senderMac();
            case Content.Tcp tcp -> tcp.from() + ":" + tcp.fromPort();
            case Content.Udp udp -> udp.from() + ":" + udp.fromPort();
            case Content.Icmp icmp -> icmp.from();
            case Content.Other other -> fromMac;
        };
    }

    /** The addressee, with its port if there is one. */
    public String to() {
        return switch (content) {
            case Content.Arp arp -> toMac;
            case Content.Tcp tcp -> tcp.to() + ":" + tcp.toPort();
            case Content.Udp udp -> udp.to() + ":" + udp.toPort();
            case Content.Icmp icmp -> icmp.to();
            case Content.Other other -> toMac;
        };
    }

    /** In a word or two, what it is, such as {@code SYN ACK} or {@code who has 192.168.2.240}. */
    public String what() {
        return switch (content) {
            case Content.Arp arp ->
                arp.operation() == Content.Arp.REQUEST
                        ? "who has " + arp.target()
                        : arp.sender() + " is at " + arp.senderMac();
            case Content.Tcp tcp -> String.join(" ", tcp.flags());
            case Content.Udp udp -> "UDP";
            case Content.Icmp icmp ->
                switch (icmp.type()) {
                    case Content.Icmp.ECHO_REPLY -> "echo reply";
                    case Content.Icmp.REDIRECT -> "redirect";
                    case Content.Icmp.ECHO_REQUEST -> "echo request";
                    default -> "ICMP type " + icmp.type() + " code " + icmp.code();
                };
            case Content.Other other -> "ethertype 0x%04x protocol %d".formatted(other.etherType(), other.protocol());
        };
    }
}

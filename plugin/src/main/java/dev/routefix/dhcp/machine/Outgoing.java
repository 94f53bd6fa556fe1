package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;

/** What is to be sent, with the client's hardware address as the frame's source. */
public sealed interface Outgoing {

    /** A message to a server: {@link UdpFrame#write}. */
    record Datagram(DhcpMessage message, MacAddress to, IpAddress source, IpAddress destination) implements Outgoing {

        /** To every server, from a client that has no address it may use. */
        static Datagram toAll(DhcpMessage message) {
            return new Datagram(message, MacAddress.BROADCAST, DhcpMessage.NOBODY, UdpFrame.EVERYBODY);
        }
    }

    /** The question whether anybody has the address already (RFC 5227, section 2.1). */
    record Probe(MacAddress mac, IpAddress address) implements Outgoing {}
}

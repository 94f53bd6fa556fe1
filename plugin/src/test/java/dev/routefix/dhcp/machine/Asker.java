package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.MessageType;
import dev.routefix.dhcp.message.Options;
import dev.routefix.netlink.MacAddress;
import java.util.ArrayList;
import java.util.List;

/** A client of tests, and what it has sent. */
final class Asker {

    static final MacAddress MAC = MacAddress.parse("02:00:5e:00:01:76");
    static final byte[] ID = {-1, 1, 2, 3, 4, 0, 4, 9};
    static final DhcpClient CLIENT = new DhcpClient(MAC, ID, "web-0", new byte[] {1, 121, 3, 6}, new Options());

    final List<DhcpMessage> messages = new ArrayList<>();
    final List<Outgoing.Datagram> packets = new ArrayList<>();
    final List<Outgoing.Probe> probes = new ArrayList<>();

    /** Takes what is to be sent. */
    void take(Exchange exchange) {
        for (var outgoing : exchange.takeOutgoing()) {
            switch (outgoing) {
                case Outgoing.Datagram packet -> {
                    packets.add(packet);
                    messages.add(packet.message());
                }
                case Outgoing.Probe probe -> probes.add(probe);
            }
        }
    }

    /** Lets time pass from wish to wish. */
    void run(Exchange exchange, long until) {
        while (exchange.wake() <= until) {
            exchange.act(exchange.wake());
            take(exchange);
        }
    }

    DhcpMessage last(MessageType type) {
        for (var message : messages.reversed()) {
            if (message.type() == type) {
                return message;
            }
        }
        throw new AssertionError("no " + type + " among " + types());
    }

    List<MessageType> types() {
        return messages.stream().map(DhcpMessage::type).toList();
    }
}

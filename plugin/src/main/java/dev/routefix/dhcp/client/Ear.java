package dev.routefix.dhcp.client;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.machine.Exchange;
import dev.routefix.dhcp.machine.Outgoing;
import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.codec.ArpMessage;
import dev.routefix.netlink.codec.DhcpFilter;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.sys.Buffers;
import dev.routefix.netlink.sys.FrameSocket;
import java.util.Collection;

/** A parent interface, as what DHCP says and hears goes by it. ARP is let in only while somebody waits for it: a LAN is never quiet of that. For one thread. */
final class Ear implements AutoCloseable {

    private final String parent;
    private final FrameSocket socket;
    private boolean arp;

    private Ear(String parent, FrameSocket socket) {
        this.parent = parent;
        this.socket = socket;
    }

    /**
     * Opens one in the network namespace of the calling thread.
     *
     * @throws CniException if there is no such interface, or it is down
     */
    static Ear on(String parent) {
        try (var tables = Namespace.own()) {
            var link = tables.link(parent);
            if (link == null) {
                throw new CniException(
                        ErrorCode.INVALID_CONFIG,
                        "there is no interface \"" + parent
                                + "\" on this node to ask for an address by: set \"master\"");
            }
            if (!link.isUp()) {
                throw new CniException(
                        ErrorCode.TRY_AGAIN_LATER, parent + " is down, so no DHCP server can be asked: set it up");
            }
            return new Ear(parent, open(link));
        }
    }

    private static FrameSocket open(Link link) {
        var program = Buffers.SMALL.take();
        try {
            DhcpFilter.write(program, false);
            return FrameSocket.open(link.index(), program);
        } finally {
            Buffers.SMALL.giveBack(program);
        }
    }

    String parent() {
        return parent;
    }

    FrameSocket socket() {
        return socket;
    }

    /** Hears what is sent to that hardware address from now on, also before an interface has it. */
    void join(MacAddress mac) {
        socket.join(mac);
    }

    void leave(MacAddress mac) {
        socket.leave(mac);
    }

    void listenToArp(boolean wanted) {
        if (wanted != arp) {
            arp = wanted;
            var program = Buffers.SMALL.take();
            try {
                DhcpFilter.write(program, wanted);
                socket.filter(program);
            } finally {
                Buffers.SMALL.giveBack(program);
            }
        }
    }

    /** Sends what the exchange wants sent, and hears ARP before it asks by that. */
    void send(Exchange exchange) {
        if (exchange.listensToArp()) {
            listenToArp(true);
        }
        for (var outgoing : exchange.takeOutgoing()) {
            send(outgoing);
        }
    }

    void send(Outgoing outgoing) {
        var frame = Buffers.SMALL.take();
        try {
            switch (outgoing) {
                case Outgoing.Datagram packet -> {
                    UdpFrame.write(frame, packet.message(), packet.to(), packet.source(), packet.destination());
                    socket.send(frame, UdpFrame.PROTOCOL);
                }
                case Outgoing.Probe probe -> {
                    ArpMessage.writeProbe(frame, probe.mac(), probe.address());
                    socket.send(frame, ArpMessage.PROTOCOL);
                }
            }
        } finally {
            Buffers.SMALL.giveBack(frame);
        }
    }

    /** Gives each exchange all that has arrived. */
    void hear(Collection<? extends Exchange> exchanges, long now) {
        var frame = Buffers.SMALL.take();
        try {
            while (socket.receive(frame)) {
                try {
                    var answer = UdpFrame.read(frame);
                    var arpFrame = answer == null ? ArpFrame.read(frame) : null;
                    for (var exchange : exchanges) {
                        if (answer != null) {
                            exchange.hear(answer, now);
                        } else if (arpFrame != null) {
                            exchange.hear(arpFrame, now);
                        }
                    }
                } catch (MalformedMessage broken) {
                    // anybody may send anything to the port
                }
            }
        } finally {
            Buffers.SMALL.giveBack(frame);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

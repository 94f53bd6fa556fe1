package dev.routefix.lan;

import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.codec.ArpMessage;
import dev.routefix.netlink.codec.DhcpFilter;
import dev.routefix.netlink.sys.Buffers;
import dev.routefix.netlink.sys.Doze;
import dev.routefix.netlink.sys.FrameSocket;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asks the machines behind an interface which of them has an address (RFC 5227, section 2.1.1), in the name of any hardware address, and leaves no trace in their tables. A macvlan on the
 * same interface does not hear it. For one thread.
 */
public final class ArpProbe implements AutoCloseable {

    private final FrameSocket socket;
    private final Doze doze;

    private ArpProbe(FrameSocket socket) {
        this.socket = socket;
        doze = new Doze();
    }

    /**
     * Opens one in the network namespace of the calling thread.
     *
     * @param link the interface's index
     * @throws dev.routefix.netlink.NetlinkException if there is no such interface, or it may not be used
     */
    public static ArpProbe on(int link) {
        var program = Buffers.SMALL.take();
        try {
            DhcpFilter.write(program, true);
            return new ArpProbe(FrameSocket.open(link, program));
        } finally {
            Buffers.SMALL.giveBack(program);
        }
    }

    /**
     * Whether somebody says in time that he has the address.
     *
     * @param tries so often it is asked at most, as a question or its answer may be lost
     * @param patience for each
     */
    public boolean isAnswered(MacAddress asking, IpAddress address, int tries, Duration patience) {
        for (int at = 0; at < tries; at++) {
            if (!ask(asking, List.of(address), patience, true).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Who says within the time that he has one of the addresses, the one who asks excepted. */
    public Map<IpAddress, Set<MacAddress>> holders(
            MacAddress asking, Collection<IpAddress> addresses, Duration patience) {
        return ask(asking, addresses, patience, false);
    }

    private Map<IpAddress, Set<MacAddress>> ask(
            MacAddress asking, Collection<IpAddress> addresses, Duration patience, boolean once) {
        var holders = new HashMap<IpAddress, Set<MacAddress>>();
        long end = System.nanoTime() + patience.toNanos();
        var frame = Buffers.SMALL.take();
        try {
            for (var address : addresses) {
                ArpMessage.writeProbe(frame, asking, address);
                socket.send(frame, ArpMessage.PROTOCOL);
            }
            long left = patience.toMillis();
            while (left > 0 && !(once && !holders.isEmpty())) {
                doze.await(List.of(socket), (int) left);
                while (socket.receive(frame)) {
                    var said = ArpFrame.read(frame);
                    if (said != null
                            && addresses.contains(said.address())
                            && !said.sender().equals(asking)) {
                        holders.computeIfAbsent(said.address(), _ -> new LinkedHashSet<>())
                                .add(said.sender());
                    }
                }
                left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            }
        } finally {
            Buffers.SMALL.giveBack(frame);
        }
        return holders;
    }

    @Override
    public void close() {
        socket.close();
        doze.close();
    }
}

package dev.routefix.dhcp.client;

import dev.routefix.cni.CniException;
import dev.routefix.dhcp.machine.Exchange;
import dev.routefix.dhcp.machine.Outgoing;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.FrameSocket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One {@link Ear} for each parent interface. One whose interface went down or away is opened anew when there is something to be sent, and nobody needs to know. For one thread. */
final class Ears implements AutoCloseable {

    /** Between two tries to open one, in milliseconds. */
    private static final long RETRY = 1_000;

    private final Map<String, Ear> open = new HashMap<>();
    private final Map<String, Set<MacAddress>> joined = new HashMap<>();
    private final Map<String, Long> failed = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Clock clock;
    private final Consumer<String> tell;

    Ears(Clock clock, Consumer<String> tell) {
        this.clock = clock;
        this.tell = tell;
    }

    /** Has the exchange do what is due, and sends what it wants sent by that parent. */
    void act(String parent, Exchange exchange, long now) {
        if (exchange.wake() <= now) {
            exchange.act(now);
        }
        send(parent, exchange);
    }

    /** Sends what the exchange wants sent by that parent; what cannot be sent is lost, as a frame can be. */
    void send(String parent, Exchange exchange) {
        if (exchange.listensToArp()) {
            var ear = on(parent);
            if (ear != null) {
                ear.listenToArp(true);
            }
        }
        for (var outgoing : exchange.takeOutgoing()) {
            send(parent, exchange.mac(), outgoing);
        }
    }

    void send(String parent, MacAddress mac, Outgoing outgoing) {
        var ear = on(parent);
        if (ear != null) {
            try {
                if (joined.computeIfAbsent(parent, _ -> new HashSet<>()).add(mac)) {
                    ear.join(mac);
                }
                ear.send(outgoing);
                told.remove(parent);
            } catch (NetlinkException e) {
                lose(ear, e);
            }
        }
    }

    /** Nobody asks with that address any more. */
    void forget(String parent, MacAddress mac) {
        var macs = joined.get(parent);
        var ear = open.get(parent);
        if (macs != null && macs.remove(mac) && ear != null) {
            try {
                ear.leave(mac);
            } catch (NetlinkException e) {
                lose(ear, e);
            }
        }
    }

    /** Takes what has arrived by that parent. */
    void hear(String parent, Collection<? extends Exchange> exchanges) {
        var ear = open.get(parent);
        if (ear != null) {
            try {
                ear.hear(exchanges, clock.now());
            } catch (NetlinkException e) {
                lose(ear, e);
            }
        }
    }

    /** ARP is of interest to these parents only. */
    void listenToArp(Set<String> parents) {
        for (var ear : open.values()) {
            ear.listenToArp(parents.contains(ear.parent()));
        }
    }

    List<String> parents() {
        return List.copyOf(open.keySet());
    }

    List<FrameSocket> sockets() {
        var sockets = new ArrayList<FrameSocket>();
        for (var ear : open.values()) {
            sockets.add(ear.socket());
        }
        return sockets;
    }

    /**
     * For one who waits: opens it now or says why not.
     *
     * @throws CniException if there is no such interface, or it is down
     */
    void require(String parent) {
        if (!open.containsKey(parent)) {
            open.put(parent, Ear.on(parent));
            failed.remove(parent);
        }
    }

    private @Nullable Ear on(String parent) {
        var ear = open.get(parent);
        Long before = failed.get(parent);
        if (ear != null || (before != null && clock.now() < before + RETRY)) {
            return ear;
        }
        try {
            ear = Ear.on(parent);
            open.put(parent, ear);
            failed.remove(parent);
            return ear;
        } catch (CniException | NetlinkException e) {
            failed.put(parent, clock.now());
            complain(parent, e);
            return null;
        }
    }

    private void lose(Ear ear, NetlinkException e) {
        ear.close();
        open.remove(ear.parent());
        joined.remove(ear.parent());
        complain(ear.parent(), e);
    }

    /** Once, until something goes by it again. */
    private void complain(String parent, RuntimeException e) {
        if (told.add(parent)) {
            tell.accept("no lease can be renewed by " + parent + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        for (var ear : open.values()) {
            ear.close();
        }
        open.clear();
    }
}

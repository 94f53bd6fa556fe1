package dev.routefix.installer.learning;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.Node;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.sys.PacketSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows the LAN's switches where the pods are. What a pod sends goes by its node and leaves with the node's hardware address. A switch that hears nothing
 * from a pod's own forgets it after its ageing time, 300 s by default (IEEE 802.1D, 7.9.2), and then sends what is for the pod to everybody. Linux's
 * bonding has the same task and the word for the cure ({@code lp_interval} of Documentation/networking/bonding.rst).
 *
 * <p>A frame goes to the node's router where its hardware address is known, so that no other machine gets it, else to everybody. A pod that was heard by
 * a frame of its own, such as of DHCP or mDNS, gets none.
 */
public final class LearningPackets {

    /** A pod that came or went is noticed within this time. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final String hostInterface;
    private final Duration interval;
    private final Log log;
    private final Thread thread;
    private final long start = System.nanoTime();
    private Rota rota;
    private @Nullable Ear ear;
    private boolean told;

    /** The socket on the pods' parent interface, as that was when it was opened. */
    private record Ear(int link, MacAddress mac, PacketSocket socket) {
        boolean isOn(Link parent) {
            return parent.index() == link && mac.equals(parent.mac());
        }
    }

    private LearningPackets(Configuration configuration, Log log) {
        hostInterface = configuration.hostInterface();
        interval = configuration.learning();
        this.log = log;
        rota = Rota.of(interval);
        thread = Thread.ofPlatform().name("learning packets").daemon().unstarted(this::run);
    }

    /** Those of each network of a node. */
    public record OfNode(List<LearningPackets> networks) implements AutoCloseable {

        public OfNode {
            networks = List.copyOf(networks);
        }

        @Override
        public void close() {
            networks.forEach(LearningPackets::close);
        }
    }

    /** Begins, in the network namespace of the calling thread, for each network unless the configuration asks for none. */
    public static OfNode start(Configuration configuration, Log log) {
        var all = new ArrayList<LearningPackets>();
        for (var network : configuration.networks()) {
            var packets = new LearningPackets(network, log);
            if (!network.learning().isZero()) {
                packets.thread.start();
            }
            all.add(packets);
        }
        return new OfNode(all);
    }

    private void run() {
        try {
            while (true) {
                var pause = look();
                Thread.sleep(pause.compareTo(LOOK) < 0 ? pause : LOOK);
            }
        } catch (InterruptedException closed) {
            hearNothing();
        }
    }

    /** Shows the pods that are due; how long there is nothing to be done. What cannot be done now is tried again then. */
    private Duration look() {
        try (var netlink = Namespace.own()) {
            var link = netlink.link(hostInterface);
            var parent = link == null ? null : netlink.link(link.parent());
            var mac = parent == null ? null : parent.mac();
            Set<MacAddress> pods = link == null || mac == null ? Set.of() : pods(netlink, link.index());
            if (pods.isEmpty() || parent == null || mac == null) {
                hearNothing();
                rota = Rota.of(interval);
                return interval;
            }
            var socket = hear(parent, mac);
            var turn = rota.turn(pods, socket.senders(), Duration.ofNanos(System.nanoTime() - start));
            rota = turn.next();
            if (!turn.due().isEmpty()) {
                var router = router(netlink, parent.index());
                turn.due().forEach(pod -> socket.show(parent.index(), pod, router));
                told = false;
            }
            return turn.pause();
        } catch (NetlinkException e) {
            tell(e);
            return interval;
        }
    }

    /** Those the node has its ways to: ADD gives each a permanent neighbour on the node's interface, DEL takes it away. */
    private static Set<MacAddress> pods(Netlink netlink, int link) {
        var pods = new HashSet<MacAddress>();
        for (var neighbour : netlink.neighbours(Family.IPV4, link)) {
            var mac = neighbour.mac();
            if (neighbour.state() == Neighbour.PERMANENT && mac != null) {
                pods.add(mac);
            }
        }
        return pods;
    }

    /** The hardware address of the router that the node uses behind its interface; that of everybody if there is none, or until it is found. */
    private static MacAddress router(Netlink netlink, int link) {
        var route = Node.defaultRoute(netlink.routes(Family.IPV4, link));
        var gateway = route == null ? null : route.gateway();
        var neighbour = gateway == null ? null : netlink.neighbour(link, gateway);
        var mac = neighbour == null ? null : neighbour.mac();
        if (gateway != null && mac == null) {
            netlink.apply(List.of(new Change.SeekNeighbour(link, gateway)));
        }
        return mac == null ? MacAddress.BROADCAST : mac;
    }

    private PacketSocket hear(Link parent, MacAddress mac) {
        var open = ear;
        if (open == null || !open.isOn(parent)) {
            hearNothing();
            open = new Ear(parent.index(), mac, PacketSocket.hearing(parent.index(), mac));
            ear = open;
        }
        return open.socket();
    }

    private void hearNothing() {
        if (ear != null) {
            ear.socket().close();
            ear = null;
        }
    }

    /** Once, until frames get out again. */
    private void tell(NetlinkException problem) {
        if (!told) {
            told = true;
            log.warn("switches may forget where the pods are, and flood what is for them: " + problem.getMessage());
        }
    }

    /** Ends it: nothing is sent afterwards. */
    private void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

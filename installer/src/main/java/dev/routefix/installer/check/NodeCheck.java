package dev.routefix.installer.check;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.Json;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.installer.config.ChainKind;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.plan.Node;
import dev.routefix.lan.ArpProbe;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Scope;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plugin.RouteFix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flows that define "it works", as far as one node can try them by itself: to its LAN's router and DHCP server, and between a {@link ProbePod}, this node with its pods, and other
 * nodes whose addresses are given. For one check, by a thread that is in the node's network namespace and stays there.
 */
public final class NodeCheck {

    private static final int TRIES = 4;

    /** Of so many pods at most. */
    private static final int PODS = 20;

    private static final int PATIENCE = 500;

    /** A DHCP server that pings an address before it offers it needs 3 s. */
    private static final Duration SERVER = Duration.ofSeconds(6);

    private final Paths paths;
    private final Configuration configuration;
    private final RouteFix plugin;
    private final @Nullable Leases leases;
    private final List<Flow> flows = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /** @param leases their keeper, who can ask the DHCP server; null if there is none */
    public NodeCheck(Paths paths, Configuration configuration, RouteFix plugin, @Nullable Leases leases) {
        this.paths = paths;
        this.configuration = configuration;
        this.plugin = plugin;
        this.leases = leases;
    }

    /**
     * The node's side of the LAN.
     *
     * @param router null if there is no default route
     */
    private record Lan(
            Link parent,
            @Nullable Link host,
            IpAddress node,
            @Nullable IpAddress router) {}

    /**
     * Tries all.
     *
     * @param others addresses of other nodes, or of their pods
     */
    public FlowReport run(List<IpAddress> others) {
        var lan = lan();
        if (lan == null) {
            flows.add(new Flow("this node is on the LAN", 0, 1, configuration.master() + " has no IPv4 address"));
            return new FlowReport(flows, leftOut);
        }
        arp(lan);
        boolean addresses = dhcp();
        for (var other : others) {
            ping("node -> " + other, null, other);
        }
        var pods = pods();
        pods(null, "node -> pods of this node", pods);
        if (!configuration.conflist() || configuration.chain() == ChainKind.REFERENCE) {
            leftOut.add(
                    "flows of a pod: only the container runtime can attach one (CONFLIST=none, or CHAIN=reference)");
        } else if (addresses) {
            flowsOfAPod(lan, pods, others);
        } else {
            leftOut.add("flows of a pod: there is no address for one");
        }
        return new FlowReport(flows, leftOut);
    }

    private void flowsOfAPod(Lan lan, List<IpAddress> pods, List<IpAddress> others) {
        try (var pod = probe()) {
            flows.add(new Flow("a pod gets its network", 1, 1, ""));
            flows(pod, lan, pods, others);
        } catch (IOException e) {
            flows.add(new Flow("a pod gets its network", 0, 1, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Lan lan() {
        var master = configuration.master();
        try (var node = Namespace.own()) {
            var parent = master == null ? null : node.link(master);
            if (parent == null) {
                return null;
            }
            var own = node.addresses(Family.IPV4, parent.index()).stream()
                    .filter(address -> address.scope().equals(Scope.UNIVERSE))
                    .findFirst()
                    .orElse(null);
            var route = Node.defaultRoute(node.routes(Family.IPV4, parent.index()));
            return own == null
                    ? null
                    : new Lan(
                            parent,
                            node.link(configuration.hostInterface()),
                            own.prefix().address(),
                            route == null ? null : route.gateway());
        }
    }

    /** The router asked in the name of the node, and of another hardware address on the same cable, as each pod has one. */
    private void arp(Lan lan) {
        var router = lan.router();
        var own = lan.parent().mac();
        if (router == null || own == null) {
            leftOut.add("flows to the LAN's router: " + lan.parent().name() + " has no default route");
            return;
        }
        var host = lan.host();
        try (var probe = ArpProbe.on(lan.parent().index())) {
            var patience = Duration.ofMillis(PATIENCE);
            flows.add(Flow.of(
                    "router " + router + " -> node",
                    TRIES,
                    () -> probe.isAnswered(own, router, 1, patience) ? null : "no answer by ARP"));
            var other = host == null ? null : host.mac();
            if (other != null) {
                flows.add(Flow.of(
                        "router " + router + " -> another hardware address",
                        TRIES,
                        () -> probe.isAnswered(other, router, 1, patience) ? null : "no answer by ARP to " + other));
            }
        } catch (NetlinkException e) {
            flows.add(new Flow("router " + router + " -> node", 0, 1, String.valueOf(e.getMessage())));
        }
    }

    /** Whether a pod would get an address, as far as a DHCP server has a say in it. */
    private boolean dhcp() {
        var keeper = leases;
        if (keeper == null || !configuration.asksDhcp()) {
            leftOut.add("DHCP server: addresses do not come from one");
            return true;
        }
        var flow = Flow.of("DHCP server offers one address more", 1, () -> {
            var offer = keeper.ask(String.valueOf(configuration.master()), SERVER);
            return offer.offered() != null ? null : offer.account();
        });
        flows.add(flow);
        return flow.works();
    }

    private List<IpAddress> pods() {
        var addresses = new ArrayList<IpAddress>();
        for (Attachment attachment : new Attachments(paths.run()).all()) {
            for (var address : attachment.addresses()) {
                if (address.family() == Family.IPV4 && addresses.size() < PODS) {
                    addresses.add(address);
                }
            }
        }
        return addresses;
    }

    private ProbePod probe() throws IOException, InterruptedException {
        var conflist = paths.here(configuration.conflistFile());
        if (!Files.exists(conflist)) {
            throw new IOException("there is no conflist " + configuration.conflistFile());
        }
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        return ProbePod.attach(plugin, Json.read(Files.readAllBytes(conflist)), configuration.binDir(), free);
    }

    private void flows(ProbePod pod, Lan lan, List<IpAddress> pods, List<IpAddress> others) {
        ping("node -> pod", null, pod.address());
        ping("pod -> node", pod, lan.node());
        if (lan.router() != null) {
            ping("pod -> router " + lan.router(), pod, lan.router());
        }
        pods(pod, "pod -> pods of this node", pods);
        for (var other : others) {
            ping("pod -> " + other, pod, other);
        }
        var port = new InetSocketAddress(inet(lan.node()), pod.nodePort());
        flows.add(Flow.of("node -> node's port -> pod", TRIES, () -> connect(port)));
        flows.add(Flow.of("pod -> node's port -> pod", TRIES, () -> pod.inside(() -> connect(port))));
    }

    /** One try for each. */
    private void pods(@Nullable ProbePod from, String name, List<IpAddress> pods) {
        if (!pods.isEmpty()) {
            var left = new ArrayList<>(pods);
            flows.add(Flow.of(name, pods.size(), () -> answer(from, left.removeFirst())));
        }
    }

    private void ping(String name, @Nullable ProbePod from, IpAddress to) {
        flows.add(Flow.of(name, TRIES, () -> answer(from, to)));
    }

    private static @Nullable String answer(@Nullable ProbePod from, IpAddress to)
            throws IOException, InterruptedException {
        boolean answers =
                from == null ? inet(to).isReachable(PATIENCE) : from.inside(() -> inet(to).isReachable(PATIENCE));
        return answers ? null : to + " does not answer";
    }

    private static @Nullable String connect(InetSocketAddress port) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE);
            socket.connect(port, PATIENCE);
            return socket.getInputStream().read() == '!' ? null : "somebody else answers";
        }
    }

    private static InetAddress inet(IpAddress address) {
        try {
            return InetAddress.getByAddress(address.toBytes());
        } catch (IOException impossible) {
            throw new IllegalArgumentException(address + " is no address", impossible);
        }
    }
}

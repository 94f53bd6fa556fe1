package dev.routefix.lab.demo;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Host;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Matrix;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Shim;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.Registry;
import dev.routefix.lab.demo.PlacedPod.Place;
import dev.routefix.lab.dhcp.DhcpServer;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Packet;
import dev.routefix.lab.run.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What the demo plays on: a LAN with two nodes, each with a containerd, and a registry. */
final class Stage implements AutoCloseable {
    private static final int BALANCER = 240;
    /** What makes the names of a Deployment's pods, one on each node; the last five letters are the API server's. */
    private static final List<String> WEB = List.of("web-7d9c5f8b64-x2k4p", "web-7d9c5f8b64-8qzrt");

    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final Duration NAMING = Duration.ofSeconds(30);

    private final Lan lan;
    private final Registry registry;
    private final List<Containerd> nodes;
    private final List<Place> places;
    private final LoadBalancer service;

    private Stage(Lan lan, Registry registry, List<Containerd> nodes, List<Place> places) {
        this.lan = lan;
        this.registry = registry;
        this.nodes = nodes;
        this.places = places;
        this.service = LoadBalancer.at(lan.prefix().host(BALANCER));
    }

    static Stage open(Progress progress) {
        Lan lan = progress.step(
                "a LAN: client, two nodes, router whose DHCP server pings each address before it offers it",
                () -> Lan.open(Lan.Options.DEFAULT.dhcp(DhcpServer.Kind.PINGING_DNSMASQ)));
        List<Containerd> nodes = new ArrayList<>();
        try {
            Registry registry = progress.step("a registry on the LAN", () -> Registry.start(lan));
            progress.say("containerd on both nodes, and an image for pods: a static busybox");
            nodes.addAll(Parallel.map(lan.nodes(), Containerd::start));
            return new Stage(lan, registry, nodes, Parallel.map(nodes, Place::on));
        } catch (RuntimeException e) {
            nodes.forEach(Containerd::close);
            lan.close();
            throw e;
        }
    }

    Registry registry() {
        return registry;
    }

    List<Containerd> nodes() {
        return nodes;
    }

    String client() {
        return lan.client().address();
    }

    String balancer() {
        return service.address();
    }

    /** On every node one pod of a StatefulSet, which goes and comes again, and one of a Deployment: one after the other, so that each has the server for itself. */
    Cast startPods() {
        List<PlacedPod> earlier = new ArrayList<>();
        List<PlacedPod> pods = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            earlier.add(PlacedPod.run("db-" + i, Occasion.STATEFUL_SET, places.get(i)));
        }
        for (PlacedPod pod : earlier) {
            pod.end();
            pods.add(PlacedPod.run(pod.name(), Occasion.AGAIN, pod.place()));
        }
        for (int i = 0; i < places.size(); i++) {
            pods.add(PlacedPod.run(WEB.get(i), Occasion.DEPLOYMENT, places.get(i)));
        }
        return new Cast(pods, earlier);
    }

    /** Tries everything on pods of plain macvlan; the handshake also with the shim by which people let a node reach such pods. */
    Phase measurePlain(Cast cast) {
        return with(cast, pods -> {
            List<Handshake> handshakes = new ArrayList<>();
            handshakes.add(handshake("before: plain macvlan", pods));
            try (Shim shim = Shim.on(lan.node(1), pods)) {
                Objects.requireNonNull(shim);
                handshakes.add(handshake("before, and the node has a shim to reach its pods", pods));
            }
            return new Phase(matrix(pods), handshakes, cast.networks(lan.leases()));
        });
    }

    /** Tries everything on pods as the appliance's network makes them. */
    Phase measureFixed(Cast cast) {
        return with(cast, pods -> {
            List<Handshake> handshakes = List.of(handshake("after: route-fix", pods));
            List<Flow> flows = matrix(pods);
            // A lease that was held ready has no name; its pod's reaches the server soon after.
            Poll.isTrue(
                    NAMING,
                    () -> new Phase(flows, handshakes, cast.networks(lan.leases()))
                            .present().stream().allMatch(PodNetwork::isKnownByName));
            return new Phase(flows, handshakes, cast.networks(lan.leases()));
        });
    }

    private static Phase with(Cast cast, Function<List<Pod>, Phase> work) {
        List<Pod> pods = cast.pods().stream().map(PlacedPod::open).toList();
        try {
            return work.apply(pods);
        } finally {
            pods.forEach(Pod::close);
        }
    }

    private List<Flow> matrix(List<Pod> pods) {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT);
        return Matrix.of(lan, service, pods).run();
    }

    /** With one endpoint, on the announcing node, so that it is known who has to answer. */
    private Handshake handshake(String title, List<Pod> pods) {
        Node first = lan.node(1);
        Pod endpoint =
                pods.stream().filter(pod -> pod.node() == first).findFirst().orElseThrow();
        lan.serve(service, List.of(endpoint), KubeProxy.Options.DEFAULT);
        return Handshake.of(title, endpoint.address(), capture(first), owners(pods));
    }

    private List<Packet> capture(Node announcing) {
        lan.announce(service.address(), announcing);
        Capture capture = Capture.on(lan.client().netns(), Host.LINK);
        try (capture) {
            Caller.in(lan.client().netns(), PATIENCE).tcp(service.address(), service.port());
        } finally {
            lan.withdraw(service.address());
        }
        return capture.packets(); // closed: nothing that was on its way is missing
    }

    private Map<String, String> owners(List<Pod> pods) {
        Map<String, String> owners = new HashMap<>();
        owners.put(lan.client().mac(), "client");
        lan.nodes().forEach(node -> owners.put(node.host().mac(), node.name()));
        pods.forEach(pod -> owners.put(pod.netns().mac(Pod.LINK), "pod"));
        return owners;
    }

    /** Ends the pods; their network is taken away by the runtime. */
    void stopPods(Cast cast) {
        Parallel.map(cast.pods(), pod -> {
            pod.end();
            return true;
        });
        lan.serve(service, List.of(), KubeProxy.Options.DEFAULT);
    }

    @Override
    public void close() {
        places.forEach(Place::close);
        Parallel.map(nodes, node -> {
            node.close();
            return true;
        });
        registry.close();
        lan.close();
    }
}

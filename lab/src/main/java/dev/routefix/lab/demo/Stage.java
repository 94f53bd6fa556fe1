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
import dev.routefix.lab.containerd.PodContainer;
import dev.routefix.lab.containerd.PodImage;
import dev.routefix.lab.containerd.Registry;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Packet;
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
    private static final int PODS_PER_NODE = 2;
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final Lan lan;
    private final Registry registry;
    private final List<Containerd> nodes;
    private final LoadBalancer service;
    private final String podImage;

    private Stage(Lan lan, Registry registry, List<Containerd> nodes, String podImage) {
        this.lan = lan;
        this.registry = registry;
        this.nodes = nodes;
        this.podImage = podImage;
        this.service = LoadBalancer.at(lan.prefix().host(BALANCER));
    }

    static Stage open(Progress progress) {
        Lan lan = progress.step("a LAN: client, router with DHCP, two nodes (network namespaces)", () -> Lan.open());
        List<Containerd> nodes = new ArrayList<>();
        try {
            Registry registry = progress.step("a registry on the LAN", () -> Registry.start(lan));
            String image = progress.step("an image for pods: a static busybox", () -> PodImage.push(registry));
            progress.say("containerd on both nodes");
            nodes.addAll(Parallel.map(lan.nodes(), Containerd::start));
            nodes.forEach(node -> node.pull(image));
            return new Stage(lan, registry, nodes, image);
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

    /** Two pods on every node, all at once, as after a rollout. */
    List<PodContainer> startPods(String name) {
        List<Map.Entry<Containerd, String>> wanted = new ArrayList<>();
        for (Containerd node : nodes) {
            for (char letter = 'a'; letter < 'a' + PODS_PER_NODE; letter++) {
                wanted.add(Map.entry(node, name + "-" + node.node().name() + letter));
            }
        }
        return Parallel.map(wanted, pod -> PodContainer.start(pod.getKey(), pod.getValue(), podImage));
    }

    /** Tries everything on pods of plain macvlan; the handshake also with the shim by which people let a node reach such pods. */
    Phase measurePlain(List<PodContainer> containers) {
        return with(containers, pods -> {
            List<Handshake> handshakes = new ArrayList<>();
            handshakes.add(handshake("before: plain macvlan", pods));
            try (Shim shim = Shim.on(lan.node(1), pods)) {
                Objects.requireNonNull(shim);
                handshakes.add(handshake("before, and the node has a shim to reach its pods", pods));
            }
            return new Phase(matrix(pods), handshakes);
        });
    }

    /** Tries everything on pods as the appliance's network makes them. */
    Phase measureFixed(List<PodContainer> containers) {
        return with(containers, pods -> {
            List<Handshake> handshakes = List.of(handshake("after: route-fix", pods));
            return new Phase(matrix(pods), handshakes);
        });
    }

    private static Phase with(List<PodContainer> containers, Function<List<Pod>, Phase> work) {
        List<Pod> pods = containers.stream()
                .map(pod -> Pod.found(pod.name(), pod.node(), pod.netns(), pod.address()))
                .toList();
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
    void stopPods(List<PodContainer> pods) {
        Parallel.map(pods, (Function<PodContainer, Boolean>) pod -> {
            pod.stop();
            return true;
        });
        lan.serve(service, List.of(), KubeProxy.Options.DEFAULT);
    }

    @Override
    public void close() {
        Parallel.map(nodes, node -> {
            node.close();
            return true;
        });
        registry.close();
        lan.close();
    }
}

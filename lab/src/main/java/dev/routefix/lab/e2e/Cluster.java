package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.PodImage;
import dev.routefix.lab.containerd.Registry;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Pause;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Kubernetes of two nodes on a LAN that has a registry, a router with DHCP and a client. */
final class Cluster implements AutoCloseable {
    /** Neither the LAN nor anything else: kube-proxy takes whoever calls for a stranger. */
    static final String OUTSIDE = "10.42.0.0/16";

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(300);

    private final Lan lan;
    private final Registry registry;
    private final ControlPlane plane;
    private final List<KubeNode> nodes;
    private final String podImage;

    private Cluster(Lan lan, Registry registry, ControlPlane plane, List<KubeNode> nodes, String podImage) {
        this.lan = lan;
        this.registry = registry;
        this.plane = plane;
        this.nodes = nodes;
        this.podImage = podImage;
    }

    /** Starts it and waits until its nodes are known; without a pod network they are not ready. */
    static Cluster start(Progress progress, Binaries binaries) {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Lan lan = progress.step("a LAN: client, two nodes, router with DHCP", () -> add(opened, Lan.open()));
            lan.client().netns().sysctl("net/ipv4/conf/all/accept_redirects", "0");
            lan.client().netns().sysctl("net/ipv4/conf/eth0/accept_redirects", "0");
            Registry registry = progress.step("a registry on it", () -> add(opened, Registry.start(lan)));
            String podImage = PodImage.push(registry);
            ControlPlane plane = progress.step(
                    "etcd, API server, controllers, scheduler", () -> add(opened, ControlPlane.start(lan, binaries)));
            progress.say("containerd, kubelet and kube-proxy on both nodes");
            List<KubeNode> nodes = new ArrayList<>();
            for (Node node : lan.nodes()) {
                nodes.add(add(opened, KubeNode.start(node, plane, binaries, registry, OUTSIDE)));
            }
            Cluster cluster = new Cluster(lan, registry, plane, nodes, podImage);
            cluster.await(
                    "both nodes are known",
                    START,
                    () -> plane.api().get("/api/v1/nodes").path("items").size() == nodes.size());
            return cluster;
        } catch (RuntimeException e) {
            opened.reversed().forEach(Cluster::closeAfter);
            throw e;
        }
    }

    private static <T extends AutoCloseable> T add(List<AutoCloseable> opened, T thing) {
        opened.add(thing);
        return thing;
    }

    private static void closeAfter(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            // The failure before it says more; what is left is swept at the end of the run.
        }
    }

    Lan lan() {
        return lan;
    }

    Registry registry() {
        return registry;
    }

    ControlPlane plane() {
        return plane;
    }

    List<KubeNode> nodes() {
        return nodes;
    }

    /** An image with nothing but busybox. */
    String podImage() {
        return podImage;
    }

    Command kubectl(String... arguments) {
        return plane.kubectl(arguments);
    }

    void apply(String yaml) {
        kubectl("apply", "-f", "-").stdin(yaml).run();
    }

    /** Waits, and looks now and then: a look costs a process or a request. */
    void await(String what, Duration bound, Poll.Condition condition) {
        if (!within(bound, condition)) {
            throw new IllegalStateException("not within " + bound.toSeconds() + " s: " + what);
        }
    }

    boolean within(Duration bound, Poll.Condition condition) {
        return Poll.isTrue(bound, () -> {
            if (condition.holds()) {
                return true;
            }
            Pause.of(LOOK);
            return false;
        });
    }

    /** A pod as the API has it; nothing if there is none of that name. */
    Optional<JsonNode> pod(String namespace, String name) {
        for (JsonNode pod : pods(namespace)) {
            if (pod.path("metadata").path("name").asText().equals(name)) {
                return Optional.of(pod);
            }
        }
        return Optional.empty();
    }

    JsonNode pods(String namespace) {
        return plane.api().get("/api/v1/namespaces/" + namespace + "/pods").path("items");
    }

    static boolean ready(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Waits until the pod is ready. */
    void awaitReady(String namespace, String pod, Duration bound) {
        await(
                "pod " + pod + " is ready",
                bound,
                () -> pod(namespace, pod).map(Cluster::ready).orElse(false));
    }

    /** A server in the network of a pod that is ready; closing it leaves the pod alone. */
    Pod open(String name) {
        JsonNode pod = pod("default", name).orElseThrow();
        String nodeName = pod.path("spec").path("nodeName").asText();
        Node node = lan.nodes().stream()
                .filter(candidate -> candidate.name().equals(nodeName))
                .findFirst()
                .orElseThrow();
        return Pod.found(
                name,
                node,
                netns("default", name),
                pod.path("status").path("podIP").asText());
    }

    /** The network of a pod that runs: that of a process whose cgroup is its container's. */
    Netns netns(String namespace, String name) {
        String container = pod(namespace, name)
                .orElseThrow(() -> new IllegalStateException("no pod " + namespace + "/" + name))
                .path("status")
                .path("containerStatuses")
                .path(0)
                .path("containerID")
                .asText()
                .replaceFirst(".*/", "");
        return ProcessHandle.allProcesses()
                .filter(process -> cgroups(process.pid()).contains(container))
                .findFirst()
                .map(process -> Netns.at(Path.of("/proc", Long.toString(process.pid()), "ns", "net")))
                .orElseThrow(() -> new IllegalStateException("no process of the container " + container));
    }

    private static String cgroups(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Gives a Service of type LoadBalancer its address, as MetalLB's controller does. */
    void assign(String service, String address) {
        String path = "/api/v1/namespaces/default/services/" + service;
        ObjectNode object = (ObjectNode) plane.api().get(path);
        object.withObject("/status/loadBalancer")
                .putArray("ingress")
                .addObject()
                .put("ip", address);
        plane.api().put(path + "/status", object);
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(nodes);
        all.add(plane);
        all.add(registry);
        all.add(lan);
        all.forEach(Cluster::closeAfter);
    }
}

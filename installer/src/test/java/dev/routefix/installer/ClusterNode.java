package dev.routefix.installer;

import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.run.Background;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A node of a cluster that has a network already, the reference bridge plugin's in 10.88.N.0/24, with a real containerd, which has a handler {@code lan} beside
 * the default one.
 */
final class ClusterNode implements AutoCloseable {

    /** The handler that has networks of its own. */
    static final String LAN = "lan";

    /** The handler that has the cluster's network. */
    static final String DEFAULT = "";

    private final Node node;
    private final TestNode host;
    private final Path lanDir;
    private final Containerd containerd;
    private final Cri cri;
    private final List<Pod> pods = new ArrayList<>();

    ClusterNode(Node node) throws IOException {
        this(node, "lan.d");
    }

    /** One whose handler looks for networks in this directory beside the usual one. */
    ClusterNode(Node node, String handlersDir) throws IOException {
        this.node = node;
        host = new TestNode(node.netns());
        host.bring("bridge", "loopback", "portmap");
        lanDir = Files.createDirectories(host.at("etc/cni/lan.d"));
        host.bring(host.confDir().resolve("10-cluster.conflist"), """
                {"cniVersion": "1.0.0", "name": "cluster", "plugins": [
                  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "dataDir": "%s", "routes": [{"dst": "0.0.0.0/0"}],
                            "ranges": [[{"subnet": "%s"}]]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}
                """.formatted(
                        node.directory().resolve("cluster"), podCidr(node)));
        containerd =
                Containerd.start(node, host.confDir(), host.binDir(), Map.of(LAN, lanDir.resolveSibling(handlersDir)));
        cri = Cri.of(containerd);
    }

    private static String podCidr(Node node) {
        return "10.88." + (node.lan().nodes().indexOf(node) + 1) + ".0/24";
    }

    /** Has the node's routes lead to the cluster's pods of another one, as flannel's host-gw does. */
    void knows(ClusterNode other) {
        node.netns().ip("route add " + podCidr(other.node) + " via " + other.node.address() + "\n");
    }

    Node node() {
        return node;
    }

    TestNode host() {
        return host;
    }

    Path lanDir() {
        return lanDir;
    }

    Containerd containerd() {
        return containerd;
    }

    Cri cri() {
        return cri;
    }

    /** Starts the appliance beside the cluster's network. */
    Background appliance() {
        return host.run("MODE=runtime-class");
    }

    /** Starts a pod by a handler, with a server in it. */
    Pod pod(String name, String handler) {
        var id = cri.run(name, "default", handler);
        var pod = Pod.found(name, node, cri.netns(id), cri.address(id));
        pods.add(pod);
        return pod;
    }

    /** A pod to which ports of the node are to lead, attached by the network that a handler has, as the runtime tells plugins of its ports. */
    Pod withPorts(String name, String handler, int... ports) {
        var conflist = handler.equals(LAN)
                ? lanDir.resolve("0-route-fix.conflist")
                : host.confDir().resolve("10-cluster.conflist");
        var mappings = Arrays.stream(ports)
                .mapToObj(
                        port -> "{\"hostPort\":%d,\"containerPort\":%d,\"protocol\":\"tcp\"}".formatted(port, Pod.PORT))
                .collect(Collectors.joining(","));
        return Pod.attach(
                name,
                node,
                node.chain(Conflist.read(conflist), List.of(host.binDir()))
                        .telling("{\"portMappings\":[" + mappings + "]}"));
    }

    @Override
    public void close() {
        pods.forEach(Pod::close);
        cri.close();
        containerd.close();
        host.close();
    }
}

package dev.routefix.lab.e2e;

import dev.routefix.lab.Node;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.PodImage;
import dev.routefix.lab.containerd.Registry;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node of the cluster: containerd, kubelet and kube-proxy, with files of its own. */
final class KubeNode implements AutoCloseable {
    /** Where pods with the RuntimeClass {@code lan} get their network from. */
    private static final Map<String, Path> HANDLERS = Map.of("lan", Path.of("/etc/cni/lan.d"));

    private final Containerd containerd;
    private final ControlPlane plane;
    private final Binaries binaries;
    private Background kubelet;
    private Background proxy;

    private KubeNode(Containerd containerd, ControlPlane plane, Binaries binaries, String clusterCidr) {
        this.containerd = containerd;
        this.plane = plane;
        this.binaries = binaries;
        kubelet = startKubelet();
        proxy = startProxy(clusterCidr);
    }

    /** Starts one that pulls images from the registry of the LAN. */
    static KubeNode start(Node node, ControlPlane plane, Binaries binaries, Registry registry, String clusterCidr) {
        Containerd containerd = Containerd.startWithHandlers(node, HANDLERS);
        try {
            containerd.loadForPods(PodImage.write());
            String server = registry.image("");
            String name = server.substring(0, server.length() - 1);
            write(
                    containerd.root().path("/etc/containerd/certs.d/" + name + "/hosts.toml"),
                    "[host.\"http://%s\"]\n  capabilities = [\"pull\", \"resolve\"]\n".formatted(name));
            write(containerd.root().path("/etc/kubelet.yaml"), configuration(containerd));
            return new KubeNode(containerd, plane, binaries, clusterCidr);
        } catch (RuntimeException e) {
            containerd.close();
            throw e;
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String configuration(Containerd containerd) {
        return """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
            authorization: {mode: AlwaysAllow}
            cgroupDriver: cgroupfs
            cgroupRoot: %s
            enforceNodeAllocatable: []
            failSwapOn: false
            evictionHard: {nodefs.available: "0%%", imagefs.available: "0%%", memory.available: "50Mi"}
            imageGCHighThresholdPercent: 100
            clusterDNS: ["10.43.0.10"]
            clusterDomain: cluster.local
            """.formatted(containerd.sandboxCgroup());
    }

    private Background startKubelet() {
        Cgroups.make(containerd.sandboxCgroup().substring(1));
        return containerd
                .root()
                .command(
                        binaries.path("kubelet").toString(),
                        "--config=/etc/kubelet.yaml",
                        "--kubeconfig=" + plane.kubeconfig(),
                        "--hostname-override=" + node().name(),
                        "--node-ip=" + node().address(),
                        "--container-runtime=remote",
                        "--container-runtime-endpoint=unix:///run/containerd/containerd.sock")
                .start(node().directory().resolve("kubelet.log"));
    }

    private Background startProxy(String clusterCidr) {
        return containerd
                .root()
                .command(
                        binaries.path("kube-proxy").toString(),
                        "--kubeconfig=" + plane.kubeconfig(),
                        "--proxy-mode=iptables",
                        "--hostname-override=" + node().name(),
                        "--bind-address=" + node().address(),
                        "--conntrack-max-per-core=0",
                        "--cluster-cidr=" + clusterCidr)
                .start(node().directory().resolve("kube-proxy.log"));
    }

    Node node() {
        return containerd.node();
    }

    Containerd containerd() {
        return containerd;
    }

    /** Has kube-proxy go on with another {@code --cluster-cidr}. */
    void proxyWith(String clusterCidr) {
        proxy.close();
        proxy = startProxy(clusterCidr);
    }

    /** Everything on the node ends, what is in memory and its firewall are gone, and it starts again. */
    void reboot(String clusterCidr) {
        kubelet.close();
        proxy.close();
        containerd.reboot();
        node().netns().run("nft", "flush", "ruleset");
        node().netns()
                .show("link", "show", "type", "macvlan")
                .forEach(link -> node().netns()
                        .run("ip", "link", "delete", link.path("ifname").asText()));
        kubelet = startKubelet();
        proxy = startProxy(clusterCidr);
    }

    /** What of route-fix is on the node: files, interfaces, rules. */
    List<String> traces() {
        List<String> traces = new ArrayList<>();
        for (String file :
                List.of("/etc/cni/net.d/0-route-fix.conflist", "/opt/cni/bin/route-fix", "/opt/cni/bin/.route-fix")) {
            if (Files.exists(containerd.root().path(file))) {
                traces.add(node().name() + ": " + file);
            }
        }
        node().netns()
                .show("link", "show", "type", "macvlan")
                .forEach(link ->
                        traces.add(node().name() + ": " + link.path("ifname").asText()));
        node().netns()
                .run("iptables-save")
                .stdout()
                .lines()
                .filter(rule -> rule.contains("route-fix"))
                .forEach(rule -> traces.add(node().name() + ": " + rule));
        return traces;
    }

    @Override
    public void close() {
        kubelet.close();
        proxy.close();
        containerd.close();
    }
}

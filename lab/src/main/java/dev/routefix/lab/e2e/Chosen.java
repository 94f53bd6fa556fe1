package dev.routefix.lab.e2e;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Matrix;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.Try;
import dev.routefix.lab.console.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Only some pods are on the LAN; the others are on a network that the cluster has already, the reference plugin bridge's. */
final class Chosen {
    private static final List<String> LAN_PODS = List.of("lan-n1", "lan-n2");
    private static final List<String> OTHERS = List.of("other-n1", "other-n2");
    private static final String OTHERS_IP = "10.43.0.86";
    private static final String OTHERS_NETWORK = "10.42.";
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration READY = Duration.ofMinutes(5);

    private final Cluster cluster;

    private Chosen(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Takes every pod and the appliance off the cluster, gives it the other network and the appliance beside it; how both kinds of pods fare. */
    static List<Flow> pods(Cluster cluster, Appliance appliance, Progress progress) {
        Chosen chosen = new Chosen(cluster);
        progress.step("all pods and the DaemonSet are taken away", () -> {
            cluster.kubectl("delete", "pods", "--all", "--timeout=300s")
                    .within(READY.plusMinutes(1))
                    .run();
            appliance.delete();
        });
        progress.step("the other network on both nodes", () -> cluster.nodes().forEach(chosen::bring));
        progress.step("the manifest with manifests/runtime-class", () -> {
            appliance.applyForSomePods();
            appliance.awaitReady();
        });
        Workload.serve(cluster);
        cluster.apply(Resource.text("chosen.yaml").replace("IMAGE", cluster.podImage()));
        Stream.concat(LAN_PODS.stream(), OTHERS.stream()).forEach(name -> cluster.awaitReady("default", name, READY));
        List<Pod> others = OTHERS.stream().map(cluster::open).toList();
        try (Workload lan = Workload.open(cluster, LAN_PODS)) {
            return chosen.flows(lan.pods(), others);
        } finally {
            others.forEach(Pod::close);
        }
    }

    private void bring(KubeNode node) {
        try {
            for (String plugin : List.of("bridge", "host-local", "loopback", "portmap")) {
                Files.copy(
                        Node.REFERENCE_PLUGINS.resolve(plugin),
                        node.containerd().root().path("/opt/cni/bin").resolve(plugin),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
            Path conflist = node.containerd().root().path("/etc/cni/net.d/10-cluster.conflist");
            Files.writeString(conflist, """
                {"cniVersion": "0.4.0", "name": "cluster", "plugins": [
                  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
                   "ipam": {"type": "host-local", "routes": [{"dst": "0.0.0.0/0"}], "ranges": [[{"subnet": "%s"}]]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}
                """.formatted(network(node.node())));
            for (KubeNode other : cluster.nodes()) {
                if (other != node) {
                    node.node()
                            .netns()
                            .ip("route replace " + network(other.node()) + " via "
                                    + other.node().address() + "\n");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String network(Node node) {
        return OTHERS_NETWORK + (1 + cluster.lan().nodes().indexOf(node)) + ".0/24";
    }

    private List<Flow> flows(List<Pod> lan, List<Pod> others) {
        List<Flow> flows = new ArrayList<>();
        flows.add(addresses(
                "pods with the RuntimeClass are on the LAN", lan, cluster.lan().prefix()::contains));
        flows.add(addresses(
                "pods without it are on the cluster's own network",
                others,
                address -> address.startsWith(OTHERS_NETWORK)));
        Map<String, List<Try>> tries = new LinkedHashMap<>();
        BiFunction<Pod, Pod, Reply> tcp = (from, to) -> from(from).tcp(to.address(), Pod.PORT);
        BiFunction<Pod, Pod, Reply> udp = (from, to) -> from(from).udp(to.address(), Pod.PORT);
        tries.put("LAN pod -> other pod", pairs(lan, others, tcp));
        tries.put("other pod -> LAN pod", pairs(others, lan, tcp));
        tries.put("other pod -> other pod", pairs(others, others, tcp));
        tries.put("LAN pod -> other pod, udp", pairs(lan, others, udp));
        tries.put("other pod -> LAN pod, udp", pairs(others, lan, udp));
        tries.put("LAN pod -> ClusterIP of other pods", calls(lan, OTHERS_IP));
        tries.put("other pod -> ClusterIP of LAN pods", calls(others, Workload.WEB.clusterIp()));
        tries.put("other pod -> ClusterIP of other pods", calls(others, OTHERS_IP));
        flows.addAll(Try.measure(tries));
        Matrix.of(cluster.lan(), Workload.WEB, lan).patience(PATIENCE).run().stream()
                .map(flow -> new Flow("LAN pods: " + flow.name(), flow.ok(), flow.of(), flow.detail()))
                .forEach(flows::add);
        return flows;
    }

    private static Flow addresses(String name, List<Pod> pods, Predicate<String> good) {
        List<String> bad = pods.stream().map(Pod::address).filter(good.negate()).toList();
        return new Flow(name, pods.size() - bad.size(), pods.size(), String.join(", ", bad));
    }

    private static List<Try> pairs(List<Pod> from, List<Pod> to, BiFunction<Pod, Pod, Reply> call) {
        List<Try> tries = new ArrayList<>();
        for (Pod caller : from) {
            for (Pod pod : to) {
                if (caller != pod) {
                    tries.add(new Try(
                            () -> call.apply(caller, pod), answer -> answer.by().equals(pod.name())));
                }
            }
        }
        return tries;
    }

    private static List<Try> calls(List<Pod> callers, String address) {
        return Stream.of(callers, callers, callers, callers)
                .flatMap(List::stream)
                .map(caller -> new Try(() -> from(caller).tcp(address, 80), _ -> true))
                .toList();
    }

    private static Caller from(Pod pod) {
        return Caller.in(pod.netns(), PATIENCE);
    }
}

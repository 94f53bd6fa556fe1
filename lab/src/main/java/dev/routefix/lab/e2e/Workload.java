package dev.routefix.lab.e2e;

import dev.routefix.lab.Pod;
import dev.routefix.lab.kube.LoadBalancer;
import java.time.Duration;
import java.util.List;

/**
 * What pods.yaml and services.yaml describe, running, with servers in the pods' networks.
 *
 * @param bulk one in each pod
 */
record Workload(List<Pod> pods, List<Bulk> bulk) implements AutoCloseable {
    static final List<String> NAMES = List.of("web-n1-a", "web-n1-b", "web-n2-a", "web-n2-b");

    /** The Service whose endpoints are all pods, with externalTrafficPolicy Local. */
    static final LoadBalancer WEB = LoadBalancer.at("192.168.2.240");
    /** The one that has an endpoint on the first node only. */
    static final String ONE = "192.168.2.241";
    /** The one with externalTrafficPolicy Cluster. */
    static final String ANYWHERE = "192.168.2.242";

    private static final Duration READY = Duration.ofMinutes(5);
    private static final Duration ENDPOINTS = Duration.ofMinutes(3);

    /** Applies it, whatever of it is there already, and waits until every node's kube-proxy knows all pods. */
    static Workload on(Cluster cluster) {
        serve(cluster);
        cluster.apply(Resource.text("pods.yaml").replace("IMAGE", cluster.podImage()));
        NAMES.forEach(name -> cluster.awaitReady("default", name, READY));
        Workload workload = open(cluster, NAMES);
        List.of(ONE, ANYWHERE).forEach(address -> awaitRules(cluster, address + "/32"));
        return workload;
    }

    /** Only the Services. */
    static void serve(Cluster cluster) {
        cluster.apply(Resource.text("services.yaml"));
        cluster.assign("web", WEB.address());
        cluster.assign("one", ONE);
        cluster.assign("anywhere", ANYWHERE);
    }

    /** Servers in pods that are ready, once every node's kube-proxy knows them all. */
    static Workload open(Cluster cluster, List<String> names) {
        List<Pod> pods = names.stream().map(cluster::open).toList();
        cluster.nodes()
                .forEach(node -> cluster.await(
                        "kube-proxy of " + node.node().name() + " knows all pods", ENDPOINTS, () -> knows(node, pods)));
        return new Workload(
                pods, pods.stream().map(pod -> Bulk.start(pod.netns())).toList());
    }

    /** Waits until every node's kube-proxy has such rules. */
    static void awaitRules(Cluster cluster, String text) {
        cluster.nodes()
                .forEach(node -> cluster.await(
                        "kube-proxy of " + node.node().name() + " has rules with '" + text + "'",
                        ENDPOINTS,
                        () -> node.node()
                                .netns()
                                .run("iptables-save", "-t", "nat")
                                .stdout()
                                .contains(text)));
    }

    private static boolean knows(KubeNode node, List<Pod> pods) {
        String rules = node.node().netns().run("iptables-save", "-t", "nat").stdout();
        return rules.contains(WEB.address() + "/32")
                && pods.stream().allMatch(pod -> rules.contains("--to-destination " + pod.address() + ":" + Pod.PORT));
    }

    Pod pod(String name) {
        return pods.stream().filter(pod -> pod.name().equals(name)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        bulk.forEach(Bulk::close);
        pods.forEach(Pod::close);
    }
}

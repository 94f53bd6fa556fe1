package dev.routefix.lab;

import dev.routefix.lab.kube.LoadBalancer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The flows that define "it works", each tried several times. All tries run at once, every one from a port of its own, so that a
 * broken flow costs one patience and no try lives on the conntrack entry of another. Flows that need a second node, or a second pod on a
 * node, are left out where there is none.
 */
public final class Matrix {
    private static final int LB_TRIES = 8;
    private static final int CLUSTER_TRIES = 12;
    private static final int NODE_PORT = 9100;
    private static final String MDNS = "224.0.0.251";

    private final Lan lan;
    private final LoadBalancer service;
    private final List<Pod> pods;
    private final Duration patience;

    private Matrix(Lan lan, LoadBalancer service, List<Pod> pods, Duration patience) {
        this.lan = lan;
        this.service = service;
        this.pods = List.copyOf(pods);
        this.patience = patience;
    }

    /** The pods must be the endpoints of the Service, {@link Lan#serve} having told every node so. */
    public static Matrix of(Lan lan, LoadBalancer service, List<Pod> pods) {
        return new Matrix(lan, service, pods, Duration.ofSeconds(2));
    }

    /** With another bound on each try. */
    public Matrix patience(Duration bound) {
        return new Matrix(lan, service, pods, bound);
    }

    /** Tries all flows. */
    public List<Flow> run() {
        List<Flow> flows = new ArrayList<>(loadBalancer());
        List<Server> servers = lan.nodes().stream()
                .map(node -> Server.start(node.netns(), node.name(), NODE_PORT))
                .toList();
        try {
            flows.addAll(Try.measure(others()));
        } finally {
            servers.forEach(Server::close);
        }
        return flows;
    }

    /** Only the flows to the load balancer, announced by each node in turn. */
    public List<Flow> loadBalancer() {
        List<Flow> flows = new ArrayList<>();
        for (Node node : lan.nodes()) {
            lan.announce(service.address(), node);
            Try attempt = new Try(
                    () -> from(lan.client()).tcp(service.address(), service.port()),
                    // Policy Local: the client's own address is seen, by a pod of the announcing node.
                    answer -> answer.seenAs().equals(lan.client().address())
                            && pods(node).stream().anyMatch(pod -> pod.name().equals(answer.by())));
            flows.addAll(Try.measure(
                    Map.of("client -> LB announced by " + node.name(), Collections.nCopies(LB_TRIES, attempt))));
        }
        lan.withdraw(service.address());
        return flows;
    }

    /**
     * The flows between these pods and those of another network that the cluster has besides: these are seen at their own addresses, the others, which the LAN does not know, at their nodes'.
     */
    public List<Flow> besides(List<Pod> others) {
        Map<String, List<Try>> flows = new LinkedHashMap<>();
        for (boolean same : List.of(true, false)) {
            String where = same ? ", same node" : ", other node";
            flows.put("pod -> the other network's pod" + where, between(pods, others, same, Pod::address));
            flows.put(
                    "the other network's pod -> pod" + where,
                    between(others, pods, same, from -> from.node().address()));
        }
        flows.values().removeIf(List::isEmpty);
        return Try.measure(flows);
    }

    private List<Try> between(List<Pod> some, List<Pod> others, boolean sameNode, Function<Pod, String> seenAs) {
        return each(
                some,
                from -> each(
                        others.stream()
                                .filter(to -> sameNode == (from.node() == to.node()))
                                .toList(),
                        to -> twice(toPod(seenAs.apply(from), from(from), to))));
    }

    private Map<String, List<Try>> others() {
        Map<String, List<Try>> flows = new LinkedHashMap<>();
        flows.put(
                "client -> pod tcp", each(pods, pod -> twice(toPod(lan.client().address(), from(lan.client()), pod))));
        flows.put("client -> pod ping", each(pods, pod -> List.of(ping(from(lan.client()), pod.address()))));
        flows.put(
                "pod -> router",
                each(pods, pod -> List.of(ping(from(pod), lan.router().address()))));
        flows.put("pod -> ClusterIP", clusterIp(pods.stream().map(this::from).toList()));
        flows.put("pod -> pod, same node", pairs((a, b) -> a != b && a.node() == b.node()));
        flows.put("pod -> pod, other node", pairs((a, b) -> a.node() != b.node()));
        flows.put("node -> its own pod", nodeToPod((node, pod) -> pod.node() == node));
        flows.put("node -> pod of the other node", nodeToPod((node, pod) -> pod.node() != node));
        flows.put("pod -> its own node", podToNode((node, pod) -> pod.node() == node));
        flows.put("pod -> the other node", podToNode((node, pod) -> pod.node() != node));
        flows.put(
                "node -> ClusterIP",
                clusterIp(lan.nodes().stream().map(node -> from(node.host())).toList()));
        flows.put("pod <-> LAN broadcast", shouts(lan.prefix().broadcast()));
        flows.put("pod <-> LAN multicast", shouts(MDNS));
        flows.values().removeIf(List::isEmpty);
        return flows;
    }

    private interface Relation<A, B> {
        boolean holds(A a, B b);
    }

    private List<Try> pairs(Relation<Pod, Pod> wanted) {
        return each(
                pods,
                from -> each(
                        pods.stream().filter(to -> wanted.holds(from, to)).toList(),
                        to -> twice(toPod(from.address(), from(from), to))));
    }

    private List<Try> nodeToPod(Relation<Node, Pod> wanted) {
        return each(
                lan.nodes(),
                node -> each(
                        pods.stream().filter(pod -> wanted.holds(node, pod)).toList(),
                        pod -> twice(toPod(node.address(), from(node.host()), pod))));
    }

    private List<Try> podToNode(Relation<Node, Pod> wanted) {
        return each(
                pods,
                pod -> each(
                        lan.nodes().stream()
                                .filter(node -> wanted.holds(node, pod))
                                .toList(),
                        node -> twice(new Try(
                                () -> from(pod).tcp(node.address(), NODE_PORT),
                                answer -> answer.by().equals(node.name())
                                        && answer.seenAs().equals(pod.address())))));
    }

    private List<Try> clusterIp(List<Caller> callers) {
        return IntStream.range(0, CLUSTER_TRIES)
                .mapToObj(i -> callers.get(i % callers.size()))
                .map(caller -> new Try(() -> caller.tcp(service.clusterIp(), service.port()), answer -> true))
                .toList();
    }

    private List<Try> shouts(String destination) {
        return each(
                pods,
                pod -> List.of(
                        new Try(
                                () -> Shout.between(pod.netns(), lan.client().netns(), destination, patience),
                                answer -> answer.seenAs().equals(pod.address())),
                        new Try(
                                () -> Shout.between(lan.client().netns(), pod.netns(), destination, patience),
                                answer -> answer.seenAs().equals(lan.client().address()))));
    }

    private static Try toPod(String source, Caller caller, Pod pod) {
        return new Try(
                () -> caller.tcp(pod.address(), Pod.PORT),
                answer -> answer.by().equals(pod.name()) && answer.seenAs().equals(source));
    }

    private static Try ping(Caller caller, String address) {
        return new Try(() -> caller.ping(address), answer -> true);
    }

    private static List<Try> twice(Try attempt) {
        return List.of(attempt, attempt);
    }

    private static <T> List<Try> each(List<T> things, Function<T, List<Try>> tries) {
        return things.stream().flatMap(thing -> tries.apply(thing).stream()).toList();
    }

    private Caller from(Host host) {
        return Caller.in(host.netns(), patience);
    }

    private Caller from(Pod pod) {
        return Caller.in(pod.netns(), patience);
    }

    private List<Pod> pods(Node node) {
        return pods.stream().filter(pod -> pod.node() == node).toList();
    }
}

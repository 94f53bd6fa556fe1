package dev.routefix.lab.e2e;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Host;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Matrix;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.Try;
import dev.routefix.lab.net.Netns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The flows of a cluster with its Services: the matrix, and what only a real Kubernetes makes. */
final class Flows {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int TRIES = 8;
    private static final int HOST_PORT = 8088;

    private final Lan lan;
    private final Workload workload;

    Flows(Lan lan, Workload workload) {
        this.lan = lan;
        this.workload = workload;
    }

    /** The matrix as the demo has it. */
    List<Flow> matrix() {
        return Matrix.of(lan, Workload.WEB, workload.pods()).patience(PATIENCE).run();
    }

    /** What goes beyond it and is the same whatever kube-proxy takes for the cluster's own. */
    List<Flow> beyond() {
        List<Flow> flows = new ArrayList<>();
        flows.addAll(loadBalancers());
        Map<String, List<Try>> tries = new LinkedHashMap<>();
        services(tries);
        datagrams(tries);
        hostPorts(tries);
        flows.addAll(Try.measure(tries));
        flows.addAll(affinity());
        flows.addAll(farAway());
        return flows;
    }

    /** A load balancer with policy Cluster, and the one whose endpoint is on one node, each announced by either node. */
    private List<Flow> loadBalancers() {
        List<Flow> flows = new ArrayList<>();
        for (Node node : lan.nodes()) {
            lan.announce(Workload.ANYWHERE, node);
            flows.addAll(Try.measure(Map.of(
                    "client -> LB of policy Cluster announced by " + node.name(),
                    times(TRIES, () -> from(lan.client()).tcp(Workload.ANYWHERE, 80), Flows::any))));
            lan.withdraw(Workload.ANYWHERE);
        }
        return flows;
    }

    private void services(Map<String, List<Try>> tries) {
        tries.put(
                "client -> NodePort, policy Local",
                each(
                        lan.nodes(),
                        node -> times(
                                4,
                                () -> from(lan.client()).tcp(node.address(), Workload.WEB.nodePort()),
                                answer -> answer.seenAs().equals(lan.client().address())
                                        && pod(answer).node() == node)));
        tries.put(
                "client -> NodePort, policy Cluster",
                each(lan.nodes(), node -> times(4, () -> from(lan.client()).tcp(node.address(), 30084), Flows::any)));
        tries.put(
                "pod -> NodePort of each node",
                each(
                        workload.pods(),
                        pod -> each(
                                lan.nodes(),
                                node -> times(1, () -> from(pod).tcp(node.address(), 30084), Flows::any))));
        Pod alone = workload.pod("web-n1-a");
        tries.put(
                "pod -> itself through a ClusterIP (hairpin)",
                times(4, () -> from(alone).tcp("10.43.0.83", 80), by(alone)));
        Pod beside = workload.pod("web-n1-b");
        tries.put(
                "pod -> LB, an endpoint on its node",
                times(4, () -> from(beside).tcp(Workload.ONE, 80), by(alone)));
        tries.put(
                "pod -> itself through the LB (hairpin)",
                times(4, () -> from(alone).tcp(Workload.ONE, 80), by(alone)));
        tries.put(
                "pod -> LB of policy Cluster",
                each(workload.pods(), pod -> times(2, () -> from(pod).tcp(Workload.ANYWHERE, 80), Flows::any)));
        tries.put(
                "pod -> Service without endpoints is refused",
                each(workload.pods(), pod -> times(1, () -> refused(from(pod).tcp("10.43.0.85", 80)), Flows::any)));
    }

    private void datagrams(Map<String, List<Try>> tries) {
        tries.put(
                "client -> pod udp",
                each(workload.pods(), pod -> times(2, () -> from(lan.client()).udp(pod.address(), Pod.PORT), by(pod))));
        tries.put(
                "pod -> pod udp", pairs((from, to) -> times(1, () -> from(from).udp(to.address(), Pod.PORT), by(to))));
        tries.put(
                "pod -> ClusterIP udp",
                each(workload.pods(), pod -> times(3, () -> from(pod).udp("10.43.0.81", 53), Flows::any)));
        tries.put(
                "client -> NodePort udp, policy Local",
                each(
                        lan.nodes(),
                        node -> times(
                                4,
                                () -> from(lan.client()).udp(node.address(), 30053),
                                answer -> pod(answer).node() == node)));
        tries.put(
                "client -> pod udp, fragments",
                each(workload.pods(), pod -> large(lan.client().netns(), pod.address(), Bulk.PORT)));
        tries.put("pod -> pod udp, fragments", pairs((from, to) -> large(from.netns(), to.address(), Bulk.PORT)));
        tries.put(
                "pod -> ClusterIP udp, fragments", each(workload.pods(), pod -> large(pod.netns(), "10.43.0.81", 54)));
        tries.put(
                "client -> NodePort udp, fragments",
                each(lan.nodes(), node -> large(lan.client().netns(), node.address(), 30054)));
    }

    private void hostPorts(Map<String, List<Try>> tries) {
        Pod pod = workload.pod("web-n1-a");
        Node node = pod.node();
        tries.put(
                "client -> hostPort",
                times(
                        4,
                        () -> from(lan.client()).tcp(node.address(), HOST_PORT),
                        answer -> answer.by().equals(pod.name())
                                && answer.seenAs().equals(lan.client().address())));
        tries.put("client -> hostPort udp", times(4, () -> from(lan.client()).udp(node.address(), HOST_PORT), by(pod)));
        tries.put(
                "node -> its own hostPort, by address and 127.0.0.1",
                each(
                        List.of(node.address(), "127.0.0.1"),
                        address -> times(2, () -> from(node.host()).tcp(address, HOST_PORT), by(pod))));
        tries.put(
                "node -> hostPort of the other node",
                times(4, () -> from(lan.node(2).host()).tcp(node.address(), HOST_PORT), by(pod)));
        tries.put(
                "pod -> hostPort, its own, beside it and of the other node",
                each(workload.pods(), caller -> times(1, () -> from(caller).tcp(node.address(), HOST_PORT), by(pod))));
    }

    /** To kube-proxy, pods are strangers: it masquerades what they send to a ClusterIP, and lets them not ask for a load balancer by its outer address. */
    List<Flow> outside() {
        Map<String, List<Try>> tries = new LinkedHashMap<>();
        tries.put(
                "pod -> LB, no endpoint on its node: dropped, as documented",
                elsewhere(reply -> reply instanceof Reply.Answer answer
                        ? new Reply.Silence("answered by " + answer.by())
                        : new Reply.Answer("nobody", "")));
        return Try.measure(tries);
    }

    /**
     * To kube-proxy, pods are the cluster's own, and so is everybody on the LAN: it gives clients of a load balancer any endpoint, and those of other nodes
     * answer past this one. So of load balancers only what stays on a node is tried.
     */
    List<Flow> inside() {
        Map<String, List<Try>> tries = new LinkedHashMap<>();
        tries.put("pod -> LB, no endpoint on its node", elsewhere(reply -> reply));
        List<Flow> flows = new ArrayList<>(clusterIp());
        flows.addAll(Try.measure(tries));
        lan.announce(Workload.ONE, lan.node(1));
        flows.addAll(Try.measure(Map.of(
                "client -> LB, an endpoint on the announcing node only",
                times(TRIES, () -> from(lan.client()).tcp(Workload.ONE, 80), by(workload.pod("web-n1-a"))))));
        lan.withdraw(Workload.ONE);
        return flows;
    }

    /** The flows that P7's settings are about. */
    List<Flow> clusterIp() {
        return matrix().stream()
                .filter(flow -> flow.name().contains("ClusterIP"))
                .toList();
    }

    private List<Try> elsewhere(Function<Reply, Reply> seen) {
        Pod far = workload.pod("web-n2-a");
        return times(4, () -> seen.apply(from(far).tcp(Workload.ONE, 80)), Flows::any);
    }

    /** Each caller is answered by the same pod every time. */
    private List<Flow> affinity() {
        return Try.measure(Map.of("pod -> ClusterIP with session affinity", each(workload.pods(), pod -> {
            // Before the others, which come at once: a choice is remembered when it is made.
            Reply first = from(pod).tcp("10.43.0.82", 80);
            return times(
                    6,
                    () -> from(pod).tcp("10.43.0.82", 80),
                    answer -> first instanceof Reply.Answer known && answer.by().equals(known.by()));
        })));
    }

    /** Across a cable with less room than both ends have. */
    private List<Flow> farAway() {
        try (FarAway far = FarAway.behind(lan)) {
            lan.announce(Workload.WEB.address(), lan.node(1));
            Map<String, List<Try>> tries = new LinkedHashMap<>();
            tries.put(
                    "far client -> pod, 400 kB by a narrow way (PMTU)",
                    each(workload.pods(), pod -> many(far.machine(), pod.address(), Bulk.PORT)));
            tries.put(
                    "far client -> LB, 400 kB by a narrow way (PMTU)",
                    Collections.nCopies(
                            4, many(far.machine(), Workload.WEB.address(), 81).getFirst()));
            return Try.measure(tries);
        } finally {
            lan.withdraw(Workload.WEB.address());
        }
    }

    private interface Pair {
        List<Try> tries(Pod from, Pod to);
    }

    private List<Try> pairs(Pair pair) {
        return each(
                workload.pods(), from -> each(workload.pods(), to -> from == to ? List.of() : pair.tries(from, to)));
    }

    private static List<Try> many(Netns from, String address, int port) {
        return times(1, () -> Bulk.many(from, address, port, PATIENCE), Flows::any);
    }

    private static List<Try> large(Netns from, String address, int port) {
        return times(1, () -> Bulk.large(from, address, port, PATIENCE), Flows::any);
    }

    private static List<Try> times(int count, Supplier<Reply> call, Predicate<Reply.Answer> good) {
        return Collections.nCopies(count, new Try(call, good));
    }

    private static boolean any(Reply.Answer answer) {
        return !answer.by().isEmpty();
    }

    private static Predicate<Reply.Answer> by(Pod pod) {
        return answer -> answer.by().equals(pod.name());
    }

    private Pod pod(Reply.Answer answer) {
        return workload.pod(answer.by());
    }

    /** What ought to be no answer, as an answer where it is none for that reason. */
    private static Reply refused(Reply reply) {
        return switch (reply) {
            case Reply.Silence(String why) when why.contains("refused") -> new Reply.Answer("nobody", why);
            case Reply.Silence silence -> silence;
            case Reply.Answer answer -> new Reply.Silence("answered by " + answer.by());
        };
    }

    private Caller from(Host host) {
        return Caller.in(host.netns(), PATIENCE);
    }

    private Caller from(Pod pod) {
        return Caller.in(pod.netns(), PATIENCE);
    }

    private static <T> List<Try> each(List<T> things, Function<T, List<Try>> tries) {
        return things.stream().flatMap(thing -> tries.apply(thing).stream()).toList();
    }
}

package dev.routefix.lab.demo;

import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.containerd.NodeState;
import dev.routefix.lab.containerd.WarmLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The appliance on every node, and how each node was before it came. */
final class Appliances implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration LEASES = Duration.ofMinutes(1);

    private final DaemonSet set;
    private final List<NodeState> before;
    private final List<DaemonPod> pods;

    private Appliances(DaemonSet set, List<NodeState> before, List<DaemonPod> pods) {
        this.set = set;
        this.before = before;
        this.pods = pods;
    }

    /** Runs the DaemonSet's pod on every node, from an image the nodes have pulled. */
    static Appliances start(DaemonSet set, List<Containerd> nodes, String image) {
        List<NodeState> before = Parallel.map(nodes, NodeState::of);
        return new Appliances(set, before, Parallel.map(nodes, node -> DaemonPod.start(node, set, image)));
    }

    /** Waits until every node is ready for pods, as the probes say. */
    void awaitReady() {
        Parallel.map(pods, pod -> {
            pod.awaitReady(START);
            return true;
        });
    }

    /** Waits until every node holds as many leases for pods to come as it may, so that none of them keeps the server busy any more. */
    void awaitLeases() {
        for (DaemonPod pod : pods) {
            WarmLeases leases = WarmLeases.of(set, pod.containerd().root());
            pod.await("holds leases for pods to come", LEASES, leases::areThere);
        }
    }

    /** What each of them finds wrong with its node, and why, in {@code ctl doctor}'s words. */
    List<String> findings() {
        return pods.stream()
                .flatMap(pod -> {
                    String node = pod.containerd().node().name();
                    return pod.exec(List.of("ctl", "doctor"))
                            .stdout()
                            .lines()
                            .filter(line -> !line.startsWith("ok "))
                            .map(line -> node + ": " + line);
                })
                .toList();
    }

    /** The memory the bigger one of them holds now, in bytes. */
    long memory() {
        return pods.stream().mapToLong(pod -> pod.cgroup().ownMemory()).max().orElse(0);
    }

    /** Ends them as the kubelet does; what went wrong with that. */
    List<String> stop() {
        List<String> wrong = new ArrayList<>();
        for (DaemonPod.Ending ending : Parallel.map(pods, DaemonPod::stop)) {
            if (ending.preStop().exit() != 0) {
                wrong.add("preStop failed with exit code " + ending.preStop().exit() + ": "
                        + ending.preStop().stderr().strip());
            }
            if (ending.killed()) {
                wrong.add("the container outlived its grace period and was killed");
            } else if (ending.exit() != 0) {
                wrong.add("the container ended with exit code " + ending.exit());
            }
        }
        return wrong;
    }

    /** What is on the nodes now and was not before; {@code wrong} is what went wrong on the way, and counts as well. */
    Leftovers left(List<String> wrong) {
        List<String> things = new ArrayList<>(wrong);
        List<String> mountPoints = new ArrayList<>();
        for (int i = 0; i < pods.size(); i++) {
            Containerd node = pods.get(i).containerd();
            for (String line : NodeState.of(node).leftSince(before.get(i))) {
                (set.isMountPoint(line) ? mountPoints : things).add(node.node().name() + ": " + line);
            }
        }
        return new Leftovers(things, mountPoints);
    }

    /** The end of what each of them said. */
    String logs(int lines) {
        return pods.stream()
                .map(pod -> LogEnd.of(
                        "the appliance on " + pod.containerd().node().name(),
                        pod.log().lines(),
                        lines))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        pods.forEach(DaemonPod::close);
    }
}

package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Lan;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What happens to a cluster in the course of time: upgrades, removals, Jobs, drained and rebooted nodes. */
final class Life {
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final List<String> LATE = List.of("late-n1-a", "late-n1-b", "late-n2-a", "late-n2-b");
    private static final String LB = Workload.WEB.address();

    private final Cluster cluster;
    private final Lan lan;
    private final Appliance appliance;

    Life(Cluster cluster, Appliance appliance) {
        this.cluster = cluster;
        this.lan = cluster.lan();
        this.appliance = appliance;
    }

    /** The DaemonSet's pods are replaced one after the other while pods come, and pods that are there are asked. */
    List<Flow> rollingUpdate() {
        List<Flow> flows = new ArrayList<>();
        try (Workload workload = Workload.open(cluster, Workload.NAMES)) {
            lan.announce(LB, lan.node(1));
            try (Traffic traffic = traffic(workload)) {
                appliance.restart();
                LATE.forEach(this::run);
                appliance.awaitRollout();
                flows.add(count("pods that are added during a rolling update start", LATE, this::isReady));
                flows.add(traffic.stop("client -> pod and LB during a rolling update"));
            } finally {
                lan.withdraw(LB);
            }
            flows.add(count("pods are taken away after it", LATE, this::isDeleted));
            flows.add(sum("every flow of the matrix after it", new Flows(lan, workload).matrix()));
        }
        return flows;
    }

    /** The DaemonSet is deleted under pods, one of which has completed long ago; then they go, and with them all of it. */
    List<Flow> deleteWithPods() {
        List<Flow> flows = new ArrayList<>();
        List<String> jobs = List.of("job-n1", "job-n2");
        jobs.forEach(job -> cluster.apply(pod(job, job.substring(4), "/bin/busybox, \"true\"", "Never")));
        flows.add(count(
                "Jobs' pods complete", jobs, name -> within(() -> phase(name).equals("Succeeded"))));
        try (Workload workload = Workload.open(cluster, Workload.NAMES)) {
            lan.announce(LB, lan.node(1));
            try (Traffic traffic = traffic(workload)) {
                appliance.delete();
                run("late-n1-a");
                flows.add(count(
                        "a pod that is added afterwards is refused",
                        List.of("late-n1-a"),
                        name -> within(() -> refused(name))));
                flows.add(traffic.stop("client -> pod and LB while and after the DaemonSet is deleted"));
            } finally {
                lan.withdraw(LB);
            }
        }
        flows.add(count("pods are taken away without the DaemonSet", Workload.NAMES, this::isDeleted));
        flows.add(count("the refused one, too", List.of("late-n1-a"), this::isDeleted));
        flows.add(count("completed ones, too", jobs, this::isDeleted));
        flows.add(nothingLeft("nothing is left on the nodes"));
        return flows;
    }

    /** The DaemonSet comes to nodes without pods, and goes. */
    List<Flow> deleteWithoutPods() {
        appliance.apply();
        appliance.awaitReady();
        appliance.delete();
        return List.of(nothingLeft("nothing is left on nodes that had no pods"));
    }

    /** A node is drained, and used again. */
    List<Flow> drain() {
        List<Flow> flows = new ArrayList<>();
        Output drained = cluster.kubectl(
                        "drain", "n2", "--force", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s")
                .within(SOON.plusMinutes(1))
                .attempt();
        flows.add(new Flow("kubectl drain ends", drained.ok() ? 1 : 0, 1, drained.ok() ? "" : drained.stderr()));
        cluster.kubectl("uncordon", "n2").run();
        try (Workload workload = Workload.on(cluster)) {
            flows.add(sum("every flow of the matrix on a node that was drained", new Flows(lan, workload).matrix()));
        }
        return flows;
    }

    /** A node loses all that is in memory; the kubelet makes its pods' networks anew. */
    List<Flow> reboot() {
        KubeNode node = cluster.nodes().getLast();
        List<String> before = sandboxes();
        node.reboot(Cluster.OUTSIDE);
        List<Flow> flows = new ArrayList<>();
        List<String> pods = Workload.NAMES.stream()
                .filter(name -> name.contains(node.node().name()))
                .toList();
        flows.add(count(
                "pods of a node that was rebooted come back",
                pods,
                name -> within(() -> ready(name) && !before.contains(container(name)))));
        appliance.awaitReady();
        try (Workload workload = Workload.open(cluster, Workload.NAMES)) {
            flows.add(sum("every flow of the matrix after a reboot", new Flows(lan, workload).matrix()));
        }
        return flows;
    }

    private List<String> sandboxes() {
        return Workload.NAMES.stream().map(this::container).toList();
    }

    private String container(String pod) {
        return cluster.pod("default", pod)
                .map(object -> object.path("status")
                        .path("containerStatuses")
                        .path(0)
                        .path("containerID")
                        .asText())
                .orElse("");
    }

    private Traffic traffic(Workload workload) {
        return Traffic.start(lan.client(), workload.pods(), LB, Workload.WEB.port());
    }

    private void run(String name) {
        cluster.apply(pod(name, name.substring(5, 7), "/bin/busybox, sleep, \"1000000\"", "Always"));
    }

    private String pod(String name, String node, String command, String restart) {
        return """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec:
              nodeSelector: {kubernetes.io/hostname: %s}
              terminationGracePeriodSeconds: 1
              restartPolicy: %s
              containers: [{name: main, image: "%s", command: [%s]}]
            """.formatted(name, node, restart, cluster.podImage(), command);
    }

    private boolean within(Poll.Condition condition) {
        return cluster.within(SOON, condition);
    }

    private boolean ready(String name) {
        return cluster.pod("default", name).map(Cluster::ready).orElse(false);
    }

    private boolean isReady(String name) {
        return within(() -> ready(name));
    }

    private boolean isDeleted(String name) {
        cluster.kubectl("delete", "pod", name, "--wait=false").run();
        return within(() -> cluster.pod("default", name).isEmpty());
    }

    private String phase(String name) {
        return cluster.pod("default", name)
                .map(pod -> pod.path("status").path("phase").asText())
                .orElse("");
    }

    /** By the plugin, as the pod's events tell. */
    private boolean refused(String name) {
        for (JsonNode event :
                cluster.plane().api().get("/api/v1/namespaces/default/events").path("items")) {
            if (event.path("involvedObject").path("name").asText().equals(name)
                    && event.path("reason").asText().equals("FailedCreatePodSandBox")) {
                return true;
            }
        }
        return false;
    }

    private Flow nothingLeft(String name) {
        List<String> left = new ArrayList<>();
        cluster.within(SOON, () -> {
            left.clear();
            cluster.nodes().forEach(node -> left.addAll(node.traces()));
            return left.isEmpty();
        });
        return new Flow(
                name,
                (int) cluster.nodes().stream()
                        .filter(node -> node.traces().isEmpty())
                        .count(),
                cluster.nodes().size(),
                String.join(", ", left));
    }

    private static Flow count(String name, List<String> things, Predicate<String> good) {
        List<String> bad = things.stream().filter(good.negate()).toList();
        return new Flow(name, things.size() - bad.size(), things.size(), String.join(", ", bad));
    }

    /** All tries of these flows in one row. */
    static Flow sum(String name, List<Flow> flows) {
        return new Flow(
                name,
                flows.stream().mapToInt(Flow::ok).sum(),
                flows.stream().mapToInt(Flow::of).sum(),
                String.join(
                        "; ",
                        flows.stream()
                                .filter(flow -> !flow.works())
                                .map(Flow::toString)
                                .toList()));
    }
}

package dev.routefix.lab.e2e;

import dev.routefix.lab.Flow;
import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code make e2e}: route-fix on a real Kubernetes of two nodes, installed as a user does it; every flow, a cluster's life, and Kubernetes' own suite. Run
 * from the repository's root, as root.
 */
public final class E2e {
    private static final Path TARGET = Path.of("target/e2e");
    private static final String CACHE = System.getProperty("e2e.cache", "target/e2e-cache");

    private final Progress progress;
    private final Ink ink;
    private final Set<String> parts;
    private final List<Section> sections = new ArrayList<>();
    private final List<Spec> specs = new ArrayList<>();

    private E2e(Progress progress, Ink ink, Set<String> parts) {
        this.progress = progress;
        this.ink = ink;
        this.parts = parts;
    }

    /**
     * Runs all of it, and exits with 0 if all was as it must be.
     *
     * @param args only these parts of {@code flows}, {@code life}, {@code suite}, {@code chosen}; none: all
     */
    public static void main(String[] args) {
        Ink ink = Ink.ofTerminal();
        System.exit(new E2e(Progress.onStandardOutput(ink), ink, Set.of(args)).run());
    }

    private int run() {
        try {
            if (!Netns.isRoot()) {
                progress.say("this makes network namespaces and containers: run it as root");
                return 1;
            }
            KubernetesBuild build = new KubernetesBuild(Path.of(CACHE), progress);
            long minutes = build.estimate().toMinutes();
            progress.say((minutes == 0
                            ? "Kubernetes is built already, in " + CACHE + "; "
                            : "on two idle cores Kubernetes is built in " + minutes + " minutes, once, into " + CACHE
                                    + "; ")
                    + "the rest takes some 40 minutes");
            Report report = play(build.build());
            report.write(TARGET);
            progress.print("  " + (report.ok() ? ink.good("all as it must be") : ink.bad("not as it must be")) + ", in "
                    + report.took().toSeconds() + " s; see " + TARGET.resolve("report.html"));
            return report.ok() ? 0 : 1;
        } catch (IOException | RuntimeException e) {
            progress.say(ink.bad("failed: ") + e.getMessage());
            return 1;
        }
    }

    private Report play(Binaries binaries) {
        progress.heading("The cluster");
        try (Cluster cluster = Cluster.start(progress, binaries)) {
            Appliance appliance = Appliance.install(cluster, progress);
            part("flows", "Flows", appliance, () -> flows(cluster, appliance));
            part("life", "A cluster's life", appliance, () -> life(cluster, appliance));
            part("suite", "Kubernetes' own suite", appliance, () -> suite(cluster, binaries));
            part("chosen", "Only some pods", appliance, () -> chosen(cluster, appliance));
            return new Report(sections, specs, Explanation.all(), progress.elapsed());
        }
    }

    /** One that cannot be tried to its end is a row that fails, and no reason to know nothing of the others. */
    private void part(String name, String title, Appliance appliance, Runnable work) {
        if (!parts.isEmpty() && !parts.contains(name)) {
            return;
        }
        progress.heading(title);
        try {
            work.run();
        } catch (RuntimeException e) {
            add(title, List.of(new Flow("all of it was tried", 0, 1, String.valueOf(e.getMessage()))));
            progress.print(appliance.logs());
        }
    }

    private void flows(Cluster cluster, Appliance appliance) {
        try (Workload workload = progress.step("two pods on each node, and Services", () -> Workload.on(cluster))) {
            Flows flows = new Flows(cluster.lan(), workload);
            add("The matrix", flows.matrix());
            add("Beyond it: Services of every kind, UDP, fragments, ports of nodes", flows.beyond());
            add("kube-proxy's --cluster-cidr without the LAN", flows.outside());
            appliance.set("MASQUERADE", "off");
            add("The same, MASQUERADE=off", flows.clusterIp());
            appliance.set("MASQUERADE", "on");
            String within = cluster.lan().prefix().toString();
            cluster.nodes().forEach(node -> node.proxyWith(within));
            Workload.awaitRules(cluster, " -s " + within);
            add("kube-proxy's --cluster-cidr with the LAN in it", flows.inside());
            cluster.nodes().forEach(node -> node.proxyWith(Cluster.OUTSIDE));
            Workload.awaitRules(cluster, "! -s " + Cluster.OUTSIDE);
        }
    }

    private void life(Cluster cluster, Appliance appliance) {
        Life life = new Life(cluster, appliance);
        Workload.on(cluster).close();
        add("A rolling update of the DaemonSet", life.rollingUpdate());
        add("A node is drained", life.drain());
        add("A node is rebooted", life.reboot());
        add("The DaemonSet is deleted under pods", life.deleteWithPods());
        add("The DaemonSet is deleted without pods", life.deleteWithoutPods());
        progress.step("it is installed again", () -> {
            appliance.apply();
            appliance.awaitReady();
        });
    }

    private void suite(Cluster cluster, Binaries binaries) {
        Suite prepared = progress.step(
                "images of this machine's programs, DNS, a load balancer", () -> Suite.on(cluster, binaries));
        try (prepared) {
            specs.addAll(progress.step("the specs", () -> prepared.run(progress)));
            specs.stream().filter(spec -> !spec.passed()).forEach(spec -> progress.say("  " + ink.bad("✗ ") + spec));
        }
    }

    private void chosen(Cluster cluster, Appliance appliance) {
        add("MODE=runtime-class beside the reference bridge", Chosen.pods(cluster, appliance, progress));
    }

    private void add(String title, List<Flow> rows) {
        sections.add(new Section(title, rows));
        progress.say(ink.bold(title));
        rows.forEach(row -> progress.say("  " + (row.works() ? ink.good("✓ ") : ink.bad("✗ ")) + row));
    }
}

package dev.routefix.lab.demo;

import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The main job from end to end on one machine: pods of plain macvlan and DHCP, whose Service does not answer; then the appliance, pulled
 * from a registry and run as its manifest says, and the same pods again; then its removal. Run from the repository's root, as root.
 */
public final class Demo {
    private static final Path MANIFEST = Path.of("manifests/route-fix.yaml");
    private static final Path TARGET = Path.of("target/demo");
    private static final Duration PUSH = Duration.ofMinutes(2);
    private static final int LOG_LINES = 40;
    private static final int MEBIBYTE = 1 << 20;

    private final Progress progress;
    private final Ink ink;

    private Demo(Progress progress, Ink ink) {
        this.progress = progress;
        this.ink = ink;
    }

    public static void main(String[] args) {
        Ink ink = Ink.ofTerminal();
        System.exit(new Demo(Progress.onStandardOutput(ink), ink).run());
    }

    private int run() {
        try {
            if (!Netns.isRoot()) {
                progress.say("the demo makes network namespaces and containers: run it as root");
                return 1;
            }
            DaemonSet set = DaemonSet.read(MANIFEST);
            Report report = play(set);
            report.write(TARGET);
            progress.print(Table.of(report, ink));
            progress.print("  " + (report.ok() ? ink.good("all as it must be") : ink.bad("not as it must be")) + ", in "
                    + report.took().toSeconds() + " s; see " + TARGET.resolve("report.html"));
            return report.ok() ? 0 : 1;
        } catch (IOException | RuntimeException e) {
            progress.say(ink.bad("failed: ") + e.getMessage());
            return 1;
        }
    }

    private Report play(DaemonSet set) {
        progress.heading("The stage");
        try (Stage stage = Stage.open(progress)) {
            String image = push(stage, set);
            try {
                progress.heading("Before: plain macvlan and DHCP");
                Phase before = before(stage);
                return after(stage, set, image, before);
            } catch (RuntimeException e) {
                stage.nodes()
                        .forEach(node -> progress.print(
                                end("containerd on " + node.node().name(), node.log())));
                throw e;
            }
        }
    }

    /** As a user would, from a machine of the LAN. */
    private String push(Stage stage, DaemonSet set) {
        String image = stage.registry().image(set.image());
        progress.say("make push IMAGE=" + image);
        stage.registry()
                .command(List.of("make", "--no-print-directory", "push", "IMAGE=" + image))
                .within(PUSH)
                .run();
        return image;
    }

    private Phase before(Stage stage) {
        List<PlainNetwork> networks = new ArrayList<>();
        try {
            stage.nodes().forEach(node -> networks.add(PlainNetwork.on(node)));
            return measure(stage, stage::measurePlain);
        } finally {
            networks.forEach(PlainNetwork::close);
        }
    }

    private Phase measure(Stage stage, Function<Cast, Phase> work) {
        Cast cast = progress.step(
                "on every node a Deployment's pod and a StatefulSet's that comes again, attached by containerd",
                stage::startPods);
        Phase phase = progress.step("every flow, several times", () -> work.apply(cast));
        phase.networks()
                .forEach(network -> progress.say("  " + network.pod() + " got " + network.address() + " in "
                        + Report.time(network.took()) + "; the router knows it as "
                        + (network.known().isEmpty() ? "nobody" : network.known())));
        progress.step("the pods are taken off again", () -> stage.stopPods(cast));
        return phase;
    }

    private Report after(Stage stage, DaemonSet set, String image, Phase before) {
        progress.heading("After: the appliance, as " + MANIFEST + " says");
        progress.step("both nodes pull " + image, () -> Parallel.map(stage.nodes(), node -> pull(node, image)));
        try (Appliances appliances = Appliances.start(set, stage.nodes(), image)) {
            try {
                progress.step("it installs itself, until its probes say that it is ready", appliances::awaitReady);
                progress.step("it takes leases for pods to come", appliances::awaitLeases);
                Phase after = measure(stage, cast -> {
                    Phase fixed = stage.measureFixed(cast);
                    progress.say("what ctl doctor finds on the nodes:");
                    appliances.findings().forEach(line -> progress.say("  " + line));
                    return fixed;
                });
                progress.say(String.format(
                        Locale.ROOT,
                        "it holds %d MiB, of %d MiB it may have",
                        appliances.memory() / MEBIBYTE,
                        set.memory().orElse(0) / MEBIBYTE));
                progress.heading("Away again");
                List<String> wrong = progress.step("preStop, then SIGTERM", appliances::stop);
                Leftovers left = progress.step("what is left on the nodes", () -> appliances.left(wrong));
                Report report = new Report(before, after, stage.client(), stage.balancer(), left, progress.elapsed());
                if (!report.ok()) {
                    progress.print(appliances.logs(LOG_LINES));
                }
                return report;
            } catch (RuntimeException e) {
                progress.print(appliances.logs(LOG_LINES));
                throw e;
            }
        }
    }

    private static boolean pull(Containerd node, String image) {
        node.pull(image);
        return true;
    }

    private static String end(String who, String log) {
        return LogEnd.of(
                who,
                log.lines().filter(line -> !line.contains("level=info") && !line.contains("level=debug")),
                LOG_LINES);
    }
}

package dev.routefix.lab.soak;

import dev.routefix.lab.Lan;
import dev.routefix.lab.bench.EmptyPod;
import dev.routefix.lab.bench.Plugin;
import dev.routefix.lab.bench.PodNames;
import dev.routefix.lab.bench.Sandbox;
import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.containerd.NodeState;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Pods come and go on a node made of namespaces, many at once and for long, served by the image in the container its manifest describes; now and
 * then it is killed. In the end node and appliance have to be as they were. Run from the repository's root, as root.
 */
public final class Soak {
    private static final Path TARGET = Path.of("target/soak");
    private static final String IMAGE = "soak.example/route-fix:built";
    /** Room for more pods than a node has. */
    private static final String PREFIX = "10.77.0.0/16";

    private static final int LEASES = 900;
    private static final int CHAINED = 4;
    private static final int LOG_LINES = 40;

    private final Options options;
    private final Progress progress;

    private Soak(Options options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    public static void main(String[] args) {
        Ink ink = Ink.ofTerminal();
        Progress progress = Progress.onStandardOutput(ink);
        Options options = new Options(
                        Path.of("manifests/route-fix.yaml"),
                        Path.of("image/target/route-fix-image.tar"),
                        Duration.ofMinutes(20),
                        200,
                        2,
                        0)
                .changedByProperties();
        System.exit(run(options, progress, ink));
    }

    private static int run(Options options, Progress progress, Ink ink) {
        try {
            Report report = run(options, progress);
            progress.print(
                    report.problems().isEmpty()
                            ? "  " + ink.good("nothing was lost, and nothing stayed") + "; see "
                                    + TARGET.resolve("report.json")
                            : "  " + ink.bad("it is not as it must be") + "; see " + TARGET.resolve("report.json"));
            return report.problems().isEmpty() ? 0 : 1;
        } catch (IOException | RuntimeException e) {
            progress.say(ink.bad("failed: ") + e);
            return 1;
        }
    }

    /** Does it, tells about it, and leaves target/soak/report.json. */
    public static Report run(Options options, Progress progress) throws IOException {
        if (!Netns.isRoot()) {
            throw new IllegalStateException("the soak makes network namespaces and containers: run it as root");
        }
        Report report = new Soak(options, progress).run();
        report.write(TARGET);
        progress.print(report.text());
        return report;
    }

    private Report run() throws IOException {
        DaemonSet asWritten = DaemonSet.read(options.manifest());
        DaemonSet set = options.cpu() > 0 ? asWritten.limitedTo(options.cpu()) : asWritten;
        progress.heading("The node");
        try (Lan lan = progress.step(
                        "a LAN with one node (network namespaces) and its containerd",
                        () -> Lan.open(
                                Lan.Options.DEFAULT.prefix(PREFIX).nodes(1).leases(LEASES)));
                Containerd node = Containerd.start(lan.node(1))) {
            progress.step("the image", () -> node.load(options.image(), IMAGE));
            List<Body> bodies = progress.step(
                    options.parallel() + " sandboxes for pods", () -> bodies(lan, node.root(), options.parallel()));
            NodeState before = NodeState.of(node);
            try (Appliance appliance = progress.step("the appliance", () -> Appliance.start(node, set, IMAGE))) {
                return soak(lan, node, set, before, appliance, bodies);
            }
        }
    }

    /** Every fourth is for chained calls; of the others, whose network is made whole, every second has a name that comes again. */
    private static List<Body> bodies(Lan lan, NodeRoot root, int count) {
        int chained = count / CHAINED;
        List<Body> bodies = new ArrayList<>();
        Sandbox.create(lan, root, chained).forEach(sandbox -> bodies.add(new Body.Chained(root, sandbox)));
        List<EmptyPod> pods = EmptyPod.create(root, "soak", count - chained);
        for (int i = 0; i < pods.size(); i++) {
            String name = i % 2 == 0 ? "db-" + i : PodNames.generated(i);
            bodies.add(new Body.Whole(root, pods.get(i), name));
        }
        return bodies;
    }

    private Report soak(
            Lan lan, Containerd node, DaemonSet set, NodeState before, Appliance appliance, List<Body> bodies) {
        Crowd crowd = new Crowd(options, progress, appliance);
        try {
            Plugin plugin = Plugin.installed(node.root());
            List<Sample> samples = crowd.comeAndGo(lan, node, plugin, bodies);
            List<String> leaks = new ArrayList<>(crowd.leaks());
            progress.heading("The end");
            Set<String> ready = Leases.ready(node.root());
            DaemonPod.Ending ending = progress.step("uninstall, by preStop", appliance::stop);
            if (ending.preStop().exit() != 0 || ending.exit() != 0 || ending.killed()) {
                leaks.add("the appliance did not end as it must: " + ending);
            }
            leaks.addAll(Leases.held(lan, ready));
            Idle.differences(NodeState.of(node), before).stream()
                    .filter(line -> !isMountPoint(set, line))
                    .forEach(leaks::add);
            return new Report(
                    options,
                    crowd.tally().calls(),
                    samples,
                    crowd.tally().faults(),
                    leaks,
                    appliance.peak(),
                    appliance.oomKills());
        } catch (RuntimeException e) {
            tell(appliance, crowd.tally());
            throw e;
        }
    }

    /** What the kubelet makes to mount it, it never removes; whatever lies in one counts. */
    private static boolean isMountPoint(DaemonSet set, String line) {
        return set.mounts().stream().anyMatch(mount -> line.equals("left behind: file " + mount.hostPath() + "/"));
    }

    private void tell(Appliance appliance, Tally tally) {
        tally.faults().forEach(progress::say);
        progress.print(LogEnd.of("the appliance", appliance.log().lines(), LOG_LINES));
    }
}

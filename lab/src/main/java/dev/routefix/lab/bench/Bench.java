package dev.routefix.lab.bench;

import dev.routefix.lab.bench.Chart.Curve;
import dev.routefix.lab.bench.Chart.Point;
import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.net.Spawner;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every figure of speed, memory and size beside that of its peer, in one run: the image and the manifest as they are, on a node made of
 * namespaces. Run from the repository's root, as root; {@code --docs} also renews what docs/performance.md shows.
 */
public final class Bench {
    private static final Path MANIFEST = Path.of("manifests/route-fix.yaml");
    private static final Path TARGET = Path.of("target/bench");
    private static final double MEGABYTE = 1e6;
    private static final int LOG_LINES = 40;

    private final Progress progress;
    private final Ink ink;

    private Bench(Progress progress, Ink ink) {
        this.progress = progress;
        this.ink = ink;
    }

    public static void main(String[] args) {
        Ink ink = Ink.ofTerminal();
        // UTF-8 whatever the locale: a build machine's is often C.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(new Bench(new Progress(out, ink), ink).run(List.of(args).contains("--docs")));
    }

    /** 0 when everything could be measured: a machine's figures are no fault of the program. */
    private int run(boolean docs) {
        try {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                progress.say("the bench makes network namespaces and containers: run it as root");
                return 1;
            }
            Report report = measure(DaemonSet.read(MANIFEST));
            report.write(TARGET);
            if (docs) {
                PerformancePage.renew(report);
            }
            progress.print(Table.text(report.figures(), ink));
            progress.print("  " + report.machine() + "; see " + TARGET.resolve("report.json"));
            progress.print(verdict(report.missed()));
            return 0;
        } catch (IOException | RuntimeException e) {
            progress.say(ink.bad("failed: ") + e);
            return 1;
        }
    }

    private String verdict(List<Figure> missed) {
        return missed.isEmpty()
                ? "  " + ink.good("every budget is kept")
                : "  " + ink.bad("missed: ")
                        + String.join(", ", missed.stream().map(Figure::name).toList());
    }

    private Report measure(DaemonSet set) throws IOException {
        List<Figure> figures = new ArrayList<>();
        progress.heading("The node");
        try (Site site = Site.open(set, progress)) {
            figures.add(Figure.of("image_compressed", site.node().compressedSize(site.image()) / MEGABYTE, "MB")
                    .within(new Budget.AtMost(45)));
            progress.heading("The appliance");
            figures.addAll(
                    progress.step("first starts, at one core and at a tenth of one", () -> Starts.measure(site, set)));
            try (Appliance appliance = Appliance.start(site, set);
                    Spawner spawner = Spawner.in(site.node().root().namespaces())) {
                Ground ground = progress.step(
                        Ground.SANDBOXES + " sandboxes for pods", () -> Ground.of(site, appliance, spawner));
                return measure(ground, figures);
            }
        }
    }

    private Report measure(Ground ground, List<Figure> figures) {
        Appliance appliance = ground.appliance();
        try {
            figures.add(Figure.of("relay_size", (double) size(ground), "bytes").within(new Budget.AtMost(2048)));
            figures.addAll(progress.step(
                    "a thousand pods come and go, within the manifest's limits", () -> Endurance.measure(ground)));
            figures.add(progress.step("a minute of nothing", () -> Idle.measure(appliance.cgroup())));
            Verbs verbs = new Verbs(ground);
            figures.add(progress.step("ADD within the limits, and tuning", verbs::limited));
            appliance.cgroup().unlimitCpu();
            Race.Times resident = progress.step("ADD, CHECK, DEL, and tuning and sbr", verbs::run);
            figures.addAll(0, Verbs.figures(resident));
            figures.add(progress.step("100 pods at once, and tuning", () -> Burst.measure(ground)));
            Growth growth = progress.step("one more pod on a fuller and fuller node", () -> Growth.measure(ground));
            figures.addAll(growth.figures());
            figures.add(progress.step(
                    "bulk TCP from a pod, and from one of plain macvlan", () -> Throughput.measure(ground)));
            appliance.close();
            Race.Times fallback =
                    progress.step("ADD with nobody resident, and an empty JVM", () -> Fallback.run(ground));
            figures.addAll(Fallback.figures(fallback));
            return new Report(
                    Machine.describe(),
                    figures,
                    Map.of("add-latency.svg", latency(resident, fallback), "growth.svg", growth.chart()));
        } catch (RuntimeException e) {
            List<String> log = appliance.log().lines().toList();
            progress.print("--- the appliance:\n"
                    + String.join("\n", log.subList(Math.max(0, log.size() - LOG_LINES), log.size())));
            throw e;
        }
    }

    private static long size(Ground ground) {
        try {
            return Files.size(ground.site().node().root().path(ground.ours().executable()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Chart latency(Race.Times resident, Race.Times fallback) {
        return new Chart(
                "ADD, whole process, by percentile",
                "percent of the calls that took no longer",
                List.of(0.0, 25.0, 50.0, 75.0, 90.0, 100.0),
                List.of(
                        curve("route-fix, resident", resident.of("ours ADD")),
                        curve("tuning", resident.of("tuning ADD")),
                        curve("sbr", resident.of("sbr ADD")),
                        curve("empty JVM", fallback.of("empty")),
                        curve("route-fix, no resident", fallback.of("ADD"))));
    }

    private static Curve curve(String name, Sample sample) {
        return new Curve(
                name,
                IntStream.rangeClosed(0, 100)
                        .mapToObj(percent -> new Point(percent, sample.percentile(percent)))
                        .toList());
    }
}

package dev.routefix.lab.bench;

import static dev.routefix.lab.bench.Measurement.*;

import dev.routefix.lab.bench.Chart.Curve;
import dev.routefix.lab.bench.Chart.Point;
import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.dhcp.DhcpServer;
import dev.routefix.lab.net.Spawner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What is measured where, and in which order: whatever nobody wants is left out, and so is the place that only it needs. */
final class Programme {
    private static final double MEGABYTE = 1e6;
    private static final int LEASED_PODS = 110;
    private static final int LOG_LINES = 40;

    private final DaemonSet set;
    private final Selection selection;
    private final Peers peers;
    private final Progress progress;
    private final Map<Measurement, List<Figure>> figures = new EnumMap<>(Measurement.class);
    private final Map<String, Chart> charts = new HashMap<>();

    Programme(DaemonSet set, Selection selection, Peers peers, Progress progress) {
        this.set = set;
        this.selection = selection;
        this.peers = peers;
        this.progress = progress;
    }

    Report run() {
        progress.heading("The node");
        try (Site site = Site.open(set, progress)) {
            measure(
                    IMAGE,
                    () -> List.of(
                            Figure.of("image_compressed", site.node().compressedSize(site.image()) / MEGABYTE, "MB")
                                    .within(new Budget.AtMost(32))));
            measure(STARTS, () -> Starts.measure(site, set));
            if (selection.wants(NETWORKS, WARM, AGAIN, COLD, COLD_NO_PING, DHCP_BURST)) {
                progress.heading("Whole networks of pods");
                site.lan().serveDhcp(DhcpServer.Kind.PINGING_DNSMASQ);
                with(site, DhcpBurst.PODS, peers.all(), this::wholeNetworks);
            }
            if (selection.wants(RESTART)) {
                progress.heading("Leases");
                site.lan().serveDhcp(DhcpServer.Kind.KEA, DhcpRestart.LEASE);
                with(
                        site,
                        DhcpRestart.ALL_PODS,
                        List.of(peers.all().getLast()),
                        ground -> measure(RESTART, () -> DhcpRestart.measure(ground, progress)));
            }
            if (selection.wants(VERBS, RELAY, ENDURANCE, IDLE, LIMITED, BURST, GROWTH, THROUGHPUT, FALLBACK)) {
                progress.heading("Chained calls");
                site.lan().serveDhcp(DhcpServer.Kind.DNSMASQ);
                with(site, LEASED_PODS, List.of(), this::chained);
            }
        }
        return new Report(
                Machine.describe(),
                figures.values().stream().flatMap(List::stream).toList(),
                charts);
    }

    private void measure(Measurement measurement, Supplier<List<Figure>> work) {
        if (!selection.wants(measurement)) {
            return;
        }
        List<Figure> measured = progress.step(measurement.words(), work);
        measured.stream()
                .filter(figure -> !measurement.figures().contains(figure.name()))
                .findAny()
                .ifPresent(figure -> {
                    throw new IllegalStateException(measurement + " has no figure '" + figure.name() + "'");
                });
        figures.put(measurement, measured);
    }

    /** Starts the appliance for some work, and has it take everything away afterwards. */
    private void with(Site site, int pods, List<ReferencePlugins> reference, Consumer<PodGround> work) {
        try (Appliance appliance = progress.step("the appliance", () -> Appliance.start(site, set))) {
            try (PodGround ground = PodGround.open(site, set, appliance, reference, pods)) {
                work.accept(ground);
            } catch (RuntimeException e) {
                progress.print(LogEnd.of("the appliance", appliance.log().lines(), LOG_LINES));
                throw e;
            }
            if (appliance.isAlive()) {
                appliance.stop();
            }
        }
    }

    private void wholeNetworks(PodGround ground) {
        ground.appliance().cgroup().unlimitCpu();
        // A server that pings for it would not answer anybody else.
        ground.awaitWarm();
        measure(WARM, () -> DhcpAdds.warm(ground));
        measure(AGAIN, () -> DhcpAdds.again(ground));
        measure(COLD, () -> List.of(DhcpAdds.cold(ground)));
        ground.site().lan().serveDhcp(DhcpServer.Kind.DNSMASQ);
        measure(COLD_NO_PING, () -> List.of(DhcpAdds.coldWithoutPing(ground)));
        measure(DHCP_BURST, () -> DhcpBurst.measure(ground));
        measure(NETWORKS, () -> WholeNetworks.measure(ground));
    }

    private void chained(PodGround leased) {
        Appliance appliance = leased.appliance();
        Site site = leased.site();
        try (Spawner spawner = Spawner.in(site.node().root().namespaces())) {
            Ground ground = progress.step(
                    Ground.SANDBOXES + " sandboxes for pods", () -> Ground.of(site, appliance, spawner, peers));
            measure(
                    RELAY,
                    () -> List.of(Figure.of("relay_size", (double) size(ground), "bytes")
                            .within(new Budget.AtMost(2048))));
            if (selection.wants(ENDURANCE, IDLE)) {
                withLeases(leased, () -> {
                    measure(ENDURANCE, () -> Endurance.measure(ground));
                    measure(IDLE, () -> List.of(Idle.measure(appliance.cgroup())));
                });
            }
            Verbs verbs = new Verbs(ground);
            measure(LIMITED, () -> List.of(verbs.limited()));
            appliance.cgroup().unlimitCpu();
            List<Curve> latency = new ArrayList<>();
            measure(VERBS, () -> {
                Race.Times times = verbs.run();
                latency.add(curve("route-fix, resident", times.of("ours ADD")));
                latency.add(curve("tuning", times.of("tuning ADD")));
                latency.add(curve("sbr", times.of("sbr ADD")));
                return verbs.figures(times);
            });
            measure(BURST, () -> Burst.measure(ground));
            measure(GROWTH, () -> {
                Growth growth = Growth.measure(ground);
                charts.put("growth.svg", growth.chart());
                return growth.figures();
            });
            measure(THROUGHPUT, () -> List.of(Throughput.measure(ground)));
            measure(FALLBACK, () -> {
                appliance.close();
                Race.Times times = Fallback.run(ground);
                latency.add(curve("empty JVM", times.of("empty")));
                latency.add(curve("route-fix, no resident", times.of("ADD")));
                return Fallback.figures(times);
            });
            if (!latency.isEmpty()) {
                charts.put("add-latency.svg", latency(latency));
            }
            appliance.close(); // the sandboxes stay, and it would wait for their end
        }
    }

    /** While so many pods have leases that are renewed now and then. */
    private static void withLeases(PodGround ground, Runnable work) {
        List<PodCalls> pods = IntStream.range(0, LEASED_PODS)
                .mapToObj(pod -> ground.ours(pod, ground.generatedName()))
                .toList();
        pods.forEach(PodCalls::add);
        work.run();
        pods.forEach(PodCalls::del);
    }

    private static long size(Ground ground) {
        try {
            return Files.size(ground.site().node().root().path(ground.ours().executable()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Chart latency(List<Curve> curves) {
        return new Chart(
                "ADD, whole process, by percentile",
                "percent of the calls that took no longer",
                List.of(0.0, 25.0, 50.0, 75.0, 90.0, 100.0),
                curves);
    }

    private static Curve curve(String name, Sample sample) {
        return new Curve(
                name,
                IntStream.rangeClosed(0, 100)
                        .mapToObj(percent -> new Point(percent, sample.percentile(percent)))
                        .toList());
    }
}

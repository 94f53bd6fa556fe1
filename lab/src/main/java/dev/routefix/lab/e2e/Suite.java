package dev.routefix.lab.e2e;

import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Kubernetes' own suite, run from the LAN's client against the cluster. */
final class Suite implements AutoCloseable {
    private static final List<String> NAMESERVERS = List.of("kube-dns-n1", "kube-dns-n2");
    private static final Duration READY = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofHours(2);
    private static final int LOG_LINES = 30;
    private static final String AT_ONCE = System.getProperty("e2e.nodes", "4");

    private final Cluster cluster;
    private final Binaries binaries;
    private final Balancer balancer;
    private final List<ClusterDns> dns = new ArrayList<>();
    private final Path directory = Run.current().directory("suite");

    private Suite(Cluster cluster, Binaries binaries) {
        this.cluster = cluster;
        this.binaries = binaries;
        balancer = Balancer.start(cluster);
    }

    /** Gives the cluster what specs expect of one: images, DNS, a load balancer. */
    static Suite on(Cluster cluster, Binaries binaries) {
        Suite suite = new Suite(cluster, binaries);
        try {
            SuiteImages.push(cluster.registry(), binaries);
            suite.startDns();
            return suite;
        } catch (IOException | RuntimeException e) {
            suite.close();
            throw new IllegalStateException("cannot prepare the suite: " + e.getMessage(), e);
        }
    }

    private void startDns() {
        cluster.apply(Resource.text("dns.yaml").replace("IMAGE", cluster.podImage()));
        for (String name : NAMESERVERS) {
            cluster.awaitReady("kube-system", name, READY);
            dns.add(ClusterDns.start(cluster.netns("kube-system", name), balancer.services()));
        }
    }

    /** Runs the specs that focus and skip choose; what became of each. */
    List<Spec> run(Progress progress) {
        try {
            Path repositories = directory.resolve("repositories.yaml");
            String server = cluster.registry().image("");
            Files.writeString(
                    repositories,
                    Stream.of("dockerLibrary", "e2e", "promoterE2e", "buildImage", "gc")
                            .map(name -> name + "Registry: " + server.substring(0, server.length() - 1) + "\n")
                            .collect(Collectors.joining()));
            Path reports = Files.createDirectories(directory.resolve("reports"));
            Background ginkgo = cluster.lan()
                    .client()
                    .netns()
                    .command(command(reports))
                    .env(Map.of(
                            "KUBE_TEST_REPO_LIST",
                            repositories.toString(),
                            "PATH",
                            binaries.directory() + ":" + System.getenv("PATH")))
                    .start(log());
            ginkgo.exit(LONG);
            List<Spec> specs = JUnitReports.read(reports);
            if (specs.isEmpty()) {
                progress.print(LogEnd.of("the suite", ginkgo.log().lines(), LOG_LINES));
                throw new IllegalStateException("no spec of Kubernetes' suite was run");
            }
            return specs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path log() {
        return directory.resolve("suite.log");
    }

    private List<String> command(Path reports) {
        return List.of(
                binaries.path(Binaries.GINKGO).toString(),
                "-nodes=" + AT_ONCE,
                "-focus=" + System.getProperty("e2e.focus", Resource.alternatives("focus")),
                "-skip=" + Resource.alternatives("skip"),
                "-noColor",
                "-slowSpecThreshold=3600",
                binaries.path(Binaries.SPECS).toString(),
                "--",
                "--kubeconfig=" + cluster.plane().kubeconfig(),
                "--provider=local",
                "--num-nodes=2",
                "--minStartupPods=0",
                "--dump-logs-on-failure=false",
                "--kubectl-path=" + binaries.path(Binaries.KUBECTL),
                "--report-dir=" + reports,
                "--dns-domain=cluster.local",
                "--node-schedulable-timeout=2m",
                "--system-pods-startup-timeout=2m");
    }

    @Override
    public void close() {
        dns.forEach(ClusterDns::close);
        balancer.close();
    }
}

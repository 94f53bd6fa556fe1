package dev.routefix.installer.metrics;

import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.Repair;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is counted of what the resident does, and told to Prometheus. Any thread may tell it. */
public final class Metrics implements AutoCloseable {

    /** From an ADD with a lease that was held ready to one that a slow DHCP server kept waiting. */
    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private static final double NANOS = 1e9;

    private final Counter calls;
    private final Histogram durations;
    private final Counter repairs;
    private final MetricsServer server;

    private Metrics(PrometheusRegistry registry, MetricsServer server) {
        calls = counter(Metric.CALLS, registry);
        repairs = counter(Metric.REPAIRS, registry);
        durations = Histogram.builder()
                .name(Metric.DURATION.title)
                .help(Metric.DURATION.meaning)
                .labelNames(Metric.DURATION.labelNames())
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
        this.server = server;
    }

    private static Counter counter(Metric metric, PrometheusRegistry registry) {
        return Counter.builder()
                .name(metric.title)
                .help(metric.meaning)
                .labelNames(metric.labelNames())
                .register(registry);
    }

    /**
     * Begins to answer. A node does not go without its network because somebody else has the port: the log says so, and nothing is counted.
     *
     * @return null if that address and port cannot be had
     */
    public static @Nullable Metrics start(InetSocketAddress where, MetricSource source, String build, Log log) {
        var registry = new PrometheusRegistry();
        var checkups = new Checkups(source, log);
        NodeGauges.register(registry, source, checkups, build);
        try {
            var server = MetricsServer.start(where, registry, checkups);
            log.info("METRICS: Prometheus is answered at http://" + server.address() + MetricsServer.PATH);
            return new Metrics(registry, server);
        } catch (IOException e) {
            log.error("METRICS=" + where.getAddress().getHostAddress() + ":" + where.getPort()
                    + " cannot be listened at: " + e.getMessage()
                    + "; name an address of this node and a port that nobody has, and start the container anew");
            return null;
        }
    }

    /** Where it answers. */
    String address() {
        return server.address();
    }

    /** A call of the container runtime has been answered. */
    public void called(String verb, int exitCode, long nanoseconds) {
        calls.labelValues(verb, exitCode == 0 ? "success" : "error").inc();
        DistributionDataPoint duration = durations.labelValues(verb);
        duration.observe(nanoseconds / NANOS);
    }

    /** Something was put right. */
    public void repaired(Repair repair) {
        repairs.labelValues(kind(repair)).inc();
    }

    /** Such as {@code create_link}. */
    static String kind(Repair repair) {
        return repair.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        server.close();
    }
}

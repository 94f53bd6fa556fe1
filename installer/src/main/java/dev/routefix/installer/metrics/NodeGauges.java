package dev.routefix.installer.metrics;

import dev.routefix.dhcp.client.LeaseStanding;
import dev.routefix.dhcp.client.LeaseStanding.State;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;

/** What is looked up when Prometheus asks. */
final class NodeGauges {

    private static final double MILLIS = 1e3;

    private final PrometheusRegistry registry;

    private NodeGauges(PrometheusRegistry registry) {
        this.registry = registry;
    }

    static void register(PrometheusRegistry registry, MetricSource source, Checkups checkups, String build) {
        Info.builder()
                .name(Metric.BUILD.title)
                .help(Metric.BUILD.meaning)
                .labelNames(Metric.BUILD.labelNames())
                .register(registry)
                .setLabelValues(build);
        var gauges = new NodeGauges(registry);
        gauges.one(Metric.READY, () -> source.isReady() ? 1 : 0);
        gauges.one(Metric.PODS, source::attached);
        gauges.one(Metric.WARM_WANTED, source::warmLeasesWanted);
        gauges.one(Metric.CHECKED, () -> checkups.last().getEpochSecond());
        gauges.some(Metric.LEASES, callback -> leases(source.leases(), callback));
        gauges.some(Metric.NEXT_RENEWAL, callback -> first(source.leases(), LeaseStanding::renewal, callback));
        gauges.some(Metric.NEXT_END, callback -> first(source.leases(), LeaseStanding::end, callback));
        gauges.some(Metric.FINDINGS, callback -> findings(checkups, callback));
    }

    private void one(Metric metric, DoubleSupplier value) {
        some(metric, callback -> callback.call(value.getAsDouble()));
    }

    private void some(Metric metric, Consumer<GaugeWithCallback.Callback> values) {
        GaugeWithCallback.builder()
                .name(metric.title)
                .help(metric.meaning)
                .labelNames(metric.labelNames())
                .callback(values)
                .register(registry);
    }

    /** All states, those that no lease is in too, so that a sum and an alert have something to count. */
    private static void leases(List<LeaseStanding> leases, GaugeWithCallback.Callback callback) {
        for (var state : State.values()) {
            long count = leases.stream().filter(lease -> lease.state() == state).count();
            callback.call((double) count, state.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Nothing where no pod has a lease: there is no time that would tell that. */
    private static void first(
            List<LeaseStanding> leases, ToLongFunction<LeaseStanding> time, GaugeWithCallback.Callback callback) {
        leases.stream()
                .filter(lease -> lease.state() != State.WARM)
                .mapToLong(time)
                .min()
                .ifPresent(least -> callback.call(least == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : least / MILLIS));
    }

    private static void findings(Checkups checkups, GaugeWithCallback.Callback callback) {
        var told = new HashSet<List<String>>();
        for (var finding : checkups.findings()) {
            if (told.add(List.of(finding.subject(), finding.cause()))) {
                callback.call(1, finding.subject(), finding.cause());
            }
        }
    }
}

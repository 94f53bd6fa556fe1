package dev.routefix.installer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.dhcp.client.LeaseStanding;
import dev.routefix.dhcp.client.LeaseStanding.State;
import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import dev.routefix.installer.docs.DocsPage;
import dev.routefix.installer.doctor.Diagnosis;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Repair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What Prometheus is told, as it asks for it. To write the table of docs/metrics.md anew: {@code mvn -pl installer -am test -Dtest=MetricsTest
 * -Droute-fix.write-docs=true}.
 */
class MetricsTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Log log = new Log(
            new PrintStream(said, true, StandardCharsets.UTF_8), LogLevel.INFO, LogFormat.TEXT, Clock.systemUTC());
    private final FakeNode node = new FakeNode();
    private final Metrics metrics = Objects.requireNonNull(start(0));

    /** A node whose state a test says. */
    private static final class FakeNode implements MetricSource {
        private List<LeaseStanding> leases = List.of();
        private final List<Finding> findings = new ArrayList<>();
        private int looks;

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public int attached() {
            return 3;
        }

        @Override
        public List<LeaseStanding> leases() {
            return leases;
        }

        @Override
        public int warmLeasesWanted() {
            return 2;
        }

        @Override
        public Diagnosis doctor() {
            looks++;
            return new Diagnosis(List.of(), findings);
        }
    }

    private @Nullable Metrics start(int port) {
        return Metrics.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), node, "0.1.0-abc", log);
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    private record Response(int status, String type, String body) {}

    private Response ask(String method, String path, String accept) {
        try {
            var connection = (HttpURLConnection)
                    URI.create("http://" + metrics.address() + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setRequestProperty("Accept", accept);
            int status = connection.getResponseCode();
            try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Response(
                        status,
                        String.valueOf(connection.getContentType()),
                        body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String page() {
        return ask("GET", "/metrics", "text/plain").body();
    }

    @Test
    void calls_are_counted_by_verb_and_result_and_timed_by_verb() {
        metrics.called("ADD", 0, 20_000_000);
        metrics.called("ADD", 1, 3_000_000_000L);
        metrics.called("DEL", 0, 1_000_000);

        assertThat(page())
                .contains(
                        "route_fix_cni_calls_total{result=\"success\",verb=\"ADD\"} 1.0",
                        "route_fix_cni_calls_total{result=\"error\",verb=\"ADD\"} 1.0",
                        "route_fix_cni_call_duration_seconds_bucket{verb=\"ADD\",le=\"0.025\"} 1",
                        "route_fix_cni_call_duration_seconds_count{verb=\"ADD\"} 2",
                        "route_fix_cni_call_duration_seconds_count{verb=\"DEL\"} 1");
    }

    @Test
    void repairs_are_counted_by_kind() {
        metrics.repaired(new Repair.Set("net/ipv4/ip_forward", "1"));
        metrics.repaired(new Repair.OpenHostPorts());
        metrics.repaired(new Repair.OpenHostPorts());

        assertThat(page())
                .contains(
                        "route_fix_repairs_total{kind=\"set\"} 1.0",
                        "route_fix_repairs_total{kind=\"open_host_ports\"} 2.0");
    }

    @Test
    void leases_are_counted_by_state_and_the_times_are_those_of_pods() {
        node.leases = List.of(
                new LeaseStanding(State.HELD, 60_000, 120_000),
                new LeaseStanding(State.HELD, 90_500, 100_000),
                new LeaseStanding(State.WARM, 1_000, 2_000));

        assertThat(page())
                .contains(
                        "route_fix_leases{state=\"held\"} 2.0",
                        "route_fix_leases{state=\"renewing\"} 0.0",
                        "route_fix_leases{state=\"expired\"} 0.0",
                        "route_fix_leases{state=\"warm\"} 1.0",
                        "route_fix_warm_leases_wanted 2.0",
                        "route_fix_lease_next_renewal_seconds 60.0",
                        "route_fix_lease_next_end_seconds 100.0");
    }

    @Test
    void a_node_without_leases_has_no_time_of_one_and_one_for_ever_has_an_endless_one() {
        assertThat(page()).doesNotContain("\nroute_fix_lease_next_end_seconds ");

        node.leases = List.of(new LeaseStanding(State.HELD, Long.MAX_VALUE, Long.MAX_VALUE));
        assertThat(page()).contains("\nroute_fix_lease_next_end_seconds +Inf");
    }

    @Test
    void doctor_looks_after_the_answer_and_not_at_every_scrape() {
        node.findings.add(Finding.told("pods", "they are slow", "a \"filter\"", "remove it"));
        node.findings.add(Finding.told("pods", "they are slow too", "a \"filter\"", "remove it"));

        assertThat(page())
                .contains("route_fix_doctor_last_run_timestamp_seconds 0.0")
                .doesNotContain("subject=");
        assertThat(page()).contains("route_fix_doctor_findings{cause=\"a \\\"filter\\\"\",subject=\"pods\"} 1.0");
        page();
        assertThat(node.looks).isEqualTo(1);
    }

    @Test
    void whoever_asks_for_OpenMetrics_gets_it() {
        var answer = ask("GET", "/metrics", "application/openmetrics-text;version=1.0.0");

        assertThat(answer.type()).startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @Test
    void nothing_else_is_answered() {
        assertThat(ask("GET", "/", "*/*").status()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/x", "*/*").status()).isEqualTo(404);
        assertThat(ask("POST", "/metrics", "*/*").status()).isEqualTo(405);
    }

    @Test
    void a_port_that_somebody_has_is_no_reason_to_go_without_a_network() {
        int taken =
                Integer.parseInt(metrics.address().substring(metrics.address().lastIndexOf(':') + 1));

        assertThat(start(taken)).isNull();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("error METRICS=127.0.0.1:" + taken + " cannot be listened at: ");
    }

    @Test
    void the_page_and_the_docs_have_the_metrics_of_the_code() {
        metrics.called("ADD", 0, 1);
        metrics.repaired(new Repair.OpenHostPorts());
        node.leases = List.of(new LeaseStanding(State.HELD, 60_000, 120_000));
        node.findings.add(Finding.told("pods", "they are slow", "a filter", "remove it"));
        page();
        var types = page().lines().filter(line -> line.startsWith("# TYPE ")).toList();
        assertThat(types)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Metric.values())
                        .map(metric ->
                                "# TYPE " + metric.title + " " + kind(metric).replace("info", "gauge"))
                        .toList());
        for (var metric : Metric.values()) {
            assertThat(page()).contains("# HELP " + metric.title + " " + metric.meaning + "\n");
        }

        var table = new StringBuilder("\n| metric | kind | labels | meaning |\n|---|---|---|---|\n");
        for (var metric : Metric.values()) {
            table.append("| `")
                    .append(metric.title)
                    .append("` | ")
                    .append(kind(metric))
                    .append(" | ")
                    .append(metric.labels.stream()
                            .map(label -> "`" + label + "`")
                            .collect(Collectors.joining(", ")))
                    .append(" | ")
                    .append(metric.meaning)
                    .append(" |\n");
        }
        new DocsPage("metrics.md").hasTable("metrics", table.toString());
    }

    private static String kind(Metric metric) {
        return metric.kind.name().toLowerCase(Locale.ROOT);
    }
}

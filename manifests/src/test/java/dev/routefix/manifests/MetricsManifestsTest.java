package dev.routefix.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.installer.config.Configuration;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lets Prometheus and Grafana see the nodes, by Kustomize and by Helm. */
final class MetricsManifestsTest {

    private static final Pattern NAME = Pattern.compile("route_fix_[a-z_]+");

    @TempDir
    Path temporary;

    private KubeObjects kustomized() {
        return Kustomize.build(temporary, List.of("."), List.of("metrics", "metrics/operator"), "");
    }

    private KubeObjects helmed() {
        return new Chart(temporary).render("""
                metrics: {enabled: true}
                serviceMonitor: {enabled: true}
                prometheusRule: {enabled: true}
                dashboard: {enabled: true}
                """);
    }

    private static String file(String name) throws IOException {
        return Files.readString(Kustomize.MANIFESTS.resolve(name));
    }

    @Test
    void each_node_answers_at_its_own_address() throws Exception {
        for (var rendered : List.of(kustomized(), helmed())) {
            Container container = KustomizeTest.container(rendered.daemonSet());
            var names = container.getEnv().stream().map(EnvVar::getName).toList();
            // the kubelet puts in what stands before
            assertThat(names.indexOf("NODE_ADDRESS")).isBetween(0, names.indexOf("METRICS") - 1);
            var metrics = String.valueOf(
                    KustomizeTest.environment(rendered.daemonSet()).get("METRICS"));
            var where = Objects.requireNonNull(
                    Configuration.parse(Map.of("METRICS", metrics.replace("$(NODE_ADDRESS)", "192.168.2.21")), "n")
                            .metrics());
            assertThat(container.getPorts().getFirst().getContainerPort()).isEqualTo(where.getPort());
        }
    }

    @Test
    void Prometheus_finds_the_pods_by_the_Service_and_the_operator_finds_the_Service() {
        for (var rendered : List.of(kustomized(), helmed())) {
            var service = rendered.the(Service.class);
            assertThat(rendered.daemonSet()
                            .getSpec()
                            .getTemplate()
                            .getMetadata()
                            .getLabels())
                    .containsAllEntriesOf(service.getSpec().getSelector());
            assertThat(service.getSpec().getPorts().getFirst().getTargetPort().getStrVal())
                    .isEqualTo(KustomizeTest.container(rendered.daemonSet())
                            .getPorts()
                            .getFirst()
                            .getName());
            var monitor = rendered.the(ServiceMonitor.class).getSpec();
            assertThat(service.getMetadata().getLabels())
                    .containsAllEntriesOf(monitor.getSelector().getMatchLabels());
            assertThat(monitor.getEndpoints().getFirst().getPort())
                    .isEqualTo(service.getSpec().getPorts().getFirst().getName());
            assertThat(rendered.every(HasMetadata.class)
                            .map(each -> each.getMetadata().getNamespace()))
                    .containsOnly("kube-system");
        }
    }

    @Test
    void the_rules_are_the_same_for_everybody() throws IOException {
        var rules = new YAMLMapper().readTree(file("metrics/rules.yaml"));

        for (var rendered : List.of(kustomized(), helmed())) {
            JsonNode spec = new JsonMapper()
                    .valueToTree(rendered.the(PrometheusRule.class).getSpec());
            assertThat(spec).isEqualTo(rules);
        }
        assertThat(file("chart/files/rules.yaml")).isEqualTo(file("metrics/rules.yaml"));
    }

    @Test
    void promtool_finds_nothing_wrong_with_them() throws Exception {
        var promtool = new ProcessBuilder(
                        "promtool", "check", "rules", "--lint=all", "--lint-fatal", "metrics/rules.yaml")
                .directory(Kustomize.MANIFESTS.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor()).as(said).isZero();
    }

    @Test
    void each_alert_is_in_the_docs() throws IOException {
        var alerts = new YAMLMapper().readTree(file("metrics/rules.yaml")).findValuesAsText("alert");

        assertThat(alerts).isNotEmpty();
        assertThat(file("../docs/metrics.md"))
                .contains(alerts.stream().map(each -> "| `" + each + "` |").toList());
    }

    @Test
    void rules_and_dashboard_ask_for_metrics_that_there_are() throws IOException {
        var known = names(file("../docs/metrics.md"));

        for (var name : List.of("metrics/rules.yaml", "metrics/dashboard.json")) {
            var asked = names(file(name).replace("_bucket", ""));
            assertThat(asked).isNotEmpty();
            assertThat(known).as(name).containsAll(asked);
        }
    }

    private static Set<String> names(String text) {
        var names = new TreeSet<String>();
        NAME.matcher(text).results().forEach(each -> names.add(each.group()));
        return names;
    }

    @Test
    void the_dashboard_is_the_same_for_Grafanas_sidecar_and_has_a_place_for_each_panel() throws IOException {
        var dashboard = new JsonMapper().readTree(file("metrics/dashboard.json"));

        assertThat(new JsonMapper()
                        .readTree(helmed().the(ConfigMap.class).getData().get("route-fix.json")))
                .isEqualTo(dashboard);
        assertThat(file("chart/files/dashboard.json")).isEqualTo(file("metrics/dashboard.json"));
        var places = new TreeSet<String>();
        dashboard.path("panels").forEach(panel -> {
            places.add(panel.path("gridPos").toString());
            assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
                    .isLessThanOrEqualTo(24);
        });
        assertThat(places).hasSameSizeAs(dashboard.path("panels"));
    }

    @Test
    void a_monitor_of_what_is_off_is_refused() {
        assertThatThrownBy(() -> new Chart(temporary).render("serviceMonitor: {enabled: true}"))
                .hasMessageContaining("serviceMonitor.enabled needs metrics.enabled");
    }
}

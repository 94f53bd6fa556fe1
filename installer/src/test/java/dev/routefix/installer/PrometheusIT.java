package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real Prometheus on a node asks the resident, and has our rules. */
class PrometheusIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Lan lan;
    private TestNode host;
    private Background resident;
    private Background prometheus;

    @BeforeEach
    void start() throws IOException {
        lan = Lan.open();
        host = new TestNode(node().netns());
        resident = host.run("NODE_NAME=n1", "WARM_LEASES=2", "METRICS=127.0.0.1:9464");
        Files.writeString(host.at("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: [%s]
                scrape_configs:
                  - job_name: route-fix
                    static_configs: [{targets: ["127.0.0.1:9464"]}]
                """.formatted(
                        Path.of("../manifests/metrics/rules.yaml").toRealPath()));
        prometheus = host.netns()
                .command(List.of(
                        "prometheus",
                        "--config.file=" + host.at("prometheus.yml"),
                        "--storage.tsdb.path=" + host.at("prometheus"),
                        "--web.listen-address=127.0.0.1:9090"))
                .start(host.at("prometheus.log"));
    }

    @AfterEach
    void stop() {
        prometheus.close();
        resident.close();
        host.close();
        lan.close();
    }

    private Node node() {
        return lan.node(1);
    }

    private JsonNode ask(String path) {
        var answer = host.netns()
                .command(List.of("curl", "-sSf", "--max-time", "5", "--get", "http://127.0.0.1:9090/api/v1/" + path))
                .attempt();
        try {
            return answer.ok()
                    ? new JsonMapper().readTree(answer.stdout()).path("data")
                    : new JsonMapper().createObjectNode();
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.stdout(), e);
        }
    }

    /** The value of the only series that a query gives; empty if there is none. */
    private String value(String query) {
        return ask("query?query=" + query).at("/result/0/value/1").asText();
    }

    private void hasSoon(String query, String value) {
        Poll.until(query + " is " + value, SOON, () -> value(query).equals(value));
    }

    @Test
    void it_sees_pods_come_leases_held_and_repairs_made() {
        hasSoon("route_fix_ready", "1");
        hasSoon("route_fix_leases%7Bstate=%22warm%22%7D", "2");
        try (var _ = Pod.attach(
                "web-0",
                node(),
                node().chain(Conflist.read(host.conflist()), List.of(host.binDir(), Node.REFERENCE_PLUGINS)))) {
            hasSoon("route_fix_pods_attached", "1");
            hasSoon("route_fix_leases%7Bstate=%22held%22%7D", "1");
            hasSoon("route_fix_cni_calls_total%7Bverb=%22ADD%22,result=%22success%22%7D", "1");
            hasSoon("route_fix_cni_call_duration_seconds_count%7Bverb=%22ADD%22%7D", "1");
            host.netns().ip("link delete mac0");
            hasSoon("route_fix_repairs_total%7Bkind=%22create_link%22%7D", "1");
        }
        hasSoon("route_fix_pods_attached", "0");
    }

    @Test
    void it_understands_every_rule() {
        Poll.until("all rules have been evaluated", SOON, () -> {
            var rules = ask("rules").at("/groups/0/rules");
            return !rules.isEmpty() && rules.findValuesAsText("health").stream().allMatch("ok"::equals);
        });
        assertThat(ask("rules").at("/groups/0/rules").findValuesAsText("name")).contains("RouteFixNotReady");
    }
}

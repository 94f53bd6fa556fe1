package dev.routefix.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.Flow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Report GOOD = Example.report(Example.BEFORE, Example.AFTER, List.of());

    @TempDir
    Path directory;

    @Test
    void has_a_check_for_every_flow_the_answers_source_the_pods_networks_and_what_is_left() {
        assertThat(GOOD.checks())
                .containsExactly(
                        new Check("client -> LB announced by n1", "0/8", "8/8", true),
                        new Check("client -> pod tcp", "4/4", "4/4", true),
                        new Check(Report.SYN_ACK, Example.POD, Example.BALANCER, true),
                        new Check("network of a Deployment's pod", "4.10 s", "8.0 ms", true),
                        new Check("network of a StatefulSet's pod", "4.00 s", "3.05 s", true),
                        new Check("network of the same pod again", "4.20 s", "12.0 ms", true),
                        new Check(Report.ADDRESS, "1/1", "1/1", true),
                        new Check(Report.NAMES, "0/2", "2/2", true),
                        new Check(Report.LEFT, "", "nothing", true));
        assertThat(GOOD.ok()).isTrue();
    }

    @Test
    void is_written_as_json_with_the_agreed_members() throws IOException {
        GOOD.write(directory.resolve("demo"));

        JsonNode tree = new ObjectMapper()
                .readTree(directory.resolve("demo/report.json").toFile());

        assertThat(tree.path("ok").isBoolean()).isTrue();
        assertThat(tree.path("checks"))
                .hasSize(9)
                .allSatisfy(check ->
                        assertThat(check.fieldNames()).toIterable().containsExactly("name", "before", "after", "ok"));
        assertThat(directory.resolve("demo/report.html")).isNotEmptyFile();
    }

    @Test
    void fails_when_a_flow_does_not_work_after() {
        assertThat(Example.report(Example.BEFORE, Example.after(7), List.of()).ok())
                .isFalse();
    }

    @Test
    void fails_when_nothing_was_broken_before() {
        Phase fine = new Phase(
                List.of(new Flow("client -> LB announced by n1", 8, 8, "")),
                Example.BEFORE.handshakes(),
                Example.BEFORE.networks());

        assertThat(Example.report(fine, Example.AFTER, List.of()).ok()).isFalse();
    }

    @Test
    void fails_when_the_answer_comes_from_elsewhere() {
        Phase strange = new Phase(
                Example.AFTER.flows(), List.of(Example.handshake("after", Example.POD)), Example.AFTER.networks());

        assertThat(Example.report(Example.BEFORE, strange, List.of()).ok()).isFalse();
    }

    @Test
    void fails_when_a_pod_waits_as_long_as_before_for_what_is_held_ready() {
        assertThat(with(Example.networks(4100, "db-0")).ok()).isFalse();
    }

    @Test
    void fails_when_the_router_does_not_know_a_pods_name() {
        assertThat(with(Example.networks(8, "")).ok()).isFalse();
    }

    @Test
    void tells_of_every_pods_network_in_the_json() {
        JsonNode pod = GOOD.json().path("pods").path("after").path(2);

        assertThat(pod.path("name").asText()).isEqualTo("db-0");
        assertThat(pod.path("milliseconds").asDouble()).isEqualTo(12);
        assertThat(pod.path("knownAs").asText()).isEqualTo("db-0");
    }

    private static Report with(List<PodNetwork> networks) {
        return Example.report(
                Example.BEFORE, new Phase(Example.AFTER.flows(), Example.AFTER.handshakes(), networks), List.of());
    }

    @Test
    void fails_when_something_is_left_behind() {
        assertThat(Example.report(Example.BEFORE, Example.AFTER, List.of("n1: link mac0"))
                        .ok())
                .isFalse();
    }

    @Test
    void shows_a_page_that_loads_nothing_and_escapes_what_it_shows() {
        String page = Page.of(Example.report(Example.BEFORE, Example.AFTER, List.of("n1: file <mac0>")));

        assertThat(page).doesNotContain("http:", "https:", "src=", "<mac0>").contains("&lt;mac0&gt;");
        assertThat(page).contains("SYN ACK from " + Example.POD, "SYN ACK from " + Example.BALANCER);
    }
}

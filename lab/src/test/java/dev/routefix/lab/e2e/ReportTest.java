package dev.routefix.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Flow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Flow WORKS = new Flow("client -> pod", 8, 8, "");
    private static final Flow FAILS = new Flow("pod -> <LB>", 3, 4, "Connect timed out");
    private static final Spec PASSED = new Spec("serves", Duration.ofSeconds(9), "");
    private static final Spec FAILED = new Spec("keeps the source", Duration.ofSeconds(20), "failed: .21 is not .105");
    private static final Explanation WHY = new Explanation(Pattern.compile("source"), "by design");

    @Test
    void all_is_well_if_every_flow_works_and_every_spec_passed() {
        assertThat(report(List.of(WORKS), List.of(PASSED), List.of()).ok()).isTrue();
    }

    @Test
    void a_flow_of_which_one_try_failed_is_not_well() {
        assertThat(report(List.of(WORKS, FAILS), List.of(PASSED), List.of()).ok())
                .isFalse();
    }

    @Test
    void a_spec_that_failed_is_not_well_unless_it_is_explained() {
        assertThat(report(List.of(WORKS), List.of(PASSED, FAILED), List.of()).ok())
                .isFalse();
        assertThat(report(List.of(WORKS), List.of(PASSED, FAILED), List.of(WHY)).ok())
                .isTrue();
    }

    @Test
    void the_json_has_every_flow_with_its_score_and_every_spec_with_its_explanation() {
        var json = report(List.of(WORKS, FAILS), List.of(PASSED, FAILED), List.of(WHY))
                .json();

        assertThat(json.at("/checks/1/name").asText()).isEqualTo("pod -> <LB>");
        assertThat(json.at("/checks/1/after").asText()).isEqualTo("3/4");
        assertThat(json.at("/checks/1/ok").asBoolean()).isFalse();
        assertThat(json.at("/checks/1/circumstances").asText()).isEqualTo("a node is drained");
        assertThat(json.at("/specs/0/passed").asBoolean()).isTrue();
        assertThat(json.at("/specs/0/explanation").asText()).isEmpty();
        assertThat(json.at("/specs/1/failure").asText()).isEqualTo("failed: .21 is not .105");
        assertThat(json.at("/specs/1/explanation").asText()).isEqualTo("by design");
        assertThat(json.at("/ok").asBoolean()).isFalse();
    }

    @Test
    void the_page_has_what_the_json_has(@TempDir Path directory) throws IOException {
        report(List.of(WORKS, FAILS), List.of(PASSED, FAILED), List.of(WHY)).write(directory);

        assertThat(Files.readString(directory.resolve("report.html")))
                .contains("a node is drained", "pod → &lt;LB&gt;", "3/4", "Connect timed out")
                .contains("1 of 2 specs passed", "keeps the source", "by design", "Not everything is as it must be");
        assertThat(directory.resolve("report.json")).isNotEmptyFile();
    }

    private static Report report(List<Flow> flows, List<Spec> specs, List<Explanation> explanations) {
        return new Report(
                List.of(new Section("a node is drained", flows)), specs, explanations, Duration.ofSeconds(100));
    }
}

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
    void has_a_check_for_every_flow_the_answers_source_and_what_is_left() {
        assertThat(GOOD.checks())
                .containsExactly(
                        new Check("client -> LB announced by n1", "0/8", "8/8", true),
                        new Check("client -> pod tcp", "4/4", "4/4", true),
                        new Check(Report.SYN_ACK, Example.POD, Example.BALANCER, true),
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
                .hasSize(4)
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
        Phase fine =
                new Phase(List.of(new Flow("client -> LB announced by n1", 8, 8, "")), Example.BEFORE.handshakes());

        assertThat(Example.report(fine, Example.AFTER, List.of()).ok()).isFalse();
    }

    @Test
    void fails_when_the_answer_comes_from_elsewhere() {
        Phase strange = new Phase(Example.AFTER.flows(), List.of(Example.handshake("after", Example.POD)));

        assertThat(Example.report(Example.BEFORE, strange, List.of()).ok()).isFalse();
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

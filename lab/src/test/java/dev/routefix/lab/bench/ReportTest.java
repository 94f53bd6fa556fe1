package dev.routefix.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.bench.Chart.Curve;
import dev.routefix.lab.bench.Chart.Point;
import dev.routefix.lab.console.Ink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Figure ADD = Figure.of("add_resident", Sample.of(List.of(1.0, 2.0, 3.0)), "ms")
            .beside("tuning", 8)
            .within(new Budget.RatioAtMost(0.5));
    private static final Figure SIZE = Figure.of("relay_size", 4096, "bytes").within(new Budget.AtMost(2048));
    private static final Chart CHART = new Chart(
            "ADD",
            "percent",
            List.of(0.0, 100.0),
            List.of(new Curve("us", List.of(new Point(0, 1), new Point(100, 3)))));
    private static final Report REPORT = new Report("2 cores", List.of(ADD, SIZE), Map.of("add.svg", CHART));

    @Test
    void writes_every_figure_with_its_peer_and_ratio(@TempDir Path directory) throws IOException {
        REPORT.write(directory.resolve("bench"));

        JsonNode figure = new ObjectMapper()
                .readTree(directory.resolve("bench/report.json").toFile())
                .path("figures")
                .path(0);
        assertThat(figure).hasToString("""
                {"name":"add_resident","value":2.0,"unit":"ms","peer":"tuning","peerValue":8.0,"ratio":0.25,\
                "p95":2.9,"runs":3,"budget":"≤ 0.5 ×","ok":true}""");
        assertThat(directory.resolve("bench/add.svg")).hasContent(CHART.svg());
    }

    @Test
    void says_null_where_there_is_no_peer() {
        JsonNode figure = REPORT.json().path("figures").path(1);

        assertThat(figure.path("peer").isNull()).isTrue();
        assertThat(figure.path("peerValue").isNull()).isTrue();
        assertThat(figure.path("ratio").isNull()).isTrue();
        assertThat(figure.path("ok").asBoolean()).isFalse();
    }

    @Test
    void knows_what_was_missed() {
        assertThat(REPORT.missed()).containsExactly(SIZE);
    }

    @Test
    void puts_numbers_under_each_other() {
        assertThat(Table.text(REPORT.figures(), new Ink(false)).lines())
                .containsExactly(
                        "  figure        value  p95  unit   peer    its value  ratio   budget  runs",
                        "  add_resident      2  2.9  ms     tuning          8   0.25  ≤ 0.5 ×     3  ✓",
                        "  relay_size     4096       bytes                             ≤ 2048     1  ✗ missed");
    }

    @Test
    void is_a_table_in_markdown_too() {
        assertThat(Table.markdown(REPORT.figures()).lines())
                .contains(
                        "| `add_resident` | 2 | 2.9 | ms | tuning | 8 | 0.25 | ≤ 0.5 × | 3 | ✓ |",
                        "| `relay_size` | 4096 |  | bytes |  |  |  | ≤ 2048 | 1 | missed |");
    }

    @Test
    void replaces_what_stands_between_the_marks_of_the_page_and_nothing_else() {
        String page = """
                # Performance
                <!-- figures, written by make bench-docs -->
                old
                <!-- end of figures -->
                more
                """;

        String renewed = PerformancePage.with(page, REPORT);

        assertThat(renewed)
                .startsWith("# Performance\n<!-- figures, written by make bench-docs -->\n")
                .contains("| `add_resident` |", "2 cores.")
                .doesNotContain("old")
                .endsWith("<!-- end of figures -->\nmore\n");
        assertThat(PerformancePage.with(renewed, REPORT)).isEqualTo(renewed);
    }

    @Test
    void refuses_a_page_without_its_marks() {
        assertThatThrownBy(() -> PerformancePage.with("# Performance\n", REPORT))
                .hasMessageContaining("marks");
    }
}

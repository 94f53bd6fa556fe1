package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that was found out on the cluster.
 *
 * @param specs of Kubernetes' suite, those that were run
 * @param took from the start to the end
 */
record Report(List<Section> sections, List<Spec> specs, List<Explanation> explanations, Duration took) {
    Report {
        sections = List.copyOf(sections);
        specs = List.copyOf(specs);
    }

    /** Whether every flow is n/n and every spec passed or is explained. */
    boolean ok() {
        return sections.stream().allMatch(Section::works)
                && unexplained().findAny().isEmpty();
    }

    /** Specs that failed for a reason nobody has written down. */
    Stream<Spec> unexplained() {
        return specs.stream()
                .filter(spec ->
                        !spec.passed() && Explanation.of(spec, explanations).isEmpty());
    }

    /** Why it may fail; empty where it passed, or nobody knows. */
    String explanation(Spec spec) {
        return spec.passed()
                ? ""
                : Explanation.of(spec, explanations).map(Explanation::why).orElse("");
    }

    /**
     * {@code {"checks":[{"name","before","after","ok","circumstances","detail"}],"specs":[{"name","passed","seconds","failure","explanation"}],"ok"}}.
     */
    ObjectNode json() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ArrayNode checks = tree.putArray("checks");
        for (Section section : sections) {
            section.rows()
                    .forEach(row -> checks.addObject()
                            .put("name", row.name())
                            .put("before", "")
                            .put("after", row.score())
                            .put("ok", row.works())
                            .put("circumstances", section.title())
                            .put("detail", row.detail()));
        }
        ArrayNode array = tree.putArray("specs");
        specs.forEach(spec -> array.addObject()
                .put("name", spec.name())
                .put("passed", spec.passed())
                .put("seconds", spec.took().toSeconds())
                .put("failure", spec.failure())
                .put("explanation", explanation(spec)));
        return tree.put("ok", ok());
    }

    /** Writes report.json and report.html into a directory, which is made if need be. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("report.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        Files.writeString(directory.resolve("report.html"), ReportPage.of(this));
    }
}

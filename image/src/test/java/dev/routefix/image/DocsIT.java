package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of the docs that can run here, those between fences marked {@code sh run}, one after the other at the top of the repository. */
final class DocsIT {
    private static final DocsPages DOCS = DocsPages.here();

    static Stream<DocsPages.Fence> runnable() throws IOException {
        return DOCS.fences().stream().filter(fence -> fence.kind().equals("sh run"));
    }

    @Test
    void there_are_some() throws IOException {
        List<String> pages =
                runnable().map(fence -> fence.page().toString()).distinct().toList();

        assertThat(pages).contains("docs/image.md", "docs/relay.md", "CONTRIBUTING.md");
    }

    @ParameterizedTest
    @MethodSource("runnable")
    void they_succeed(DocsPages.Fence fence) {
        var outcome = ProgramRun.of("bash", "-euo", "pipefail", "-c", fence.text())
                .in(DOCS.repository())
                .run();

        assertThat(outcome.exitCode())
                .as("%s: %s%n%s", fence.page(), fence.text(), outcome)
                .isZero();
    }
}

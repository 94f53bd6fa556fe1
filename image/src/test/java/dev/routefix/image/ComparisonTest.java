package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonTest {
    private static final String CACHE = "opt/route-fix/lib/plugin.aot";

    @TempDir
    private Path directory;

    @Test
    void the_same_files_are_the_same_release() throws IOException {
        var comparison = compare(Map.of("etc/a", "1"), Map.of("etc/a", "1"));

        assertThat(comparison.same()).isTrue();
        assertThat(comparison.lines()).singleElement().asString().startsWith("amd64 layer 1: same, sha256:");
    }

    @Test
    void a_file_that_differs_is_named() throws IOException {
        var comparison = compare(Map.of("etc/a", "1"), Map.of("etc/a", "2"));

        assertThat(comparison.same()).isFalse();
        assertThat(comparison.lines()).singleElement().asString().startsWith("amd64 layer 1: etc/a differs: ");
    }

    @Test
    void a_file_that_only_one_has_is_named() throws IOException {
        var comparison = compare(Map.of("etc/a", "1"), Map.of("etc/b", "1"));

        assertThat(comparison.same()).isFalse();
        assertThat(comparison.lines()).hasSize(2).anyMatch(line -> line.contains("etc/b differs: missing and "));
    }

    @Test
    void an_aot_cache_may_differ_but_not_be_missing() throws IOException {
        assertThat(compare(Map.of(CACHE, "1"), Map.of(CACHE, "2")).same()).isTrue();
        assertThat(compare(Map.of(CACHE, "1"), Map.of()).same()).isFalse();
    }

    @Test
    void an_architecture_that_only_one_has_is_another_release() throws IOException {
        Path one = SampleArchive.write(directory.resolve("one"), "amd64", Map.of("etc/a", "1"));
        Path other = SampleArchive.write(directory.resolve("other"), "arm64", Map.of("etc/a", "1"));

        assertThat(Comparison.of(one, other)).satisfies(comparison -> {
            assertThat(comparison.same()).isFalse();
            assertThat(comparison.lines()).contains("architectures: [amd64] and [arm64]");
        });
    }

    private Comparison compare(Map<String, String> one, Map<String, String> other) throws IOException {
        return Comparison.of(
                SampleArchive.write(directory.resolve("one"), "amd64", one),
                SampleArchive.write(directory.resolve("other"), "amd64", other));
    }
}

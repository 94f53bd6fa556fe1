package dev.routefix.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchTest {

    @TempDir
    private Path source;

    @Test
    void text_is_replaced_wherever_it_is() throws IOException {
        Files.writeString(source.resolve("a.go"), "is(\"gce\") || is(\"gce\")");

        new Patch("a.go", "\"gce\"", "\"local\"", "no cloud").applyTo(source);

        assertThat(source.resolve("a.go")).hasContent("is(\"local\") || is(\"local\")");
    }

    @Test
    void a_source_that_does_not_have_the_text_is_named() throws IOException {
        Files.writeString(source.resolve("a.go"), "is(cloud)");

        assertThatIllegalStateException()
                .isThrownBy(() -> new Patch("a.go", "\"gce\"", "\"local\"", "no cloud").applyTo(source))
                .withMessageContaining("a.go")
                .withMessageContaining("another version");
    }

    @Test
    void every_patch_of_ours_says_why() {
        assertThat(Patch.all())
                .isNotEmpty()
                .allSatisfy(patch -> assertThat(patch.why()).isNotBlank());
    }
}

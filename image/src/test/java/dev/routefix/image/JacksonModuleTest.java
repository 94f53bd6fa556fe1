package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the published jar, as the build does it. */
final class JacksonModuleTest {
    private static final String DECIMAL = "'java/math/BigDecimal'";

    @TempDir
    private Path directory;

    private Path published;
    private Path lazy;

    @BeforeEach
    void write() throws IOException, URISyntaxException {
        published = jarOf(JsonFactory.class);
        lazy = directory.resolve("jackson.jar");
        JacksonModule.write(published, lazy);
    }

    @Test
    void a_parser_of_the_copy_starts_without_decimals() throws URISyntaxException {
        assertThat(reading(published, "{\"a\":1}").stdout())
                .as("if not even the published one needs them, no copy is needed")
                .contains(DECIMAL);
        assertThat(reading(lazy, "{\"a\":1}").stdout()).contains("JsonParser'").doesNotContain(DECIMAL);
    }

    @Test
    void a_parser_of_the_copy_reads_what_one_of_the_original_does() throws URISyntaxException {
        var text = "{\"a\":[1,-0.10,1e400,123456789012345678901234567890,true,null,\"\\u00e4\"]}";
        assertThat(reading(lazy, text).stderr())
                .isEqualTo(reading(published, text).stderr())
                .contains("-0.10 1e400 123456789012345678901234567890");
    }

    @Test
    void everything_else_is_as_published() throws IOException {
        try (var before = new JarCopy(published, directory.resolve("unused"));
                var after = new JarCopy(lazy, directory.resolve("unused too"))) {
            assertThat(after.names()).isEqualTo(before.names());
            for (var name : before.names()) {
                assertThat(Arrays.equals(after.published(name), before.published(name)))
                        .as(name)
                        .isEqualTo(!name.equals(JacksonModule.PARSER));
            }
        }
    }

    @Test
    void a_Jackson_that_makes_no_such_constants_ends_the_build() {
        assertThatThrownBy(() -> JacksonModule.write(lazy, directory.resolve("again")))
                .hasMessageContaining("make 0 constants of BigDecimal, not 4");
    }

    private static ProgramRun.Outcome reading(Path jackson, String text) throws URISyntaxException {
        var outcome = ProgramRun.of(
                        Path.of(System.getProperty("java.home"), "bin/java"),
                        "-Xlog:class+init",
                        "-cp",
                        jackson + File.pathSeparator + jarOf(Reading.class),
                        Reading.class.getName(),
                        text)
                .run();
        assertThat(outcome.exitCode()).as(outcome.stderr()).isZero();
        return outcome;
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** A program that says on stderr what a parser found, as the plugin asks it: the text of every value. */
    static final class Reading {

        private Reading() {}

        public static void main(String[] args) throws IOException {
            try (var parser = new JsonFactory().createParser(args[0])) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    System.err.print(parser.getText() + " ");
                }
            }
        }
    }
}

package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/relay.md shows the relay as it is. */
final class RelayDocsTest {

    /** Maven runs tests in the module's folder. */
    private static final Path PAGE = Path.of("..", "docs", "relay.md");

    @ParameterizedTest
    @EnumSource(Machine.class)
    void the_listing_in_the_docs_is_that_of_the_code(Machine machine) throws IOException {
        var listing = Relay.of(Sample.SETTINGS, machine).listing();

        assertThat(Files.readString(PAGE))
                .contains("<!-- listing of " + machine.name() + " -->\n\n```text\n" + listing + "```\n");
    }

    @Test
    void the_docs_name_the_sizes_of_the_files() throws IOException {
        for (var machine : Machine.values()) {
            int size = Relay.of(Sample.SETTINGS, machine).executable().length;
            assertThat(Files.readString(PAGE)).contains(String.format(Locale.ROOT, "%,d bytes", size));
        }
    }
}

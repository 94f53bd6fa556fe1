package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/relay.md shows the relay as it is. To write it anew: {@code mvn -pl installer -am test -Dtest=RelayDocsTest -Droute-fix.write-docs=true}. */
final class RelayDocsTest {

    /** Maven runs tests in the module's folder. */
    private static final Path DOCS = Path.of("..", "docs", "relay.md");

    private static final Pattern LISTING =
            Pattern.compile("(<!-- listing of (\\w+) -->\n\n```text\n).*?(```\n)", Pattern.DOTALL);

    @Test
    void the_listings_in_the_docs_are_those_of_the_code() throws IOException {
        var written = Files.readString(DOCS);
        var fresh = LISTING.matcher(written).replaceAll(RelayDocsTest::listing);
        if (Boolean.getBoolean("route-fix.write-docs")) {
            Files.writeString(DOCS, fresh);
        }

        assertThat(LISTING.matcher(written).results().map(it -> it.group(2))).containsExactly("X86_64", "AARCH64");
        assertThat(Files.readString(DOCS))
                .describedAs("docs/relay.md is stale; run this test with -Droute-fix.write-docs=true")
                .isEqualTo(fresh);
    }

    @Test
    void the_docs_name_the_sizes_of_the_files() throws IOException {
        for (var machine : Machine.values()) {
            int size = Relay.of(Sample.SETTINGS, machine).executable().length;
            assertThat(Files.readString(DOCS)).contains(String.format(Locale.ROOT, "%,d bytes", size));
        }
    }

    private static String listing(MatchResult place) {
        var listing = Relay.of(Sample.SETTINGS, Machine.valueOf(place.group(2))).listing();
        return Matcher.quoteReplacement(place.group(1) + listing + place.group(3));
    }
}

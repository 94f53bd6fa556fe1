package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.docs.DocsPage;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/relay.md shows the relay as it is. To write it anew: {@code mvn -pl installer -am test -Dtest=RelayDocsTest -Droute-fix.write-docs=true}. */
final class RelayDocsTest {

    private static final DocsPage DOCS = new DocsPage("relay.md");

    private static final Pattern LISTING =
            Pattern.compile("(<!-- listing of (\\w+) -->\n\n```text\n).*?(```\n)", Pattern.DOTALL);

    @Test
    void the_listings_in_the_docs_are_those_of_the_code() {
        assertThat(LISTING.matcher(DOCS.text()).results().map(it -> it.group(2)))
                .containsExactly("X86_64", "AARCH64");
        DOCS.isAsRenewedBy(page -> LISTING.matcher(page).replaceAll(RelayDocsTest::listing));
    }

    @Test
    void the_docs_name_the_sizes_of_the_files() {
        for (var machine : Machine.values()) {
            int size = Relay.of(Sample.SETTINGS, machine).executable().length;
            assertThat(DOCS.text()).contains(String.format(Locale.ROOT, "%,d bytes", size));
        }
    }

    private static String listing(MatchResult place) {
        var listing = Relay.of(Sample.SETTINGS, Machine.valueOf(place.group(2))).listing();
        return Matcher.quoteReplacement(place.group(1) + listing + place.group(3));
    }
}

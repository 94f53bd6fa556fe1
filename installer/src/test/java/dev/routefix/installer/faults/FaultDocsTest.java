package dev.routefix.installer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/operations.md says what {@link Fault} says. To write the table anew: {@code mvn -pl installer -am test -Dtest=FaultDocsTest -Droute-fix.write-docs=true}.
 */
class FaultDocsTest {

    static final Path DOCS = Path.of("..", "docs", "operations.md");

    private static final Pattern TABLE =
            Pattern.compile("(<!-- faults -->\n).*(<!-- end of faults -->\n)", Pattern.DOTALL);

    @Test
    void the_table_in_the_docs_is_that_of_the_suite() throws IOException {
        var written = Files.readString(DOCS);
        var table = new StringBuilder("\n| fault | noticed | lost | the log has |\n|---|---|---|---|\n");
        for (var fault : Fault.values()) {
            table.append("| ").append(fault.what).append(" | ");
            table.append(fault.noticed.text).append(" | ");
            table.append(fault.lost == null ? "nothing" : fault.lost).append(" | ");
            table.append('`').append(fault.log).append("` |\n");
        }
        var fresh = TABLE.matcher(written).replaceFirst("$1" + Matcher.quoteReplacement(table + "\n") + "$2");
        if (Boolean.getBoolean("route-fix.write-docs")) {
            Files.writeString(DOCS, fresh);
        }
        assertThat(Files.readString(DOCS))
                .describedAs("docs/operations.md is stale; run this test with -Droute-fix.write-docs=true")
                .contains(table)
                .isEqualTo(fresh);
    }
}

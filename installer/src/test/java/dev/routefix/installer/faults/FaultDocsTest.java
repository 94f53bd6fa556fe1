package dev.routefix.installer.faults;

import dev.routefix.installer.docs.DocsPage;
import org.junit.jupiter.api.Test;

/**
 * docs/operations.md says what {@link Fault} says. To write the table anew: {@code mvn -pl installer -am test -Dtest=FaultDocsTest -Droute-fix.write-docs=true}.
 */
class FaultDocsTest {

    static final DocsPage DOCS = new DocsPage("operations.md");

    @Test
    void the_table_in_the_docs_is_that_of_the_suite() {
        var table = new StringBuilder("\n| fault | noticed | lost | the log has |\n|---|---|---|---|\n");
        for (var fault : Fault.values()) {
            table.append("| ").append(fault.what).append(" | ");
            table.append(fault.noticed.text).append(" | ");
            table.append(fault.lost == null ? "nothing" : fault.lost).append(" | ");
            table.append('`').append(fault.log).append("` |\n");
        }
        DOCS.hasTable("faults", table.toString());
    }
}

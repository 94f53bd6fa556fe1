package dev.routefix.installer.layout;

import dev.routefix.installer.docs.DocsPage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md says what {@link Distribution} says. To write the table anew:
 * {@code mvn -pl installer -am test -Dtest=DistributionDocsTest -Droute-fix.write-docs=true}.
 */
class DistributionDocsTest {

    @Test
    void the_table_in_the_docs_is_that_of_the_code() {
        var table = new StringBuilder(
                "\n| distribution | known by | configuration of the runtime | `CNI_CONF_DIR` | `CNI_BIN_DIR` |\n|---|---|---|---|---|\n");
        for (var each : Distribution.values()) {
            table.append("| ")
                    .append(each.called)
                    .append(" | `")
                    .append(each.sign)
                    .append("` | ");
            table.append(
                    each.configuration.stream().map(place -> "`" + place + "`").collect(Collectors.joining(", ")));
            table.append(" | `")
                    .append(each.confDir)
                    .append("` | `")
                    .append(each.binDir)
                    .append("` |\n");
        }
        new DocsPage("configuration.md").hasTable("distributions", table.toString());
    }
}

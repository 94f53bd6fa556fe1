package dev.routefix.installer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.docs.DocsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * docs/configuration.md and the manifest say what {@link Option} says. To write the table anew:
 * {@code mvn -pl installer -am test -Dtest=OptionDocsTest -Droute-fix.write-docs=true}.
 */
class OptionDocsTest {

    /** Maven runs tests in the module's folder. */
    private static final Path MANIFEST = Path.of("..", "manifests", "route-fix.yaml");

    @Test
    void the_table_in_the_docs_is_that_of_the_code() {
        var table = new StringBuilder("\n| variable | default | meaning |\n|---|---|---|\n");
        for (var option : Option.values()) {
            table.append("| `").append(option).append("` | ");
            table.append(option.byDefault.isEmpty() ? "" : "`" + option.byDefault + "`");
            table.append(" | ").append(option.meaning).append(" |\n");
        }
        new DocsPage("configuration.md").hasTable("options", table.toString());
    }

    @ParameterizedTest
    @EnumSource(
            value = Option.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NODE_NAME", "POD_UID"})
    void the_manifest_names_every_variable_with_its_default(Option option) throws IOException {
        assertThat(Files.readString(MANIFEST))
                .containsPattern(
                        "- name: " + option + "\\b[^\n]*\n +value: \"?" + Pattern.quote(option.byDefault) + "\"?\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = Option.class,
            names = {"NODE_NAME", "POD_UID"})
    void the_kubelet_fills_in_what_only_it_knows(Option option) throws IOException {
        assertThat(Files.readString(MANIFEST))
                .containsPattern("- name: " + option + "\\b[^\n]*\n +valueFrom:\n +fieldRef:\n");
    }
}

package dev.routefix.installer.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of docs/ that says in part what the code says. Tests write that part anew where {@code -Droute-fix.write-docs=true} is given. */
public final class DocsPage {

    private final String name;
    private final Path file;

    /** @param name such as {@code operations.md} */
    public DocsPage(String name) {
        this.name = name;
        // Maven runs tests in the module's folder.
        file = Path.of("..", "docs", name);
    }

    public String text() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Between {@code <!-- NAME -->} and {@code <!-- end of NAME -->} it has this table, and nothing else. */
    public void hasTable(String marks, String table) {
        var place = Pattern.compile("(<!-- " + marks + " -->\n).*(<!-- end of " + marks + " -->\n)", Pattern.DOTALL);
        isAsRenewedBy(page -> place.matcher(page).replaceFirst("$1" + Matcher.quoteReplacement(table + "\n") + "$2"));
        assertThat(text()).contains(table);
    }

    /** Writing the code's part of it anew changes nothing. */
    public void isAsRenewedBy(UnaryOperator<String> renewal) {
        var fresh = renewal.apply(text());
        if (Boolean.getBoolean("route-fix.write-docs")) {
            write(fresh);
        }
        assertThat(text())
                .describedAs("docs/" + name + " is stale; run this test with -Droute-fix.write-docs=true")
                .isEqualTo(fresh);
    }

    private void write(String fresh) {
        try {
            Files.writeString(file, fresh);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The docs as text: what they lead to is there, and what they quote is said. */
final class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern DOCTOR = Pattern.compile("(?ms)^\\| doctor says \\|.*?(?=^[^|]|\\z)");
    private static final Pattern QUOTE = Pattern.compile("(?m)^\\| `([^`]+)`");

    private final DocsPages docs = DocsPages.here();

    @Test
    void every_link_leads_to_a_page_and_a_heading_that_are_there() throws IOException {
        var dead = new ArrayList<String>();
        for (Path page : docs.all()) {
            for (String link :
                    DocsPages.find(LINK, page).map(found -> found.group(1)).toList()) {
                if (!link.matches("[a-z]+:.*") && !leads(page, link)) {
                    dead.add(docs.repository().relativize(page) + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    private static boolean leads(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1 || DocsPages.anchors(target).contains(parts[1]));
    }

    @Test
    void every_page_of_a_decision_is_in_their_list() throws IOException {
        String list = Files.readString(docs.repository().resolve("docs/decisions.md"));
        try (Stream<Path> pages = Files.list(docs.repository().resolve("docs/decisions"))) {
            assertThat(pages).allSatisfy(page -> assertThat(list).contains("(decisions/" + page.getFileName() + ")"));
        }
    }

    @Test
    void troubleshooting_quotes_what_doctor_says() throws IOException {
        Path page = docs.repository().resolve("docs/troubleshooting.md");
        List<String> quotes = DocsPages.find(DOCTOR, page)
                .flatMap(table -> QUOTE.matcher(table.group()).results())
                .map(quote -> quote.group(1))
                .toList();
        assertThat(quotes).hasSizeGreaterThan(10);
        String source = source();
        assertThat(quotes)
                .allSatisfy(
                        quote -> assertThat(source.contains(quote)).as(quote).isTrue());
    }

    /** The installer's, with texts that are broken over two lines as one. */
    private String source() throws IOException {
        var source = new StringBuilder();
        try (Stream<Path> files = Files.walk(docs.repository().resolve("installer/src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                source.append(Files.readString(file));
            }
        }
        return source.toString().replaceAll("\"\\s*\\+ \"", "");
    }

    /** A shell's own check; what runs is {@link DocsIT}'s. */
    @Test
    void every_script_in_the_docs_can_be_read_by_a_shell() throws IOException {
        for (DocsPages.Fence fence : docs.fences()) {
            if (fence.kind().equals("sh") || fence.kind().startsWith("sh ")) {
                var outcome = ProgramRun.of("bash", "-n").given(fence.text()).run();
                assertThat(outcome.stderr())
                        .as("%s: %s", fence.page(), fence.text())
                        .isEmpty();
            }
        }
    }
}

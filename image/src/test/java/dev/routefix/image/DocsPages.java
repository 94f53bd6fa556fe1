package dev.routefix.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The repository's Markdown. */
record DocsPages(Path repository) {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");

    /** Something between fences. */
    record Fence(Path page, String kind, String text) {}

    static DocsPages here() {
        return new DocsPages(Path.of("..").toAbsolutePath().normalize());
    }

    /** Of docs/, and those that lie at the top. */
    List<Path> all() throws IOException {
        var pages = new ArrayList<Path>();
        try (Stream<Path> top = Files.list(repository);
                Stream<Path> docs = Files.walk(repository.resolve("docs"))) {
            Stream.concat(top, docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    List<Fence> fences() throws IOException {
        return all().stream()
                .flatMap(page -> FENCE.matcher(text(page))
                        .results()
                        .map(found -> new Fence(
                                repository.relativize(page), found.group(1).strip(), found.group(2))))
                .toList();
    }

    /** The names by which a page's headings are linked to, as GitHub makes them. */
    static List<String> anchors(Path page) {
        return HEADING.matcher(prose(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    static Stream<MatchResult> find(Pattern pattern, Path page) {
        return pattern.matcher(prose(page)).results();
    }

    /** A page without what stands between fences. */
    static String prose(Path page) {
        return FENCE.matcher(text(page)).replaceAll("");
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

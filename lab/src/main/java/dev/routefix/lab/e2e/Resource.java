package dev.routefix.lab.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;

/** Files that stand beside these classes: what is applied, and what specs are run and explained. */
final class Resource {
    private Resource() {}

    static String text(String name) {
        try (InputStream file = Resource.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a file that are neither comments nor empty, as one regular expression of alternatives. */
    static String alternatives(String name) {
        return text(name)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.joining("|"));
    }
}

package dev.routefix.installer.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The file that {@code NETWORKS} names, as it was when this process began. The kubelet puts another one in its place when its ConfigMap changes. */
public final class ListedNetworks {

    private final Map<String, String> environment;
    private final Path file;
    private final Consumer<String> warning;
    private String text;

    private ListedNetworks(Map<String, String> environment, Path file, Consumer<String> warning) {
        this.environment = environment;
        this.file = file;
        this.warning = warning;
        text = read();
    }

    /**
     * Remembers it.
     *
     * @param warning takes what is wrong with a later list, which is not followed
     * @return null if there is no such file
     */
    public static @Nullable ListedNetworks remember(Map<String, String> environment, Consumer<String> warning) {
        var value = environment.getOrDefault(Option.NETWORKS.name(), "");
        return value.isEmpty() || value.strip().startsWith("[")
                ? null
                : new ListedNetworks(environment, Path.of(value), warning);
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }

    /** What has become of it, in a sentence; null if it says the same, or nothing that can be followed. */
    public @Nullable String change() {
        var now = read();
        if (now.equals(text)) {
            return null;
        }
        text = now;
        try {
            var _ = Configuration.parse(environment, "");
            return "the networks of " + file + " are others now";
        } catch (InvalidConfiguration e) {
            String.valueOf(e.getMessage())
                    .lines()
                    .forEach(line -> warning.accept(line + "; the list that was there before holds"));
            return null;
        }
    }
}

package dev.routefix.delegate;

import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host's own programs, for a process that may be in a container. A plugin keeps files on the host, and may need the host's C library: it has to see
 * the host's root. The container has neither that root nor, in its image, a program that could change to it, so one of ours goes there first.
 */
public final class HostPrograms {

    private final @Nullable Path root;
    private final List<String> enter;

    private HostPrograms(@Nullable Path root, List<String> enter) {
        this.root = root;
        this.enter = enter;
    }

    /** For a process on the host itself. */
    public static HostPrograms asGiven() {
        return new HostPrograms(null, List.of());
    }

    /**
     * For a process in a container; one whose root is the host's, or that may not see the host's, executes programs as they are given.
     *
     * @param root the host's, such as {@code /proc/1/root}
     * @param enter the program that makes a directory its root and then becomes another program: see {@code dev.routefix.relay.RootEntry}
     */
    public static HostPrograms below(Path root, Path enter) {
        return isOurs(root) ? asGiven() : new HostPrograms(root, List.of(enter.toString(), root.toString()));
    }

    private static boolean isOurs(Path root) {
        try {
            return Files.isSameFile(root, Path.of("/"));
        } catch (IOException unreadable) {
            // one that may not even be looked at cannot be entered either; what the plugin lacks here it will say
            return true;
        }
    }

    /**
     * Looks for a program as the host would.
     *
     * @param directories in their order, separated by colons
     * @return its path on the host; null if none of them has it
     */
    public @Nullable String find(String directories, String name) {
        for (var directory : directories.split(":", -1)) {
            if (directory.startsWith("/")) {
                var path = Path.of(directory, name);
                var here = root == null ? path : Sandboxes.below(root, path);
                if (here != null && Files.isRegularFile(here) && Files.isExecutable(here)) {
                    return path.toString();
                }
            }
        }
        return null;
    }

    /** The words that start a program of the host. */
    public List<String> command(String program) {
        var words = new ArrayList<>(enter);
        words.add(program);
        return words;
    }
}

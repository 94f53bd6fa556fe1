package dev.routefix.installer.layout;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The container runtime's directories as they were when this process began to look after them. A mount keeps to the directory that it was made with, and so
 * does whoever has followed a link: where the path leads to another directory by now, only a new process gets there.
 */
public final class Directories {

    /** What tells a file from another one, and a changed one from what it was. */
    private static final String STAMP = "unix:dev,ino,size,ctime";

    private static final String IDENTITY = "unix:dev,ino";

    /** @param was what the path led to; null if it led nowhere, as where the host's root is not to be seen */
    private record Known(
            Option option, Path onHost, @Nullable Object was, boolean mounted) {}

    private final Path root;
    private final List<Known> known = new ArrayList<>();
    private final @Nullable Layout layout;
    private final Supplier<Layout> search;
    private Map<String, Object> stamps = Map.of();

    private Directories(Path root, @Nullable Layout layout, Supplier<Layout> search) {
        this.root = root;
        this.layout = layout;
        this.search = search;
    }

    /**
     * Remembers them.
     *
     * @param layout by which they were found out; null if they were given, and are mounts
     */
    public static Directories remember(Paths paths, Configuration configuration, @Nullable Layout layout) {
        var directories = new Directories(paths.runtimeRoot(), layout, () -> new LayoutSearch(paths).find());
        directories.add(Option.CNI_BIN_DIR, configuration.binDir());
        for (var network : configuration.networks()) {
            if (network.conflist()) {
                directories.add(network.networkDirOption(), network.networkDir());
            }
        }
        directories.stamps = directories.stamps();
        return directories;
    }

    private void add(Option option, Path onHost) {
        boolean mounted = layout == null || !layout.root().equals(root) || option == Option.LAN_CONF_DIR;
        known.add(new Known(option, onHost, look(root, onHost, IDENTITY), mounted));
    }

    /**
     * What has become of them, in a sentence; null if they are what they were. One that is gone and was found out is made again by who writes into it; a mount
     * that is gone is made again when the container is.
     */
    public @Nullable String change() {
        for (int i = 0; i < known.size(); i++) {
            var each = known.get(i);
            var is = look(root, each.onHost(), IDENTITY);
            if (each.was() == null) {
                // one that we have made ourselves meanwhile
                known.set(i, new Known(each.option(), each.onHost(), is, each.mounted()));
            } else if (!each.was().equals(is)) {
                if (is != null) {
                    return each.option() + " " + each.onHost() + " is another directory now than the one it was";
                }
                if (each.mounted()) {
                    return each.option() + " " + each.onHost() + " is gone from the host";
                }
            }
        }
        return layout == null ? null : change(layout);
    }

    /** The runtime's files are read again only where one has changed. */
    private @Nullable String change(Layout was) {
        var now = stamps();
        if (now.equals(stamps)) {
            return null;
        }
        stamps = now;
        try {
            var is = search.get();
            return is.leadsWhere(was)
                    ? null
                    : "the container runtime's directories are " + is.binDir() + " and " + is.confDir() + " now, by "
                            + is.because();
        } catch (HostProblem unfinished) {
            // somebody is at it; what we know holds until they are done
            return null;
        }
    }

    private Map<String, Object> stamps() {
        var all = new HashMap<String, Object>();
        if (layout != null) {
            for (var file : layout.files()) {
                var stamp = look(layout.root(), Path.of(file), STAMP);
                if (stamp != null) {
                    all.put(file, stamp);
                }
            }
        }
        return all;
    }

    private static @Nullable Object look(Path root, Path onHost, String attributes) {
        var here = Sandboxes.below(root, onHost);
        try {
            return here == null ? null : Files.readAttributes(here, attributes);
        } catch (IOException missing) {
            return null;
        }
    }
}

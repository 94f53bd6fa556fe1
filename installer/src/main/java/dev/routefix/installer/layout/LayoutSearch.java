package dev.routefix.installer.layout;

import dev.routefix.installer.config.Paths;
import dev.routefix.installer.layout.RuntimeFiles.Settings;
import dev.routefix.installer.log.HostProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what {@code CNI_BIN_DIR} and {@code CNI_CONF_DIR} are on a node. Certain is the runtime that has started this very container: its process is our
 * parent's, and its command line says which configuration it reads. Where none is seen, the first of {@link Distribution} is taken whose sign is there: among
 * what is mounted in here, or else at our parent.
 */
public final class LayoutSearch {

    private static final String CURE =
            ": set CNI_BIN_DIR and CNI_CONF_DIR to the container runtime's directories, and mount both at the same paths";

    private final Paths paths;
    private final RuntimeFiles files;

    /** On the node that the paths are of. */
    public LayoutSearch(Paths paths) {
        this.paths = paths;
        files = new RuntimeFiles(paths.runtimeRoot());
    }

    /**
     * Looks for them, which changes nothing.
     *
     * @throws HostProblem if nothing is found, or a runtime's configuration cannot be read
     */
    public Layout find() {
        boolean seen = Files.isReadable(paths.runtimeRoot());
        var process = seen ? process() : null;
        if (process != null) {
            return by(process);
        }
        var mounted = bySigns(new RuntimeFiles(paths.root()));
        var found = mounted == null && seen ? bySigns(files) : mounted;
        if (found == null) {
            throw new HostProblem("no container runtime's directories are found: there is none of " + everyPlace()
                    + (seen
                            ? ""
                            : "; the host's own are not to be seen at " + paths.runtimeRoot()
                                    + ", for which the container needs hostPID and the capability SYS_PTRACE")
                    + CURE);
        }
        return found;
    }

    /** The runtime that has started this container; null if none is seen. */
    private @Nullable RuntimeProcess process() {
        var started = RuntimeProcess.parent(paths.parent());
        if (started == null) {
            return null;
        }
        var running = RuntimeProcess.beside(paths.proc(), paths.parent(), started.kind());
        if (running.size() > 1 && !started.address().isEmpty()) {
            running.removeIf(each -> !address(each).equals(started.address()));
        }
        return running.isEmpty() ? null : running.getFirst();
    }

    private String address(RuntimeProcess containerd) {
        var given = containerd.option("a", "address", "");
        if (given.isEmpty()) {
            given = files.containerd(configuration(containerd)).address();
        }
        return given.isEmpty() ? RuntimeFiles.CONTAINERD_SOCKET : given;
    }

    private static String configuration(RuntimeProcess process) {
        return switch (process.kind()) {
            case CONTAINERD -> process.option("c", "config", Distribution.CONTAINERD.configuration.getFirst());
            case CRIO -> process.option("c", "config", Distribution.CRI_O.configuration.getFirst());
        };
    }

    private Layout by(RuntimeProcess process) {
        var file = configuration(process);
        var settings = switch (process.kind()) {
            case CONTAINERD -> files.containerd(file);
            case CRIO -> crio(process, file);
        };
        var because = process.kind().called + " (process " + process.pid() + "), which runs this container, "
                + (settings.files().isEmpty()
                        ? "and has no configuration at " + file
                        : "by " + String.join(", ", settings.files()));
        return layout(files, settings, because);
    }

    private Settings crio(RuntimeProcess process, String file) {
        var read = files.crio(
                List.of(file, process.option("d", "config-dir", Distribution.CRI_O.configuration.getLast())));
        var binDir = process.option("cni-plugin-dir", "cni-plugin-dir", "");
        return new Settings(
                binDir.isEmpty() ? read.binDirs() : List.of(binDir.split(",")),
                process.option("cni-config-dir", "cni-config-dir", read.confDir()),
                read.address(),
                read.files());
    }

    private static @Nullable Layout bySigns(RuntimeFiles files) {
        Layout found = null;
        var others = new LinkedHashSet<String>();
        for (var distribution : Distribution.values()) {
            if (files.exists(distribution.sign)) {
                var layout = of(distribution, files);
                if (found == null) {
                    found = layout;
                } else if (!found.leadsWhere(layout)) {
                    others.add(layout.binDir() + " and " + layout.confDir() + " (" + distribution.called + ", by "
                            + distribution.sign + ")");
                }
            }
        }
        return found == null ? null : found.besides(List.copyOf(others));
    }

    private static Layout of(Distribution distribution, RuntimeFiles files) {
        var settings = new Settings(List.of(distribution.binDir), distribution.confDir, "", List.of());
        var crio = new ArrayList<String>();
        for (var place : distribution.configuration) {
            if (files.exists(place)) {
                if (!Distribution.isOfCrio(place)) {
                    return layout(files, files.containerd(place), distribution);
                }
                crio.add(place);
            }
        }
        return layout(files, crio.isEmpty() ? settings : files.crio(crio), distribution);
    }

    private static Layout layout(RuntimeFiles files, Settings settings, Distribution distribution) {
        var by = new LinkedHashSet<>(List.of(distribution.sign));
        by.addAll(settings.files());
        return layout(files, settings, distribution.called + ", by " + String.join(" and ", by));
    }

    private static Layout layout(RuntimeFiles files, Settings settings, String because) {
        return new Layout(
                files.root(),
                lasting(files, best(files, settings.binDirs()), true),
                lasting(files, clean(settings.confDir()), false),
                because,
                List.of(),
                settings.files());
    }

    /** The first that can be written; the runtime looks into all of them. */
    private static String best(RuntimeFiles files, List<String> binDirs) {
        for (var each : binDirs) {
            var here = files.at(clean(each));
            if (here != null && Files.isDirectory(here) && Files.isWritable(here)) {
                return clean(each);
            }
        }
        return clean(binDirs.getFirst());
    }

    private static String clean(String directory) {
        var path = Path.of(directory).normalize();
        if (!path.isAbsolute()) {
            throw new HostProblem("the container runtime's configuration has the directory \"" + directory
                    + "\", which is no absolute path" + CURE);
        }
        return path.toString();
    }

    /** The name by which a distribution always has this directory, where the configuration names it by its version. */
    private static String lasting(RuntimeFiles files, String directory, boolean ofPlugins) {
        for (var distribution : Distribution.values()) {
            var name = ofPlugins ? distribution.binDir : distribution.confDir;
            if (name.contains("/current/") && isSame(files.at(name), files.at(directory))) {
                return name;
            }
        }
        return directory;
    }

    private static boolean isSame(@Nullable Path one, @Nullable Path other) {
        try {
            return one != null && other != null && Files.exists(one) && Files.isSameFile(one, other);
        } catch (IOException missing) {
            return false;
        }
    }

    private static String everyPlace() {
        var places = new LinkedHashSet<String>();
        for (var distribution : Distribution.values()) {
            places.add(distribution.sign);
            places.addAll(distribution.configuration);
        }
        return String.join(", ", places);
    }
}

package dev.routefix.installer.layout;

import dev.routefix.installer.log.HostProblem;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the files by which containerd and CRI-O are configured, below the root of a node. */
final class RuntimeFiles {

    /** containerd's own (containerd-config.toml(5)), and those of CRI-O where its configuration says nothing (crio.conf(5)). */
    static final Settings DEFAULTS = new Settings(List.of("/opt/cni/bin"), "/etc/cni/net.d", "", List.of());

    /** Where containerd listens if nothing else is said. */
    static final String CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

    /** Under which name containerd's configuration has the part for the CRI: from version 2.0 on, before that, and in files of version 1. */
    private static final List<String> CRI = List.of("io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "cri");

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_FILES = 100;

    /**
     * What a runtime's configuration says.
     *
     * @param binDirs where it looks for plugins, in its order
     * @param confDir where it looks for networks
     * @param address of its socket; empty if it says none
     * @param files that were read
     */
    record Settings(List<String> binDirs, String confDir, String address, List<String> files) {
        Settings {
            binDirs = List.copyOf(binDirs);
            files = List.copyOf(files);
        }
    }

    private final Path root;

    /** @param root of the node's files, as this process reaches it */
    RuntimeFiles(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /**
     * containerd's configuration with what it imports. A later file goes before an earlier one; a list gets longer by it.
     *
     * @throws HostProblem if a file cannot be read or understood
     */
    Settings containerd(String file) {
        var binDirs = new LinkedHashSet<String>();
        String confDir = "";
        String address = "";
        var files = new LinkedHashSet<String>();
        var pending = new ArrayDeque<>(List.of(file));
        while (!pending.isEmpty() && files.size() < MOST_FILES) {
            var each = pending.removeFirst();
            var toml = files.contains(each) ? null : read(each);
            if (toml != null) {
                files.add(each);
                for (var cri : CRI) {
                    var lists = toml.strings("plugins", cri, "cni", "bin_dirs");
                    var one = toml.strings("plugins", cri, "cni", "bin_dir");
                    if (!first(one).isEmpty()) {
                        binDirs.clear();
                    }
                    binDirs.addAll(one);
                    binDirs.addAll(lists);
                    confDir = last(toml.strings("plugins", cri, "cni", "conf_dir"), confDir);
                }
                address = last(toml.strings("grpc", "address"), address);
                address = last(toml.strings("plugins", "io.containerd.server.v1.grpc", "address"), address);
                pending.addAll(imports(each, toml.strings("imports")));
            }
        }
        return settings(binDirs, confDir, address, files);
    }

    /**
     * CRI-O's configuration; a later file goes before an earlier one.
     *
     * @param places files, or directories of files in the order of their names
     * @throws HostProblem if a file cannot be read or understood
     */
    Settings crio(List<String> places) {
        var binDirs = new LinkedHashSet<String>();
        String confDir = "";
        var files = new LinkedHashSet<String>();
        for (var place : places) {
            for (var file : isDirectory(place) ? matches(place, "*") : List.of(place)) {
                var toml = read(file);
                if (toml != null) {
                    files.add(file);
                    var given = new ArrayList<>(toml.strings("crio", "network", "plugin_dirs"));
                    // the name it had before
                    given.addAll(toml.strings("crio", "network", "plugin_dir"));
                    if (!first(given).isEmpty()) {
                        binDirs.clear();
                        binDirs.addAll(given);
                    }
                    confDir = last(toml.strings("crio", "network", "network_dir"), confDir);
                }
            }
        }
        return settings(binDirs, confDir, "", files);
    }

    private static Settings settings(Set<String> binDirs, String confDir, String address, Set<String> files) {
        binDirs.remove("");
        return new Settings(
                binDirs.isEmpty() ? DEFAULTS.binDirs() : List.copyOf(binDirs),
                confDir.isEmpty() ? DEFAULTS.confDir() : confDir,
                address,
                List.copyOf(files));
    }

    private static String first(List<String> strings) {
        return strings.isEmpty() ? "" : strings.getFirst();
    }

    private static String last(List<String> strings, String otherwise) {
        return first(strings).isEmpty() ? otherwise : first(strings);
    }

    private List<String> imports(String file, List<String> patterns) {
        var imports = new ArrayList<String>();
        for (var pattern : patterns) {
            // resolve() leaves an absolute path as it is
            var path = Path.of(file).resolveSibling(pattern).normalize();
            var directory = path.getParent();
            if (pattern.contains("*")
                    && directory != null
                    && !directory.toString().contains("*")) {
                imports.addAll(matches(directory.toString(), String.valueOf(path.getFileName())));
            } else {
                imports.add(path.toString());
            }
        }
        return imports;
    }

    /** The files of a directory, in the order of their names. */
    private List<String> matches(String directory, String pattern) {
        var files = new ArrayList<String>();
        var here = at(directory);
        if (here != null && Files.isDirectory(here)) {
            try (var entries = Files.newDirectoryStream(here, pattern)) {
                for (var entry : entries) {
                    files.add(directory + "/" + entry.getFileName());
                }
            } catch (IOException | DirectoryIteratorException e) {
                throw new HostProblem("cannot look into " + directory + ": " + e.getMessage(), e);
            }
        }
        files.sort(null);
        return files;
    }

    private @Nullable Toml read(String file) {
        var here = at(file);
        if (here == null || !Files.isRegularFile(here)) {
            return null;
        }
        try (var in = Files.newInputStream(here)) {
            return Toml.parse(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (Toml.Malformed e) {
            throw new HostProblem(file + " cannot be understood, " + e.getMessage()
                    + ": correct it, or set CNI_BIN_DIR and CNI_CONF_DIR");
        } catch (IOException | UncheckedIOException e) {
            throw new HostProblem("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private boolean isDirectory(String place) {
        var here = at(place);
        return here != null && Files.isDirectory(here);
    }

    /** Whether there is anything of that name. */
    boolean exists(String path) {
        var here = at(path);
        return here != null && Files.exists(here);
    }

    /** Where a path of the node is from here, through all its links; null if they lead nowhere. */
    @Nullable
    Path at(String path) {
        return Sandboxes.below(root, Path.of(path));
    }
}

package dev.routefix.installer.host;

import dev.routefix.lifecycle.ContainerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the container runtime looks for networks in a directory, whatever its configuration is called and wherever that stands: containerd watches each directory
 * that a runtime handler has as {@code cni_conf_dir}, from its start on (inotify(7); which, {@code /proc/PID/fdinfo} says).
 */
final class WatchedNetworks {

    private static final String WATCHES = "anon_inode:inotify";

    private final ContainerRuntime runtime;
    private final Path self;

    /** Where the runtime's watch was found, and what it was known by. */
    private @Nullable Found last;

    private record Found(Path directory, Object file, Path watches, String mark) {}

    /** @param proc {@code /proc}, which shows the host's processes */
    WatchedNetworks(ContainerRuntime runtime, Path proc) {
        this.runtime = runtime;
        self = proc.resolve("self");
    }

    /** Whether containerd runs on this node and looks elsewhere; false as well where that cannot be known. */
    boolean isOverlooked(Path directory) {
        try {
            var file = Files.getAttribute(directory, "unix:fileKey");
            var known = last;
            if (known != null
                    && known.directory.equals(directory)
                    && known.file.equals(file)
                    && marks(known.watches).contains(known.mark)) {
                return false;
            }
            var processes = runtime.processes();
            last = processes.isEmpty() ? null : search(processes, directory, file);
            return last == null && !processes.isEmpty();
        } catch (IOException unknown) {
            return false;
        }
    }

    private @Nullable Found search(List<Path> processes, Path directory, Object file) throws IOException {
        var mark = mark(directory);
        for (var process : processes) {
            for (var watches : watches(process)) {
                if (marks(watches).contains(mark)) {
                    return new Found(directory, file, watches, mark);
                }
            }
        }
        return null;
    }

    /** As the kernel names it to those who watch it: on some file systems by other numbers than stat(2) has. So it is watched, for a moment. */
    private String mark(Path directory) throws IOException {
        var before = watches(self);
        try (var service = directory.getFileSystem().newWatchService()) {
            directory.register(service, StandardWatchEventKinds.ENTRY_DELETE);
            for (var mine : watches(self)) {
                for (var mark : before.contains(mine) ? Set.<String>of() : marks(mine)) {
                    return mark;
                }
            }
        }
        throw new IOException(self + "/fdinfo does not tell what is watched");
    }

    private static Set<Path> watches(Path process) throws IOException {
        var found = new HashSet<Path>();
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var descriptor : descriptors) {
                if (isWatch(descriptor)) {
                    found.add(process.resolve("fdinfo").resolve(descriptor.getFileName()));
                }
            }
        }
        return found;
    }

    private static boolean isWatch(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(WATCHES);
        } catch (IOException closed) {
            return false;
        }
    }

    /** What is watched there, of lines such as {@code inotify wd:1 ino:2a sdev:800001 mask:fc6 …} (proc_pid_fdinfo(5)). */
    private static Set<String> marks(Path watches) {
        var marks = new HashSet<String>();
        try {
            for (var line : Files.readAllLines(watches)) {
                int from = line.indexOf(" ino:");
                int to = line.indexOf(" mask:");
                if (from >= 0 && to > from) {
                    marks.add(line.substring(from, to));
                }
            }
        } catch (IOException closed) {
            // then nobody watches by it
        }
        return marks;
    }
}

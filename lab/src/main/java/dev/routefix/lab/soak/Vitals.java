package dev.routefix.lab.soak;

import dev.routefix.lab.containerd.ContainerCgroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the appliance holds at one moment.
 *
 * @param files its open file descriptors by what they are, without numbers
 * @param threads its threads by name, without numbers
 * @param memory what its container's processes have of their own, in bytes
 */
record Vitals(SortedMap<String, Integer> files, SortedMap<String, Integer> threads, long memory) {
    private static final String JVM = "java";

    /** Nothing if it is not running. */
    static Optional<Vitals> of(ContainerCgroup cgroup) {
        try {
            for (long pid : cgroup.processes()) {
                Path process = Path.of("/proc", Long.toString(pid));
                if (Files.readString(process.resolve("comm")).strip().equals(JVM)) {
                    return Optional.of(new Vitals(
                            count(process.resolve("fd"), Vitals::file),
                            count(process.resolve("task"), Vitals::thread),
                            cgroup.ownMemory()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // It has ended meanwhile.
        }
        return Optional.empty();
    }

    int fileCount() {
        return sum(files);
    }

    int threadCount() {
        return sum(threads);
    }

    private static int sum(SortedMap<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @FunctionalInterface
    private interface Description {
        String of(Path entry) throws IOException;
    }

    private static SortedMap<String, Integer> count(Path directory, Description description) throws IOException {
        SortedMap<String, Integer> counts = new TreeMap<>();
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> all = entries.toList();
            for (Path entry : all) {
                try {
                    counts.merge(description.of(entry), 1, Integer::sum);
                } catch (IOException e) {
                    // A descriptor that was closed or a thread that ended.
                }
            }
        }
        return counts;
    }

    /** What the link of proc_pid_fd(5) says, such as {@code socket} for {@code socket:[4711]}. */
    private static String file(Path entry) throws IOException {
        return Files.readSymbolicLink(entry).toString().replaceAll(":\\[\\d+]$", "");
    }

    private static String thread(Path entry) throws IOException {
        return Files.readString(entry.resolve("comm")).strip().replaceAll("\\d+", "");
    }
}

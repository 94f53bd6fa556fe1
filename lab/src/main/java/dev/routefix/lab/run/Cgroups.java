package dev.routefix.lab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Control groups that a container runtime makes on a run's behalf, in every hierarchy (cgroup v1 and v2). */
public final class Cgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private Cgroups() {}

    /** Ends the processes of all top groups whose name begins so, and removes the groups. */
    public static void remove(String prefix) {
        List<Path> groups = groups(prefix);
        Processes.kill(groups.stream()
                .flatMap(group -> processes(group).stream())
                .distinct()
                .toList());
        groups.forEach(Cgroups::delete);
    }

    private static List<Path> groups(String prefix) {
        return Stream.concat(Stream.of(ROOT), directories(ROOT).stream())
                .flatMap(hierarchy -> directories(hierarchy).stream())
                .filter(group -> group.getFileName().toString().startsWith(prefix))
                .flatMap(group -> tree(group).stream())
                .toList();
    }

    private static List<ProcessHandle> processes(Path group) {
        try (Stream<String> pids = Files.lines(group.resolve("cgroup.procs"))) {
            return pids.flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static void delete(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            // The kernel takes a moment to forget a process; the next sweep tries again.
        }
    }

    /** A group and those below it, innermost first. */
    private static List<Path> tree(Path group) {
        try (Stream<Path> below = Files.walk(group)) {
            return below.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static List<Path> directories(Path parent) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> Files.isDirectory(entry) && !Files.isSymbolicLink(entry))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}

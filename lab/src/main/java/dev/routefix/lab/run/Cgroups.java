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

    /** Makes a top group of this name in every hierarchy, as a kubelet wants to find it; {@link #remove} takes it away. */
    public static void make(String name) {
        List<Path> hierarchies = Files.exists(ROOT.resolve("cgroup.controllers")) ? List.of(ROOT) : directories(ROOT);
        for (Path hierarchy : hierarchies) {
            try {
                Path group = Files.createDirectories(hierarchy.resolve(name));
                // A group of version 1 starts without any, and takes no process then.
                for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                    if (Files.exists(group.resolve("cgroup.clone_children")) && Files.exists(group.resolve(file))) {
                        Files.writeString(group.resolve(file), Files.readString(hierarchy.resolve(file)));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make the cgroup " + name + " in " + hierarchy, e);
            }
        }
    }

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

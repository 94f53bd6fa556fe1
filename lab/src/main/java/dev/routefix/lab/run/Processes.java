package dev.routefix.lab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finding processes by what they are, from /proc (proc(5)), and ending them by their ids. */
public final class Processes {
    private static final Duration DEATH = Duration.ofSeconds(5);
    private static final int FIELDS_BEFORE_START_TIME = 19;

    private Processes() {}

    /** Kills every process whose network namespace has this inode, except this one. */
    public static void killInNetns(long inode) {
        String link = "net:[" + inode + "]";
        kill(handles(pid -> namespace(pid, "net").filter(link::equals).isPresent()));
    }

    /** Kills every process whose mount namespace has this inode, except {@code spared}, which keeps the namespace. */
    public static void killInMountNamespace(long inode, long spared) {
        String link = "mnt:[" + inode + "]";
        kill(handles(pid ->
                pid != spared && namespace(pid, "mnt").filter(link::equals).isPresent()));
    }

    static void killMarked(String run) {
        String entry = Run.MARK + "=" + run;
        kill(handles(pid -> environment(pid).contains(entry)));
    }

    static void killTree(ProcessHandle root) {
        kill(List.of(root));
    }

    /** When the process started, in clock ticks since boot (proc_pid_stat(5), field 22); nothing if there is none. */
    static OptionalLong startTime(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The second field is the program's name in brackets and may hold anything, spaces and brackets too.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return OptionalLong.of(Long.parseLong(fields[FIELDS_BEFORE_START_TIME]));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static void kill(List<ProcessHandle> roots) {
        List<ProcessHandle> all = roots.stream()
                .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                .distinct()
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Poll.isTrue(DEATH, () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static List<ProcessHandle> handles(Predicate<Long> wanted) {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self && wanted.test(process.pid()))
                .toList();
    }

    private static Optional<String> namespace(long pid, String kind) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", kind))
                    .toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> environment(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException e) {
            return List.of();
        }
    }
}

package dev.routefix.lab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * This JVM's use of the lab, and the owner of all it leaves on the machine. Whatever is made carries the run's id, which is
 * the JVM's pid and start time: directories and namespaces in their names, processes in their environment. So a run that
 * ended without cleaning up, killed for instance, is recognised as dead by the next one and swept away; runs that live are left alone.
 */
public final class Run {
    /** Environment variable of every process the lab starts; its value is the run's id. */
    public static final String MARK = "ROUTE_FIX_LAB";

    private static final Path NETNS = Path.of("/run/netns");
    private static final Path ROOT = Path.of(System.getProperty("java.io.tmpdir"), "route-fix-lab");
    private static final String PREFIX = "rfl-";
    private static final Pattern NAME = Pattern.compile("(?:" + PREFIX + ")?((\\d+)-(\\d+))(?:-.*)?");

    private final String id;
    private final Path directory;
    private final AtomicInteger counter = new AtomicInteger();

    private Run() {
        long pid = ProcessHandle.current().pid();
        id = pid + "-" + Processes.startTime(pid).orElseThrow();
        directory = ROOT.resolve(id);
    }

    private static final class Holder {
        static final Run CURRENT = begin();
    }

    /** The run of this JVM. Its first use sweeps what dead runs left and sees to it that this one is swept at exit. */
    public static Run current() {
        return Holder.CURRENT;
    }

    private static Run begin() {
        Run run = new Run();
        try {
            Files.createDirectories(run.directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> sweep(run.id)));
        deadRuns().forEach(Run::sweep);
        return run;
    }

    public String id() {
        return id;
    }

    /** A name no other run uses, and this run only once. */
    public String name(String hint) {
        return PREFIX + id + "-" + counter.incrementAndGet() + "-" + hint;
    }

    /** A new empty directory that is gone when the run is. Its path is short enough for unix sockets. */
    public Path directory(String hint) {
        try {
            return Files.createDirectory(directory.resolve(counter.incrementAndGet() + "-" + hint));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The runs that left something and whose JVM is gone: no such pid, or one that started at another time. */
    public static Set<String> deadRuns() {
        Set<String> dead = new TreeSet<>();
        for (Path place : List.of(NETNS, ROOT)) {
            for (Path entry : entries(place)) {
                Matcher matcher = NAME.matcher(entry.getFileName().toString());
                if (matcher.matches() && !lives(matcher.group(2), matcher.group(3))) {
                    dead.add(matcher.group(1));
                }
            }
        }
        return dead;
    }

    /** Removes everything that carries this run's id: processes, mounts, namespaces, files. */
    static void sweep(String run) {
        Processes.killMarked(run);
        Cgroups.remove(PREFIX + run + "-");
        List<Path> namespaces = entries(NETNS).stream()
                .filter(path -> path.getFileName().toString().startsWith(PREFIX + run + "-"))
                .toList();
        namespaces.forEach(Run::killInside);
        Path files = ROOT.resolve(run);
        mounts(files).forEach(mount -> quietly("umount", "-l", mount));
        namespaces.forEach(
                path -> quietly("ip", "netns", "delete", path.getFileName().toString()));
        delete(files);
    }

    private static void killInside(Path namespace) {
        try {
            Processes.killInNetns(inode(namespace));
        } catch (UncheckedIOException e) {
            // Another run sweeps at the same time and was faster.
        }
    }

    /** The inode of the namespace this file stands for, as in the links of /proc/PID/ns (namespaces(7)). */
    public static long inode(Path namespace) {
        try {
            return (Long) Files.getAttribute(namespace, "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean lives(String pid, String startTime) {
        OptionalLong started = Processes.startTime(Long.parseLong(pid));
        return started.isPresent() && started.getAsLong() == Long.parseLong(startTime);
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Mount points below a directory, innermost first (proc_pid_mountinfo(5), field 5). */
    private static List<String> mounts(Path below) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(line -> line.split(" ", 6)[4])
                    .filter(mount -> mount.startsWith(below + "/"))
                    .toList()
                    .reversed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sweeping goes on whatever fails: what is left is tried again by the next run. */
    private static void quietly(String... argv) {
        try {
            new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // The next sweep tries again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Never through a mount that could not be taken away: what is behind it is not ours. */
    private static void delete(Path tree) {
        if (!mounts(tree).isEmpty()) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // The next sweep tries again.
        }
    }
}

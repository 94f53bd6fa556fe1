package dev.routefix.lab.containerd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the kernel counts and limits of one container, by cgroup v1 (a hierarchy for each kind) or v2 (one for all). */
public final class ContainerCgroup {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long PERIOD_MICROS = 100_000;
    private static final long THOUSAND = 1000;

    private final Path name;

    ContainerCgroup(Path name) {
        this.name = name;
    }

    /** Memory of its processes' own in bytes, without the files the kernel caches for them ({@code total_rss}; {@code anon}). */
    public long ownMemory() {
        return isUnified() ? field(unified("memory.stat"), "anon") : field(file("memory", "memory.stat"), "total_rss");
    }

    /** The most that was ever charged to it in bytes, cached files included. */
    public long memoryPeak() {
        return number(isUnified() ? unified("memory.peak") : file("memory", "memory.max_usage_in_bytes"));
    }

    /** How many of its processes were killed because the limit left no room. */
    public long oomKills() {
        return isUnified()
                ? field(unified("memory.events"), "oom_kill")
                : field(file("memory", "memory.oom_control"), "oom_kill");
    }

    /** How often the limit was met and something had to be reclaimed first. */
    public long reclaims() {
        return isUnified() ? field(unified("memory.events"), "max") : number(file("memory", "memory.failcnt"));
    }

    /** CPU time used so far, in nanoseconds. */
    public long cpuNanos() {
        return isUnified()
                ? TimeUnit.MICROSECONDS.toNanos(field(unified("cpu.stat"), "usage_usec"))
                : number(file("cpuacct", "cpuacct.usage"));
    }

    /** Holds it to this many thousandths of a core from now on. */
    public void limitCpu(long millis) {
        long quota = millis * PERIOD_MICROS / THOUSAND;
        if (isUnified()) {
            write(unified("cpu.max"), quota + " " + PERIOD_MICROS);
        } else {
            write(file("cpu", "cpu.cfs_quota_us"), Long.toString(quota));
        }
    }

    /** Lets it have all the CPU there is. */
    public void unlimitCpu() {
        if (isUnified()) {
            write(unified("cpu.max"), "max " + PERIOD_MICROS);
        } else {
            write(file("cpu", "cpu.cfs_quota_us"), "-1");
        }
    }

    /** The processes in it now, none if it is not there. */
    public List<Long> processes() {
        try (Stream<String> lines =
                Files.lines(isUnified() ? unified("cgroup.procs") : file("memory", "cgroup.procs"))) {
            return lines.map(Long::parseLong).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean isUnified() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    private Path unified(String file) {
        return ROOT.resolve(name).resolve(file);
    }

    private Path file(String hierarchy, String file) {
        return ROOT.resolve(hierarchy).resolve(name).resolve(file);
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long field(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.split(" ", -1))
                    .filter(field -> field[0].equals(key))
                    .mapToLong(field -> Long.parseLong(field[1]))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no " + key + " in " + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

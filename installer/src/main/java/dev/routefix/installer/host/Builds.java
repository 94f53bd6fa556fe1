package dev.routefix.installer.host;

import dev.routefix.installer.plan.Content;
import dev.routefix.installer.plan.FoundRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The runtimes of the plugin on the host, each in a directory named after its build. A new one is put together in a staging directory beside
 * and renamed, so a directory with a build's name is complete.
 */
final class Builds {

    private static final LinkOption[] NO_LINKS = {LinkOption.NOFOLLOW_LINKS};

    /** What only the container starts. */
    private static final Set<Path> NOT_FOR_HOSTS = Set.of(Path.of("installer.args"), Path.of("lib/installer.aot"));

    private final Path source;
    private final Path directory;
    private final Path proc;

    /**
     * @param source the runtime in the image
     * @param directory the host's directory of builds
     */
    Builds(Path source, Path directory, Path proc) {
        this.source = source;
        this.directory = directory;
        this.proc = proc;
    }

    /** The build that the image brings. */
    String current() {
        var file = source.resolve("build");
        try {
            var build = Files.readString(file).strip();
            if (build.isEmpty() || build.startsWith(".") || build.contains("/") || build.contains("\n")) {
                throw new HostProblem(file + " names no build: use an image made by route-fix's own build");
            }
            return build;
        } catch (IOException e) {
            throw HostProblem.of("read " + file, e);
        }
    }

    /** What is on the host; empty for a host without us. */
    Map<String, FoundRuntime> found(String current) throws IOException {
        var found = new HashMap<String, FoundRuntime>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (var builds = Files.newDirectoryStream(directory)) {
            for (var build : builds) {
                var name = build.getFileName().toString();
                if (!name.endsWith(AtomicFiles.TEMPORARY)) {
                    boolean isCurrent = name.equals(current);
                    found.put(
                            name,
                            new FoundRuntime(!isCurrent || damaged(build).isEmpty(), !isCurrent && isInUse(build)));
                }
            }
        }
        return found;
    }

    /** The files that a copy lacks, or that are another size there. */
    private List<Path> damaged(Path copy) throws IOException {
        var damaged = new ArrayList<Path>();
        for (var file : files()) {
            var there = copy.resolve(file.toString());
            var here = source.resolve(file.toString());
            if (!Files.isRegularFile(there, NO_LINKS)
                    || Files.size(there) != Files.size(here)
                    || Files.isExecutable(there) != Files.isExecutable(here)) {
                damaged.add(file);
            }
        }
        return damaged;
    }

    /** Every file of the runtime that a host gets, relative to it. */
    private List<Path> files() throws IOException {
        try (var walk = Files.walk(source)) {
            return walk.filter(path -> !Files.isDirectory(path))
                    .map(source::relativize)
                    .filter(file -> !NOT_FOR_HOSTS.contains(file))
                    .toList();
        }
    }

    /** Whether some process was started from it. */
    private boolean isInUse(Path build) throws IOException {
        var marker = "/" + directory.getFileName() + "/" + build.getFileName() + "/";
        try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var process : processes) {
                try {
                    if (Files.readSymbolicLink(process.resolve("exe"))
                            .toString()
                            .contains(marker)) {
                        return true;
                    }
                } catch (IOException goneOrKernelThread) {
                    // then it does not run from here
                }
            }
        }
        return false;
    }

    /** Copies the image's runtime, or what is damaged of it. */
    void put(String build) throws IOException {
        var target = directory.resolve(build);
        if (Files.isDirectory(target)) {
            replace(damaged(target), target);
            return;
        }
        var staging = directory.resolve("." + build + AtomicFiles.TEMPORARY);
        AtomicFiles.deleteTree(staging);
        try {
            fill(staging);
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            AtomicFiles.deleteTree(staging);
        }
        AtomicFiles.sync(directory);
    }

    /** Nobody looks into a staging directory, so its files are written in place, and each directory is synced once. */
    private void fill(Path staging) throws IOException {
        var directories = new LinkedHashSet<Path>();
        for (var file : files()) {
            var from = source.resolve(file.toString());
            var to = staging.resolve(file.toString());
            var parent = AtomicFiles.parentOf(to);
            if (directories.add(parent)) {
                Files.createDirectories(parent);
            }
            AtomicFiles.copy(from, to);
            AtomicFiles.permit(to, Files.isExecutable(from));
        }
        directories.add(staging);
        for (var each : directories) {
            AtomicFiles.sync(each);
        }
    }

    /** One by one, because a process may run from there. */
    private void replace(List<Path> files, Path target) throws IOException {
        for (var file : files) {
            var from = source.resolve(file.toString());
            AtomicFiles.write(
                    Objects.requireNonNull(target.resolve(file.toString())),
                    new Content.CopyOf(from, ""),
                    Files.isExecutable(from));
        }
    }

    void remove(String build) throws IOException {
        // out of sight at once; what is left when we are killed has a name that is swept
        var doomed = directory.resolve("." + build + AtomicFiles.TEMPORARY);
        AtomicFiles.deleteTree(doomed);
        Files.move(directory.resolve(build), doomed, StandardCopyOption.ATOMIC_MOVE);
        AtomicFiles.deleteTree(doomed);
        AtomicFiles.deleteIfEmpty(directory);
    }
}

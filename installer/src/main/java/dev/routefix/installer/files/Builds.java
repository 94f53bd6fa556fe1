package dev.routefix.installer.files;

import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Content;
import dev.routefix.installer.plan.FoundRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runtimes of the plugin on the host, each in a directory named after its build. A new one is put together in a staging directory beside
 * and renamed, so a directory with a build's name is complete.
 */
public final class Builds {

    /** What only the container starts. */
    private static final Set<String> NOT_FOR_HOSTS = Set.of("lib/installer.aot");

    /** @param place relative to the runtime */
    private record Original(String place, long size, boolean executable) {}

    private final Path source;
    private final Path directory;
    private final Path proc;
    private final Duration trust;
    private @Nullable List<Original> originals;

    /** When the copy of a build was looked through last, and nothing of it was damaged; by the clock that nobody sets. */
    private final Map<String, Long> whole = new HashMap<>();

    /**
     * @param source the runtime in the image
     * @param directory the host's directory of builds
     * @param trust so long a copy that was whole is taken for whole: it has some two hundred files
     */
    public Builds(Path source, Path directory, Path proc, Duration trust) {
        this.source = source;
        this.directory = directory;
        this.proc = proc;
        this.trust = trust;
    }

    /** The build that the image brings. */
    public String current() {
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
    public Map<String, FoundRuntime> found(String current) throws IOException {
        var found = new HashMap<String, FoundRuntime>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (var builds = Files.newDirectoryStream(directory)) {
            for (var build : builds) {
                var name = build.getFileName().toString();
                if (Files.isDirectory(build) && !name.endsWith(AtomicFiles.TEMPORARY)) {
                    boolean isCurrent = name.equals(current);
                    found.put(name, new FoundRuntime(!isCurrent || isWhole(name, build), !isCurrent && isInUse(build)));
                }
            }
        }
        return found;
    }

    private boolean isWhole(String name, Path copy) throws IOException {
        var last = whole.get(name);
        if (last != null && System.nanoTime() - last < trust.toNanos()) {
            return true;
        }
        boolean isWhole = damaged(copy).isEmpty();
        if (isWhole) {
            whole.put(name, System.nanoTime());
        }
        return isWhole;
    }

    /** The files that a copy lacks, or that are another size there. */
    private List<Original> damaged(Path copy) throws IOException {
        var damaged = new ArrayList<Original>();
        for (var original : originals()) {
            if (!isThere(original, copy.resolve(original.place()))) {
                damaged.add(original);
            }
        }
        return damaged;
    }

    private static boolean isThere(Original original, Path file) {
        try {
            var there = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return there.isRegularFile()
                    && there.size() == original.size()
                    && there.permissions().contains(PosixFilePermission.OWNER_EXECUTE) == original.executable();
        } catch (IOException missing) {
            return false;
        }
    }

    /** Every file of the runtime that a host gets; the image never changes while we run. */
    private List<Original> originals() throws IOException {
        var found = originals;
        if (found == null) {
            found = new ArrayList<>();
            try (var walk = Files.walk(source)) {
                for (var file : (Iterable<Path>) walk::iterator) {
                    var place = source.relativize(file).toString();
                    if (!Files.isDirectory(file) && !NOT_FOR_HOSTS.contains(place)) {
                        found.add(new Original(place, Files.size(file), Files.isExecutable(file)));
                    }
                }
            }
            originals = found;
        }
        return found;
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
    public void put(String build) throws IOException {
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
        for (var original : originals()) {
            var to = staging.resolve(original.place());
            var parent = AtomicFiles.parentOf(to);
            if (directories.add(parent)) {
                Files.createDirectories(parent);
            }
            AtomicFiles.copy(source.resolve(original.place()), to);
            AtomicFiles.permit(to, original.executable());
        }
        directories.add(staging);
        for (var each : directories) {
            AtomicFiles.sync(each);
        }
    }

    /** One by one, because a process may run from there. */
    private void replace(List<Original> damaged, Path target) throws IOException {
        for (var original : damaged) {
            AtomicFiles.write(
                    target.resolve(original.place()),
                    new Content.CopyOf(source.resolve(original.place()), ""),
                    original.executable());
        }
    }

    public void remove(String build) throws IOException {
        // out of sight at once; what is left when we are killed has a name that is swept
        whole.remove(build);
        var doomed = directory.resolve("." + build + AtomicFiles.TEMPORARY);
        AtomicFiles.deleteTree(doomed);
        Files.move(directory.resolve(build), doomed, StandardCopyOption.ATOMIC_MOVE);
        AtomicFiles.deleteTree(doomed);
        AtomicFiles.deleteIfEmpty(directory);
    }
}

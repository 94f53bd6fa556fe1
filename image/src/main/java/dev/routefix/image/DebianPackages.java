package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The Debian packages the image's root is made of: downloaded once, unpacked, and only the files we need taken from them. */
final class DebianPackages {
    /** Without a sandbox user, who could not write to a directory of ours. */
    private static final List<String> QUIET = List.of("-qq", "-o", "APT::Sandbox::User=root");

    private final Workspace workspace;
    private final Architecture architecture;
    private final Map<String, String> libraries;

    /** Iptables, the C library, and these packages, each for one library. */
    DebianPackages(Workspace workspace, Architecture architecture, Map<String, String> libraries) {
        this.workspace = workspace;
        this.architecture = architecture;
        this.libraries = libraries;
    }

    /** Downloads what is missing and unpacks everything below {@link Workspace#unpacked()}; returns what was used, as {@code name version}. */
    List<String> unpack() throws IOException {
        Files.createDirectories(workspace.debs());
        download(names());
        Workspace.fresh(workspace.unpacked());
        var used = new ArrayList<String>();
        for (String name : names()) {
            Path deb = unpack(name, name);
            used.add(name + " "
                    + ProgramRun.of("dpkg-deb", "-f", deb, "Version").succeed().strip());
            Path documents = workspace.unpacked().resolve(name).resolve("usr/share/doc/" + name);
            if (Files.isSymbolicLink(documents)) {
                // Packages made of one source keep its copyright in one of them.
                String keeper = Files.readSymbolicLink(documents).toString();
                download(List.of(keeper));
                unpack(keeper, name);
            }
        }
        return List.copyOf(used);
    }

    private void download(List<String> names) throws IOException {
        var missing = new ArrayList<String>();
        for (String name : names) {
            if (downloaded(name).isEmpty()) {
                missing.add(name + ":" + architecture.debian());
            }
        }
        if (!missing.isEmpty()) {
            var apt = new DebianArchive(workspace, architecture).environment();
            ProgramRun download = ProgramRun.of("apt-get", QUIET, "download", missing)
                    .in(workspace.debs())
                    .with(apt);
            if (download.run().exitCode() != 0) {
                // The lists may be older than the archive, or there may be none yet.
                ProgramRun.of("apt-get", QUIET, "update").with(apt).succeed();
                download.succeed();
            }
        }
    }

    private Path unpack(String name, String directory) throws IOException {
        Path deb = downloaded(name)
                .orElseThrow(() -> new IllegalStateException(name + " was not downloaded: try `apt-get update`"));
        ProgramRun.of("dpkg-deb", "-x", deb, workspace.unpacked().resolve(directory))
                .succeed();
        return deb;
    }

    List<String> names() {
        return Stream.concat(Stream.of("iptables", "libc6"), libraries.keySet().stream())
                .sorted()
                .toList();
    }

    /** The library that is wanted of a package, by the package's name. */
    Map<String, String> libraries() {
        return libraries;
    }

    /** A file of a package, by its path in it; a name that is a link there stands for the file it leads to. */
    Path file(String name, String path) throws IOException {
        return workspace.unpacked().resolve(name).resolve(path).toRealPath();
    }

    /** A library of a package by its soname, wherever the package keeps it. */
    Path library(String name, String soname) throws IOException {
        Path top = workspace.unpacked().resolve(name);
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(file -> file.endsWith(Path.of(architecture.multiarch(), soname)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("Debian's " + name + " has no " + soname))
                    .toRealPath();
        }
    }

    private Optional<Path> downloaded(String name) throws IOException {
        try (Stream<Path> files = Files.list(workspace.debs())) {
            return files.filter(file -> file.getFileName().toString().startsWith(name + "_"))
                    .filter(file -> file.toString().endsWith("_" + architecture.debian() + ".deb"))
                    .findFirst();
        }
    }
}

package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Debian packages the image's root is made of: downloaded once, unpacked, and only the files we need taken from them. */
final class DebianPackages {
    private static final List<String> NAMES = List.of(
            "iptables",
            "libc6",
            "libip4tc2",
            "libip6tc2",
            "libmnl0",
            "libnetfilter-conntrack3",
            "libnfnetlink0",
            "libnftnl11",
            "libxtables12");

    /** Without a sandbox user, who could not write to a directory of ours. */
    private static final List<String> QUIET = List.of("-qq", "-o", "APT::Sandbox::User=root");

    private final Workspace workspace;
    private final Architecture architecture;

    DebianPackages(Workspace workspace, Architecture architecture) {
        this.workspace = workspace;
        this.architecture = architecture;
    }

    /** Downloads what is missing and unpacks everything below {@link Workspace#unpacked()}; returns what was used, as {@code name version}. */
    List<String> unpack() throws IOException {
        Files.createDirectories(workspace.debs());
        var missing = new ArrayList<String>();
        for (String name : NAMES) {
            if (downloaded(name).isEmpty()) {
                missing.add(name + ":" + architecture.debian());
            }
        }
        if (!missing.isEmpty()) {
            ProgramRun download =
                    ProgramRun.of("apt-get", QUIET, "download", missing).in(workspace.debs());
            if (download.run().exitCode() != 0) {
                // The lists may be older than the archive, or there may be none yet.
                ProgramRun.of("apt-get", QUIET, "update").succeed();
                download.succeed();
            }
        }
        Workspace.fresh(workspace.unpacked());
        var used = new ArrayList<String>();
        for (String name : NAMES) {
            Path deb = downloaded(name)
                    .orElseThrow(() -> new IllegalStateException(name + " was not downloaded: try `apt-get update`"));
            ProgramRun.of("dpkg-deb", "-x", deb, workspace.unpacked().resolve(name))
                    .succeed();
            used.add(name + " "
                    + ProgramRun.of("dpkg-deb", "-f", deb, "Version").succeed().strip());
        }
        return List.copyOf(used);
    }

    List<String> names() {
        return NAMES;
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

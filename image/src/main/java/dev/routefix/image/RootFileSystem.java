package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The image's root but for the Java runtime: iptables, glibc, and the few files a C library expects to find. */
final class RootFileSystem {
    /** The parts of glibc that the JVM, JNA and iptables link to. */
    private static final List<String> GLIBC =
            List.of("libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1");

    /** What our own rules need; a host gets no more. */
    private static final Set<String> EXTENSIONS = Set.of(
            "libipt_NETMAP.so",
            "libxt_MARK.so",
            "libxt_MASQUERADE.so",
            "libxt_comment.so",
            "libxt_conntrack.so",
            "libxt_mark.so",
            "libxt_standard.so");

    private final Path root;
    private final DebianPackages debian;
    private final Architecture architecture;

    RootFileSystem(Path root, DebianPackages debian, Architecture architecture) {
        this.root = root;
        this.debian = debian;
        this.architecture = architecture;
    }

    void write() throws IOException {
        glibc();
        iptables();
        for (String name : debian.names()) {
            copy(
                    debian.file(name, "usr/share/doc/" + name + "/copyright"),
                    "usr/share/doc/" + name + "/copyright",
                    "644");
        }
        // no passwd and no group: nobody here has a name, and the resident asks for its callers'
        text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        for (String directory : List.of("dev", "proc", "sys", "run", "tmp", "var")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        link("var/run", "/run");
    }

    /** glibc's files belong to the runtime, because they travel with it to hosts that have none; the usual places link to them. */
    private void glibc() throws IOException {
        String loader = "/" + Layer.HOME + "/bin/ld.so";
        copy(
                debian.library(
                        "libc6",
                        Path.of(architecture.interpreter()).getFileName().toString()),
                loader.substring(1),
                "755");
        link(architecture.interpreter(), loader);
        for (String soname : GLIBC) {
            String place = Layer.HOME + "/glibc/" + soname;
            copy(debian.library("libc6", soname), place, "644");
            link("lib/" + architecture.multiarch() + "/" + soname, "/" + place);
        }
    }

    /** iptables travels with the runtime too: a node that is left with its last pod has its rules taken away after the container has gone. */
    private void iptables() throws IOException {
        for (String variant : List.of("nft", "legacy")) {
            String program = "xtables-" + variant + "-multi";
            String place = Layer.HOME + "/sbin/" + program;
            copy(debian.file("iptables", "usr/sbin/" + program), place, "755");
            link("usr/sbin/" + program, "/" + place);
            for (String name : List.of("iptables-" + variant, "iptables-" + variant + "-save")) {
                link("usr/sbin/" + name, "/" + place);
            }
        }
        String libraries = "usr/lib/" + architecture.multiarch() + "/";
        for (var library : debian.libraries().entrySet()) {
            String place = Layer.HOME + "/glibc/" + library.getValue();
            copy(debian.library(library.getKey(), library.getValue()), place, "644");
            link(libraries + library.getValue(), "/" + place);
        }
        Path extensions = debian.file("iptables", libraries + "xtables");
        try (Stream<Path> files = Files.list(extensions)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                String place = libraries + "xtables/" + name;
                if (EXTENSIONS.contains(name)) {
                    String home = Layer.HOME + "/xtables/" + name;
                    copy(file, home, "644");
                    link(place, "/" + home);
                } else if (Files.isSymbolicLink(file)) {
                    link(place, Files.readSymbolicLink(file).toString());
                } else {
                    copy(file, place, "644");
                }
            }
        }
    }

    private void copy(Path from, String place, String mode) throws IOException {
        Path to = inRoot(place);
        Files.copy(from, to);
        Files.setPosixFilePermissions(
                to, PosixFilePermissions.fromString(mode.equals("755") ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private void text(String place, String content) throws IOException {
        Files.writeString(inRoot(place), content);
    }

    private void link(String place, String target) throws IOException {
        Files.createSymbolicLink(inRoot(place), Path.of(target));
    }

    private Path inRoot(String place) throws IOException {
        Path path = root.resolve(place);
        Files.createDirectories(path.getParent());
        return path;
    }
}

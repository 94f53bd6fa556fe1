package dev.routefix.lab.bench;

import dev.routefix.lab.Node;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.CommandFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The CNI project's plugins as Debian packages them.
 *
 * @param directory where they are
 * @param version the CNI project's own, such as {@code 1.1.1}
 */
record ReferencePlugins(Path directory, String version) {
    private static final String PACKAGE = "containernetworking-plugins";
    /** The suite that has whatever the others have, or newer. */
    private static final String SUITE = "unstable";

    private static final Duration DOWNLOAD = Duration.ofMinutes(5);

    /** Those that are installed. */
    static ReferencePlugins installed() {
        String version = Command.of("dpkg-query", "-W", "-f", "${Version}", PACKAGE)
                .run()
                .stdout();
        return new ReferencePlugins(Node.REFERENCE_PLUGINS, upstream(version));
    }

    /**
     * The newest that Debian has, which nothing but the bench sees: apt is given a list of sources and a state of its own, and checks the
     * archive's signature. Nothing if it cannot be had.
     *
     * @param directory keeps what was downloaded, for the next run
     */
    static Optional<ReferencePlugins> newest(Path directory) {
        try {
            if (packages(directory).isEmpty()) {
                download(directory);
            }
            Path deb = packages(directory).getFirst();
            Path files = directory.resolve("files");
            Command.of("dpkg-deb", "-x", deb.toString(), files.toString()).run();
            String version = Command.of("dpkg-deb", "-f", deb.toString(), "Version")
                    .run()
                    .stdout();
            return Optional.of(new ReferencePlugins(files.resolve("usr/lib/cni").toAbsolutePath(), upstream(version)));
        } catch (CommandFailed e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> packages(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".deb")).toList();
        }
    }

    private static void download(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("lists/partial"));
        Files.createDirectories(directory.resolve("cache/archives/partial"));
        Path sources =
                Files.writeString(directory.resolve("sources.list"), "deb " + archive() + " " + SUITE + " main\n");
        apt(directory, sources, "update");
        apt(directory, sources, "download", PACKAGE);
    }

    private static void apt(Path directory, Path sources, String... words) {
        Path home = directory.toAbsolutePath();
        Stream<String> options = Stream.of(
                "Dir::Etc::sourcelist=" + sources.toAbsolutePath(),
                "Dir::Etc::sourceparts=-",
                "Dir::State::lists=" + home.resolve("lists"),
                "Dir::Cache=" + home.resolve("cache"),
                "Acquire::Languages=none",
                // Without a sandbox user, who could not write to a directory of ours.
                "APT::Sandbox::User=root");
        List<String> argv = Stream.of(
                        Stream.of("env", "--chdir=" + home, "apt-get", "-qq"),
                        options.flatMap(option -> Stream.of("-o", option)),
                        Stream.of(words))
                .flatMap(part -> part)
                .toList();
        Command.of(argv).within(DOWNLOAD).run();
    }

    /** Where this machine has Debian from. */
    private static String archive() {
        return Command.of(
                        "apt-get",
                        "indextargets",
                        "--format",
                        "$(REPO_URI)",
                        "Created-By: Packages",
                        "Origin: Debian",
                        "Label: Debian",
                        "Component: main")
                .run()
                .stdout()
                .lines()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("apt knows no archive of Debian: try `apt-get update`"));
    }

    /** A Debian version without its epoch and without what Debian adds. */
    private static String upstream(String version) {
        return version.strip().replaceFirst("^\\d+:", "").replaceFirst("[-+~].*", "");
    }

    /** A plugin's name with its version, as the report has it. */
    String label(String... plugins) {
        return String.join(" + ", plugins) + " " + version;
    }

    Path plugin(String name) {
        return directory.resolve(name);
    }
}

package dev.routefix.lab.bench;

import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.net.Spawner.Prepared;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A Java program that does nothing, linked, flagged, cached and loaded as the plugin's runtime on the host is: what a JVM costs that is
 * started for one call.
 */
final class EmptyJvm {
    private static final String ARGUMENTS = "plugin.args";

    private final Path home;
    private final List<String> flags;
    private final Path directory;

    private EmptyJvm(Path directory, List<String> flags) {
        this.directory = directory;
        this.home = directory.resolve("runtime");
        this.flags = flags;
    }

    /** Makes one with the flags and the C library of the runtime that the appliance put on the node. */
    static EmptyJvm beside(NodeRoot root) {
        Path directory = Run.current().directory("empty");
        try (Stream<Path> builds = Files.list(root.path("/opt/cni/bin/.route-fix"))) {
            Path installed = builds.filter(build -> Files.exists(build.resolve(ARGUMENTS)))
                    .findFirst()
                    .orElseThrow();
            List<String> words = Files.readAllLines(installed.resolve(ARGUMENTS));
            // Without the main class, and without the module that an empty program has not.
            List<String> flags = words.subList(0, words.size() - 2).stream()
                    .filter(word -> !word.startsWith("--enable-native-access"))
                    .toList();
            EmptyJvm jvm = new EmptyJvm(directory, flags);
            jvm.link();
            jvm.load(installed);
            root.command(jvm.command("-XX:AOTCacheOutput=")).run();
            return jvm;
        } catch (IOException e) {
            throw new IllegalStateException("cannot make an empty JVM", e);
        }
    }

    private void link() throws IOException {
        Path sources = Files.createDirectory(directory.resolve("source"));
        Files.writeString(sources.resolve("module-info.java"), "module empty {}\n");
        Path program = Files.writeString(
                Files.createDirectory(sources.resolve("empty")).resolve("Main.java"),
                "package empty;\n\npublic final class Main {\n    public static void main(String[] args) {}\n}\n");
        String classes = directory.resolve("classes").toString();
        tool("javac", "-d", classes, sources.resolve("module-info.java").toString(), program.toString());
        tool(
                "jlink",
                "--module-path",
                classes,
                "--add-modules",
                "empty",
                "--strip-debug",
                "--no-man-pages",
                "--no-header-files",
                "--vm=server",
                "--compress=zip-0",
                "--output",
                home.toString());
    }

    private void load(Path installed) throws IOException {
        Files.copy(installed.resolve("bin/ld.so"), home.resolve("bin/ld.so"));
        Files.createDirectory(home.resolve("glibc"));
        try (Stream<Path> libraries = Files.list(installed.resolve("glibc"))) {
            for (Path library : libraries.toList()) {
                Files.copy(library, home.resolve("glibc").resolve(library.getFileName()));
            }
        }
    }

    private List<String> command(String cache) {
        List<String> words = new ArrayList<>(List.of(
                home + "/bin/ld.so",
                "--library-path",
                "%1$s/glibc:%1$s/lib:%1$s/lib/server".formatted(home),
                home + "/bin/java",
                cache + home + "/lib/empty.aot"));
        words.addAll(flags);
        words.addAll(List.of("-m", "empty/empty.Main"));
        return words;
    }

    Prepared prepare() {
        return Prepared.of(new Spawner.Job(
                command("-XX:AOTCache="),
                Map.of("PATH", "/usr/bin:/bin", Run.MARK, Run.current().id()),
                Path.of("/dev/null"),
                directory.resolve("stdout"),
                directory.resolve("stderr")));
    }

    private static void tool(String name, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        ToolProvider tool = ToolProvider.findFirst(name)
                .orElseThrow(
                        () -> new IllegalStateException("this Java has no " + name + ": the bench needs a whole JDK"));
        if (tool.run(printer, printer, arguments) != 0) {
            throw new IllegalStateException(name + ": " + said);
        }
    }
}

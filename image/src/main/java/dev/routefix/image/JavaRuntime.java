package dev.routefix.image;

import static java.util.Objects.requireNonNull;

import dev.routefix.relay.Machine;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The linked Java runtime: our modules, what they require, and the arguments each main class starts with. */
final class JavaRuntime {
    private static final String JNA = "com.sun.jna";
    private static final List<String> MODULES = List.of("dev.routefix.installer", "dev.routefix.plugin");

    /** Also of what a jar took over from others, such as {@code FastDoubleParser-LICENSE}. */
    private static final Pattern LICENCE =
            Pattern.compile("META-INF/(([A-Za-z-]+-)?(LICENSE|NOTICE)[^/]*|(AL2|LGPL2)[^/]*)");

    /**
     * A short life, mostly of loading classes: one thread of garbage collection, no optimising compiler. Nothing but the program's own
     * answer may reach stdout, which belongs to the CNI protocol, so the VM's own messages go to stderr: those of its log by {@code -Xlog},
     * the others by {@code DisplayVMOutputToStderr}. An AOT cache is mapped where it was made for: moved to a random address, its pages would
     * all be changed and so be memory of the process's own (6 MiB in the resident) instead of the file's. The profiles a cache also holds are
     * made for the optimising compiler; replaying them has some hundred methods compiled that a short life never calls often. Without an encoding
     * of its own, stdout would be ASCII wherever a runtime passes no locale on.
     */
    private static final List<String> COMMON = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-UsePerfData",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:-AOTRecordTraining",
            "-XX:-AOTReplayTraining",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "--enable-native-access=" + JNA,
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8",
            "-Djna.nosys=false",
            "-Djna.nounpack=true");

    /**
     * The resident lives in a small memory limit. Its heap grows when it has to, and is full of what nobody needs before that is looked for: as large as it may get,
     * a crowd of calls has to find room beside it. What is young is thrown away a mebibyte at a time. A thread touches
     * all pages that are reserved for native calls as soon as it runs: half of them do for a program that writes no socket by {@code java.io}. Locks that
     * were fought for are looked at once a minute, not four times a second, which was a third of what the resident costs while nothing happens. What the
     * C library's heap has free it gives back to the kernel once a minute, which is four mebibytes after an installation and after a crowd of calls. What is called three
     * times as often as it usually takes is compiled: two thirds of the methods that a start would have compiled are not needed after it.
     */
    private static final String[] RESIDENT = {
        "-XX:CompileThresholdScaling=3",
        "-Xms5m",
        "-Xmn1m",
        "-Xmx8m",
        "-XX:AsyncDeflationInterval=60000",
        "-XX:TrimNativeHeapInterval=60000"
    };

    /** Of java.base, for keystores, TLS and other Javas that look into this one: nothing here does. */
    private static final String EXCLUDED = Stream.of(
                    "bin/keytool",
                    "lib/classlist",
                    "lib/jexec",
                    "lib/jrt-fs.jar",
                    "lib/security/cacerts",
                    "lib/security/public_suffix_list.dat")
            .map(file -> "/java.base/" + file)
            .collect(Collectors.joining(",", "", ",/jdk.httpserver/bin/jwebserver,**.debuginfo"));

    private final Workspace workspace;
    private final Target target;

    JavaRuntime(Workspace workspace, Target target) {
        this.workspace = workspace;
        this.target = target;
    }

    /** Links the runtime from the modules on this program's own class path, and from the target's JDK. */
    void link() throws IOException {
        Path jna = Workspace.fresh(workspace.modules()).resolve("jna.jar");
        Path dispatch = workspace.modules().resolve("libjnidispatch.so");
        Path jackson = workspace.modules().resolve("jackson.jar");
        List<Path> jars = onOurClassPath();
        List<Path> copied = List.of(
                published("jna-jpms", jars),
                published("jackson-core", jars),
                published("prometheus-metrics-core", jars));
        JnaModule.write(copied.get(0), target.architecture(), jna, dispatch);
        JacksonModule.write(copied.get(1), jackson);
        List<Path> copies = Stream.concat(
                        Stream.of(jna, jackson), PrometheusModules.write(jars, workspace.modules()).stream())
                .toList();
        List<Path> modules = modules(jars, copies);
        Path home = workspace.runtime();
        jlink(
                "--module-path",
                Stream.of(target.jmods(), copies, modules)
                        .flatMap(List::stream)
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)),
                "--add-modules",
                String.join(",", MODULES),
                // what strips native code here does not know that of another processor
                target.architecture().isHere() ? "--strip-debug" : "--strip-java-debug-attributes",
                "--no-man-pages",
                "--no-header-files",
                "--vm=server",
                "--compress=zip-0",
                "--exclude-files=" + EXCLUDED,
                "--dedup-legal-notices=error-if-not-same-content",
                "--output",
                home.toString());
        licences(Stream.concat(copied.stream(), modules.stream()).toList());
        Files.copy(dispatch, home.resolve("lib/libjnidispatch.so"));
        Stripped.libraries(home);
        // The JDK's helper program for starting processes needs the host's C library, which may be another one.
        arguments("plugin", "PluginMain", "-Xmx64m", "-Djdk.lang.Process.launchMechanism=FORK");
        arguments("installer", "InstallerMain", resident());
    }

    /** The JVM for arm64 wants twice as many pages for native calls, and refuses to start with fewer. */
    private String[] resident() {
        return target.architecture().machine() == Machine.X86_64
                ? Stream.concat(Stream.of(RESIDENT), Stream.of("-XX:StackShadowPages=10"))
                        .toArray(String[]::new)
                : RESIDENT;
    }

    /** The licences of what was linked lie where Debian keeps its own, not in the part that is copied to hosts. */
    private void licences(List<Path> jars) throws IOException {
        Path documents = workspace.root().resolve("usr/share/doc");
        Files.createDirectories(documents);
        Files.move(workspace.runtime().resolve("legal"), documents.resolve("openjdk"));
        apacheLicence(Files.createDirectory(documents.resolve("route-fix")));
        for (Path jar : jars) {
            try (var opened = new JarFile(jar.toFile())) {
                for (JarEntry entry : opened.stream().toList()) {
                    Matcher licence = LICENCE.matcher(entry.getName());
                    if (licence.matches()) {
                        Path directory =
                                documents.resolve(jar.getFileName().toString().replace(".jar", ""));
                        Files.createDirectories(directory);
                        try (InputStream content = opened.getInputStream(entry)) {
                            Files.copy(content, directory.resolve(licence.group(1)));
                        }
                    }
                }
            }
        }
    }

    private static void apacheLicence(Path directory) throws IOException {
        try (InputStream text = requireNonNull(JavaRuntime.class.getResourceAsStream("/LICENSE"))) {
            Files.copy(text, directory.resolve("LICENSE"));
        }
    }

    private void arguments(String name, String main, String... own) throws IOException {
        var words = new ArrayList<>(COMMON);
        words.addAll(List.of(own));
        words.add("-m");
        words.add("dev.routefix.%1$s/dev.routefix.%1$s.%2$s".formatted(name, main));
        Files.write(workspace.runtime().resolve(name + ".args"), words);
    }

    private static List<Path> onOurClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .toList();
    }

    private static Path published(String artifact, List<Path> jars) {
        return jars.stream()
                .filter(jar -> jar.getFileName().toString().startsWith(artifact + "-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        artifact + " is not on the class path: start the build by `make image`"));
    }

    /** The jars our modules need besides the copies, found as the module system finds them. */
    private static List<Path> modules(List<Path> jars, List<Path> copies) {
        ModuleFinder finder = ModuleFinder.compose(
                ModuleFinder.of(copies.toArray(Path[]::new)), ModuleFinder.of(jars.toArray(Path[]::new)));
        return Configuration.resolve(finder, List.of(ModuleLayer.boot().configuration()), ModuleFinder.of(), MODULES)
                .modules()
                .stream()
                .map(ResolvedModule::reference)
                .flatMap(module -> module.location().stream())
                .map(Path::of)
                .filter(jar -> !copies.contains(jar))
                .sorted()
                .toList();
    }

    private static void jlink(String... arguments) {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("this Java has no jlink: build with a whole JDK 25"));
        var output = new StringWriter();
        try (var printer = new PrintWriter(output)) {
            if (jlink.run(printer, printer, arguments) != 0) {
                throw new IllegalStateException("jlink: " + output);
            }
        }
    }
}

package dev.routefix.lab.e2e;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import dev.routefix.lab.containerd.Registry;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** The images that Kubernetes' specs run, made of this machine's programs and those of the build. */
final class SuiteImages {
    /** What specs execute and busybox has not, or not as they want it. */
    private static final List<String> PROGRAMS = List.of(
            "bash",
            "curl",
            "dig",
            "nslookup",
            "host",
            "nc",
            "getent",
            "hostname",
            "ip",
            "ss",
            "conntrack",
            "iptables",
            "iperf",
            "wget");

    private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");
    private static final FilePermissions ANYBODYS = FilePermissions.fromOctalString("777");
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final Registry registry;
    private final Path directory = Run.current().directory("suite-images");

    private SuiteImages(Registry registry) {
        this.registry = registry;
    }

    /** Makes and pushes all of them. */
    static void push(Registry registry, Binaries binaries) throws IOException {
        SuiteImages images = new SuiteImages(registry);
        FileEntriesLayer root = images.root();
        for (String name : List.of("busybox:1.29", "debian-iptables:buster-v1.3.0", "jessie-dnsutils:1.0")) {
            images.push(name, List.of(root), List.of("/bin/sh"));
        }
        FileEntriesLayer.Builder agnhost = FileEntriesLayer.builder().setName("agnhost");
        Path program = binaries.path(Binaries.AGNHOST);
        agnhost.addEntry(program, AbsoluteUnixPath.get("/agnhost"), EXECUTABLE);
        agnhost.addEntry(program, AbsoluteUnixPath.get("/agnhost-2"), EXECUTABLE);
        for (String file : Binaries.CERTIFICATE) {
            agnhost.addEntry(binaries.path(file), AbsoluteUnixPath.get("/" + file));
        }
        images.push("agnhost:2.21", List.of(root, agnhost.build()), List.of("/agnhost", "pause"));
        images.push("pause:3.2", List.of(agnhost.build()), List.of("/agnhost", "pause"));
        FileEntriesLayer resets = FileEntriesLayer.builder()
                .setName("resets")
                .addEntry(binaries.path(Binaries.RESETS), AbsoluteUnixPath.get("/resets"), EXECUTABLE)
                .build();
        images.push("regression-issue-74839-amd64:1.0", List.of(resets), List.of("/resets"));
    }

    /** A small root file system: busybox, programs with the libraries they need, and what they look for in /etc. */
    private FileEntriesLayer root() throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("root");
        layer.addEntry(BUSYBOX, AbsoluteUnixPath.get("/bin/busybox"), EXECUTABLE);
        TreeSet<String> libraries = new TreeSet<>();
        for (String program : PROGRAMS) {
            Path path = find(program);
            layer.addEntry(path, AbsoluteUnixPath.get("/bin/" + program), EXECUTABLE);
            libraries.addAll(libraries(path));
        }
        layer.addEntry(find("bash"), AbsoluteUnixPath.get("/bin/sh"), EXECUTABLE);
        layer.addEntry(find("iperf"), AbsoluteUnixPath.get("/usr/local/bin/iperf"), EXECUTABLE);
        for (String library : libraries) {
            layer.addEntry(Path.of(library).toRealPath(), AbsoluteUnixPath.get(library), EXECUTABLE);
        }
        extensions(layer);
        // An image made here has no links: a line of shell leads to each applet.
        for (String applet : applets()) {
            if (!PROGRAMS.contains(applet) && !applet.equals("sh") && !applet.equals("busybox")) {
                layer.addEntry(
                        file(applet, "#!/bin/bash\nexec -a '%1$s' /bin/busybox '%1$s' \"$@\"\n".formatted(applet)),
                        AbsoluteUnixPath.get("/bin/" + applet),
                        EXECUTABLE);
            }
        }
        layer.addEntry(file("nsswitch", "hosts: files dns\n"), AbsoluteUnixPath.get("/etc/nsswitch.conf"));
        layer.addEntry(file("passwd", "root:x:0:0:root:/root:/bin/sh\n"), AbsoluteUnixPath.get("/etc/passwd"));
        layer.addEntry(file("group", "root:x:0:\n"), AbsoluteUnixPath.get("/etc/group"));
        Path empty = Files.createDirectories(directory.resolve("empty"));
        for (String place : List.of("/tmp", "/uploads", "/root", "/run", "/var/run")) {
            layer.addEntry(empty, AbsoluteUnixPath.get(place), ANYBODYS);
        }
        return layer.build();
    }

    /** What iptables loads by itself. */
    private static void extensions(FileEntriesLayer.Builder layer) throws IOException {
        for (Path place :
                List.of(Path.of("/usr/lib/x86_64-linux-gnu/xtables"), Path.of("/usr/lib/aarch64-linux-gnu/xtables"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.list(place)) {
                    for (Path file : files.toList()) {
                        layer.addEntry(file, AbsoluteUnixPath.fromPath(file));
                    }
                }
            }
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve("file-" + name), text);
    }

    private static List<String> applets() {
        return Command.of(BUSYBOX.toString(), "--list")
                .run()
                .stdout()
                .lines()
                .filter(applet -> applet.matches("[a-z0-9_]+"))
                .toList();
    }

    private static Path find(String program) throws IOException {
        for (String place : DIRECTORIES) {
            Path path = Path.of(place, program);
            if (Files.isExecutable(path)) {
                return path.toRealPath();
            }
        }
        throw new IllegalStateException("no " + program + " on this machine: run .ci/packages e2e");
    }

    private static List<String> libraries(Path program) {
        return Command.of("ldd", program.toString())
                .attempt()
                .stdout()
                .lines()
                .flatMap(line -> Stream.of(line.strip().split(" ", -1)))
                .filter(word -> word.startsWith("/"))
                .toList();
    }

    private void push(String name, List<FileEntriesLayer> layers, List<String> command) {
        registry.host().netns().call(() -> {
            // Jib's steps wait for each other, each on a thread, which begins in the namespace of the one that starts
            // it.
            try (ExecutorService inside = Executors.newCachedThreadPool()) {
                return make(name, layers, command, inside);
            }
        });
    }

    private JibContainer make(String name, List<FileEntriesLayer> layers, List<String> command, ExecutorService inside)
            throws Exception {
        Path cache = directory.resolve("cache");
        var image = Jib.fromScratch()
                .setEnvironment(Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
                .setEntrypoint(command.subList(0, 1))
                .setProgramArguments(command.subList(1, command.size()));
        layers.forEach(image::addFileEntriesLayer);
        return image.containerize(Containerizer.to(RegistryImage.named(ImageReference.parse(registry.image(name))))
                .setExecutorService(inside)
                .setAllowInsecureRegistries(true)
                .setApplicationLayersCache(cache)
                .setBaseImageLayersCache(cache));
    }
}

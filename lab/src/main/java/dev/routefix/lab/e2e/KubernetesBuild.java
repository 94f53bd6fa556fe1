package dev.routefix.lab.e2e;

import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Builds Kubernetes and its specs from Debian's source package into a cache, whatever is not there yet. */
final class KubernetesBuild {
    /** The release that has the package; its tools build it on later ones too. */
    private static final String SOURCES = """
        deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main
        deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main
        """;

    /** The vendored one is older than the maps of Go 1.18; Debian packages one that is not. */
    private static final String REFLECT = "github.com/modern-go/reflect2";

    private static final Path DEBIAN_GO = Path.of("/usr/share/gocode/src");
    private static final String OPENAPI = "pkg/generated/openapi/zz_generated.openapi.go";
    private static final String BINDATA = "test/e2e/generated/bindata.go";
    private static final String VERSION = "v1.20.2";
    private static final Duration LONG = Duration.ofHours(2);
    private static final int LOG_LINES = 20;

    private final Path cache;
    private final Path source;
    private final Path log;
    private final Binaries binaries;
    private final Progress progress;

    /** @param cache a directory for all of it, which is made if need be */
    KubernetesBuild(Path cache, Progress progress) throws IOException {
        this.cache = Files.createDirectories(cache).toRealPath();
        source = this.cache.resolve("gopath/src/k8s.io/kubernetes");
        log = this.cache.resolve("build.log");
        binaries = new Binaries(Files.createDirectories(this.cache.resolve("bin")));
        this.progress = progress;
    }

    /** How long {@link #build} will take on two cores: what of it is not there yet. */
    Duration estimate() {
        boolean cluster = Binaries.CLUSTER.stream().allMatch(this::isThere);
        return Duration.ofMinutes((cluster ? 0 : 25) + (isThere(Binaries.SPECS) ? 0 : 8));
    }

    Binaries build() throws IOException {
        Binaries.CLUSTER.forEach(name -> program(name, goBuild("k8s.io/kubernetes/cmd/" + name)));
        program(Binaries.SPECS, List.of("go", "test", "-c", "-ldflags", flags(), "k8s.io/kubernetes/test/e2e"));
        program(Binaries.GINKGO, goBuild("k8s.io/kubernetes/vendor/github.com/onsi/ginkgo/ginkgo"));
        for (String image : List.of(Binaries.AGNHOST, Binaries.RESETS)) {
            program(image, goBuild("k8s.io/kubernetes/test/images/" + image));
        }
        for (String file : Binaries.CERTIFICATE) {
            if (!Files.exists(binaries.path(file))) {
                prepare();
                Files.copy(source.resolve("test/images/agnhost/porter").resolve(file), binaries.path(file));
            }
        }
        return binaries;
    }

    private boolean isThere(String program) {
        return Files.isExecutable(binaries.path(program));
    }

    private static List<String> goBuild(String pkg) {
        return List.of("go", "build", "-ldflags", flags(), pkg);
    }

    private static String flags() {
        String version = "k8s.io/component-base/version";
        return "-s -w -X " + version + ".gitVersion=" + VERSION + " -X " + version + ".gitMajor=1 -X " + version
                + ".gitMinor=20 -X k8s.io/client-go/pkg/version.gitVersion=" + VERSION;
    }

    private void program(String name, List<String> goCommand) {
        if (isThere(name)) {
            return;
        }
        try {
            prepare();
            progress.say("build " + name);
            Path part = cache.resolve(name + ".part");
            List<String> argv = new ArrayList<>(goCommand);
            argv.addAll(argv.size() - 1, List.of("-o", part.toString()));
            go(argv);
            Files.move(part, binaries.path(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source, and what it generates of itself. */
    private void prepare() throws IOException {
        if (!Files.exists(source)) {
            unpack();
        }
        if (!Files.exists(source.resolve(OPENAPI))) {
            generateOpenApi();
        }
        if (!Files.exists(source.resolve(BINDATA))) {
            generateBindata();
        }
    }

    private void unpack() throws IOException {
        progress.say("Kubernetes' source from Debian");
        Path apt = cache.resolve("apt");
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.writeString(apt.resolve("sources.list"), SOURCES);
        List<String> get = List.of(
                "apt-get",
                "-qq",
                "-o",
                "Dir::Etc::SourceList=" + apt.resolve("sources.list"),
                "-o",
                "Dir::Etc::SourceParts=-",
                "-o",
                "Dir::State::Lists=" + apt.resolve("lists"),
                "-o",
                "APT::Sandbox::User=root");
        run(apt, Stream.concat(get.stream(), Stream.of("update")).toList());
        run(
                apt,
                Stream.concat(get.stream(), Stream.of("source", "--download-only", "kubernetes"))
                        .toList());
        try (Stream<Path> files = Files.list(apt)) {
            Path description = files.filter(file -> file.toString().endsWith(".dsc"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("Debian has no source package of Kubernetes any more"));
            Path part = source.resolveSibling("kubernetes.part");
            Files.createDirectories(part.getParent());
            run(apt, List.of("rm", "-rf", part.toString()));
            run(apt, List.of("dpkg-source", "--no-check", "-x", description.toString(), part.toString()));
            Path reflect = part.resolve("vendor").resolve(REFLECT);
            run(apt, List.of("rm", "-rf", reflect.toString()));
            run(apt, List.of("cp", "-rL", DEBIAN_GO.resolve(REFLECT).toString(), reflect.toString()));
            for (Patch patch : Patch.all()) {
                patch.applyTo(part);
            }
            Files.move(part, source, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void generateOpenApi() throws IOException {
        progress.say("generate the API's description");
        Path generator = cache.resolve("openapi-gen");
        go(List.of("go", "build", "-o", generator.toString(), "./vendor/k8s.io/kube-openapi/cmd/openapi-gen"));
        go(List.of(
                generator.toString(),
                "-O",
                "zz_generated.openapi",
                "--go-header-file",
                "hack/boilerplate/boilerplate.generatego.txt",
                "--output-base",
                cache.resolve("gopath/src").toString(),
                "-p",
                "k8s.io/kubernetes/pkg/generated/openapi",
                "-i",
                String.join(",", describedPackages()),
                "-r",
                cache.resolve("violations").toString()));
    }

    /** Those that ask for it in a comment, as Kubernetes' own makefile finds them. */
    private Set<String> describedPackages() {
        Set<String> packages = new TreeSet<>();
        Command.of("grep", "-rl", "--include=*.go", "+k8s:openapi-gen=", "vendor/k8s.io", "pkg", "staging/src/k8s.io")
                .behind(List.of("env", "-C", source.toString()))
                .run()
                .stdout()
                .lines()
                .map(file -> file.substring(0, file.lastIndexOf('/')))
                .map(directory -> "k8s.io/kubernetes/" + directory.replaceFirst("^staging/src/", "vendor/"))
                .filter(name ->
                        !name.matches(".*(openapi-gen|kube-openapi|testdata|code-generator|generated/openapi).*"))
                .forEach(packages::add);
        return packages;
    }

    private void generateBindata() {
        Path generator = cache.resolve("go-bindata");
        go(List.of("go", "build", "-o", generator.toString(), "./vendor/github.com/go-bindata/go-bindata/go-bindata"));
        List<String> argv = new ArrayList<>(List.of(generator.toString(), "-nometadata", "-o", BINDATA));
        argv.addAll(List.of("-pkg", "generated", "-ignore", ".jpg", "-ignore", ".png", "-ignore", ".md"));
        argv.addAll(List.of("-ignore", "BUILD(\\.bazel)?"));
        Stream.of("conformance/testdata", "e2e/testing-manifests", "e2e_node/testing-manifests", "images", "fixtures")
                .forEach(directory -> argv.add("test/" + directory + "/..."));
        go(argv);
    }

    private void go(List<String> argv) {
        run(source, argv);
    }

    /** With little right to the machine: somebody may be working on it. */
    private void run(Path directory, List<String> argv) {
        Background process = Command.of(argv)
                .env(Map.of(
                        "GO111MODULE",
                        "off",
                        "GOPATH",
                        cache.resolve("gopath").toString(),
                        "GOCACHE",
                        cache.resolve("gocache").toString(),
                        "GOFLAGS",
                        "",
                        "CGO_ENABLED",
                        "0",
                        "PWD",
                        directory.toString()))
                .behind(List.of("nice", "-n", "10", "env", "-C", directory.toString()))
                .start(log);
        int exit = process.exit(LONG);
        if (exit != 0) {
            throw new IllegalStateException(String.join(" ", argv.subList(0, Math.min(4, argv.size())))
                    + " … ended with exit code " + exit + "\n"
                    + LogEnd.of(log.toString(), process.log().lines(), LOG_LINES));
        }
    }
}

package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that has nothing: no libc, no shell, only a directory for CNI plugins and {@code /proc}, {@code /sys} and {@code /run}. The appliance runs from
 * the built image and installs there; then a runtime calls the plugin. Needs root.
 */
final class HostIT {
    private static final Duration BOUND = Duration.ofMinutes(1);
    private static final List<String> VERBS = List.of("VERSION", "STATUS", "ADD", "CHECK", "DEL", "GC");

    /** What the manifest mounts, with the host's directories as they are. */
    private static final String CONTAINER = """
            host=$1
            shift
            cd "$0"
            mount -t proc proc proc
            mount --rbind /sys sys
            mount --rbind /dev dev
            for directory in tmp var; do mount -t tmpfs tmpfs $directory; done
            mkdir -p opt/cni/bin etc/cni/net.d var/lib/route-fix
            mount --bind "$host/opt/cni/bin" opt/cni/bin
            mount --bind "$host/run" run
            mount --rbind /run/netns run/netns
            exec chroot . "$@"
            """;

    /** The words up to "--" are variables; nothing that is linked dynamically runs after they are set. */
    private static final String HOST = """
            cd "$0"
            mount -t proc proc proc
            mount --rbind /sys sys
            mount --rbind /run/netns run/netns
            while [ "$1" != -- ]; do export "$1"; shift; done
            shift
            exec /bin/busybox chroot . "$@"
            """;

    @TempDir
    private Path directory;

    private TrainingGround ground;
    private Path host;
    private Path log;
    private Process appliance;
    private List<ProcessHandle> children = List.of();

    @BeforeEach
    void install() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        var image = BuiltImage.unpackedFor(HostIT.class);
        host = directory.resolve("host");
        for (String each : List.of("opt/cni/bin", "proc", "sys", "run/netns")) {
            Files.createDirectories(host.resolve(each));
        }
        log = directory.resolve("appliance.log");
        ground = TrainingGround.open();
        ground.onNode("ip", "link", "delete", "mac0").succeed();
        appliance = ground.onNode(
                        "unshare",
                        "--mount",
                        "sh",
                        "-ec",
                        CONTAINER,
                        image.root(),
                        host,
                        "/opt/route-fix/bin/java",
                        "-XX:AOTCache=/opt/route-fix/lib/installer.aot",
                        "@/opt/route-fix/installer.args",
                        "run")
                .start(log);
        Instant end = Instant.now().plus(BOUND);
        while (inContainer("ready").run().exitCode() != 0) {
            children = appliance.descendants().toList();
            assertThat(appliance.isAlive() && Instant.now().isBefore(end))
                    .as(Files.readString(log))
                    .isTrue();
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        stop();
        ground.close();
    }

    private void stop() throws InterruptedException {
        children = Stream.concat(children.stream(), appliance.descendants()).toList();
        appliance.destroy();
        if (!appliance.waitFor(BOUND)) {
            appliance.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void the_resident_answers_a_host_that_has_nothing() {
        assertThat(calls()).containsExactlyElementsOf(VERBS);
    }

    @Test
    void the_runtime_on_the_host_answers_where_no_resident_listens() throws Exception {
        stop();

        assertThat(calls()).containsExactlyElementsOf(VERBS);
    }

    @Test
    void what_the_environment_says_to_loaders_and_to_javas_changes_no_answer() throws Exception {
        var hostile = List.of(
                "JAVA_TOOL_OPTIONS=-version",
                "JDK_JAVA_OPTIONS=-version",
                "_JAVA_OPTIONS=-Xlog:all=info:stdout",
                "_JAVA_LAUNCHER_DEBUG=1",
                "CLASSPATH=/nowhere",
                "LD_AUDIT=/nowhere.so",
                "LD_DEBUG=help",
                "LD_LIBRARY_PATH=/nowhere",
                "LD_PRELOAD=/nowhere.so",
                "LD_SHOW_AUXV=1",
                "LD_TRACE_LOADED_OBJECTS=1");
        stop();

        for (var call : TrainingCall.all(ground.podPath())) {
            var usual = call(call, List.of()).run();
            assertThat(call(call, hostile).run()).as(call.verb()).isEqualTo(usual);
            assertThat(usual.exitCode()).as(usual.stdout()).isZero();
        }
    }

    @Test
    void ctl_works_on_the_host_as_in_the_container() throws Exception {
        Path build;
        try (var builds = Files.list(host.resolve("opt/cni/bin/.route-fix"))) {
            build = builds.findFirst().orElseThrow();
        }
        var ctl = "/" + host.relativize(build.resolve("bin/ctl"));

        assertThat(onHost(List.of(), ctl, "status").succeed()).contains("ok ", "plugin");
        assertThat(inContainer("uninstall").run().exitCode()).as("uninstall").isZero();
        try (var left = Files.list(host.resolve("opt/cni/bin"))) {
            assertThat(left).isEmpty();
        }
    }

    /** Makes every call, and sees what it made of the pod; the verbs that succeeded. */
    private List<String> calls() {
        return TrainingCall.all(ground.podPath()).stream()
                .filter(call -> {
                    var outcome = call(call, List.of()).run();
                    assertThat(outcome.exitCode())
                            .as(call.verb() + ": " + outcome)
                            .isZero();
                    var routes = Command.of(
                                    "nsenter",
                                    "--net=" + ground.podPath(),
                                    "ip",
                                    "route",
                                    "show",
                                    "default",
                                    "via",
                                    "169.254.1.1")
                            .succeed();
                    return !call.verb().equals("ADD") || !routes.isEmpty();
                })
                .map(TrainingCall::verb)
                .toList();
    }

    private Command call(TrainingCall call, List<String> variables) {
        return onHost(variables, "/opt/cni/bin/route-fix")
                .with(call.environment())
                .given(call.stdin());
    }

    private Command onHost(List<String> variables, Object... words) {
        return ground.onNode(
                "unshare", "--mount", "/bin/busybox", "sh", "-ec", HOST, host, variables, "--", List.of(words));
    }

    private Command inContainer(String word) {
        return Command.of("nsenter", "--target", appliance.pid(), "--mount", "--root", "/opt/route-fix/bin/ctl", word);
    }
}

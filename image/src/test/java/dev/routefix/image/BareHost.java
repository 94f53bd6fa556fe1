package dev.routefix.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A host that has nothing: no libc, no shell, only a directory for CNI plugins and {@code /proc}, {@code /sys} and {@code /run}; and the appliance on it, run
 * from an unpacked image.
 */
final class BareHost implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(1);

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
            for directory in etc/cni/net.d var/lib/route-fix; do
              if [ -d "$host/$directory" ]; then mount --bind "$host/$directory" $directory; fi
            done
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

    private final TrainingGround ground = TrainingGround.open();
    private final BuiltImage image;
    private final Path root;
    private final Path log;
    private @Nullable Process appliance;
    private List<ProcessHandle> children = List.of();

    /** @param directory an empty one */
    BareHost(BuiltImage image, Path directory) throws IOException {
        this.image = image;
        root = directory.resolve("host");
        log = directory.resolve("appliance.log");
        for (String each : List.of("opt/cni/bin", "proc", "sys", "run/netns")) {
            Files.createDirectories(root.resolve(each));
        }
        ground.onNode("ip", "link", "delete", "mac0").succeed();
    }

    /** Gives the host what all but the barest have: where networks are configured, and where state survives a reboot. */
    void withDisk() throws IOException {
        Files.createDirectories(root.resolve("etc/cni/net.d"));
        Files.createDirectories(root.resolve("var/lib/route-fix"));
    }

    TrainingGround ground() {
        return ground;
    }

    Path root() {
        return root;
    }

    /** Starts the appliance and does not wait for it. */
    void start() {
        appliance = ground.onNode(
                        "unshare",
                        "--mount",
                        "sh",
                        "-ec",
                        CONTAINER,
                        image.root(),
                        root,
                        "/opt/route-fix/bin/java",
                        "-XX:AOTCache=/opt/route-fix/lib/installer.aot",
                        "@/opt/route-fix/installer.args",
                        "run")
                .start(log);
    }

    /** Waits until its probe says that it is ready. */
    void awaitReady() throws IOException {
        Process running = requireNonNull(appliance);
        Instant end = Instant.now().plus(BOUND);
        while (ctl("ready").run().exitCode() != 0) {
            assertThat(running.isAlive() && Instant.now().isBefore(end))
                    .as(Files.readString(log))
                    .isTrue();
            Thread.onSpinWait();
        }
        children = running.descendants().toList();
    }

    /** {@code ctl} in the appliance's container. */
    ProgramRun ctl(String word) {
        return ProgramRun.of(
                "nsenter",
                "--target",
                requireNonNull(appliance).pid(),
                "--mount",
                "--root",
                "/opt/route-fix/bin/ctl",
                word);
    }

    /** A call of the plugin, as a container runtime on this host makes it with {@code variables} in its environment. */
    ProgramRun call(TrainingCall call, List<String> variables) {
        return run(variables, "/opt/cni/bin/" + (call.isLoopback() ? "loopback" : "route-fix"))
                .with(call.environment())
                .given(call.stdin());
    }

    ProgramRun call(TrainingCall call) {
        return call(call, List.of());
    }

    /** A command on this host. */
    ProgramRun run(List<String> variables, Object... words) {
        return ground.onNode(
                "unshare", "--mount", "/bin/busybox", "sh", "-ec", HOST, root, variables, "--", List.of(words));
    }

    /** Keeps the appliance from doing anything; who calls it now waits. */
    void freeze() {
        ProgramRun.of("kill", "-STOP", requireNonNull(appliance).pid()).succeed();
    }

    /** Waits until so many wait for an answer. */
    void awaitCallers(int callers) {
        Instant end = Instant.now().plus(BOUND);
        // one line for the socket itself
        while (sockets() <= callers) {
            assertThat(Instant.now()).as("%d callers", callers).isBefore(end);
            Thread.onSpinWait();
        }
    }

    private long sockets() {
        return ground.onNode("cat", "/proc/net/unix")
                .succeed()
                .lines()
                .filter(line -> line.contains("/route-fix.sock"))
                .count();
    }

    /** Ends the appliance as a kubelet does. */
    void stop() {
        end(false);
    }

    /** Ends the appliance as the kernel does when memory runs out. */
    void kill() {
        end(true);
    }

    private void end(boolean atOnce) {
        Process running = appliance;
        if (running == null) {
            return;
        }
        children = Stream.concat(children.stream(), running.descendants()).toList();
        if (atOnce) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        try {
            if (!running.waitFor(BOUND)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        children = List.of();
        appliance = null;
    }

    @Override
    public void close() {
        stop();
        ground.close();
    }
}

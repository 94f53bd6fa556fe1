package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The training run whose classes become the installer's AOT cache: {@code run} as the container does it, in the image's own root and in
 * network and mount namespaces of its own, on a LAN with a DHCP server. It installs everything, answers the probes and every verb of the plugin through
 * its socket, repairs a mac0 that was taken away, uninstalls, and ends on SIGTERM.
 */
final class InstallerTraining {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What a container runtime would mount. Everything that is written lands in memory and is gone with the mount namespace. */
    private static final String CONTAINER = """
            cd "$0"
            mount -t proc proc proc
            mount --rbind /sys sys
            mount --rbind /dev dev
            for directory in run tmp var; do mount -t tmpfs tmpfs $directory; done
            mkdir -p tmp/bin tmp/net.d run/netns var/lib/rancher/rke2/agent/etc/containerd
            cat > var/lib/rancher/rke2/agent/etc/containerd/config.toml <<EOF
            version = 3
            imports = ["conf.d/*.toml"]
            [plugins.'io.containerd.cri.v1.runtime'.cni]
              bin_dirs = ["/tmp/bin"] # the first that is there
              conf_dir = '/tmp/net.d'
            EOF
            mount --rbind /run/netns run/netns
            exec chroot . "$@"
            """;

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "RESYNC_SECONDS", "1",
            "LEARNING_SECONDS", "1",
            "LOG_LEVEL", "info");

    private final Workspace workspace;
    private final Path log;

    InstallerTraining(Workspace workspace) {
        this.workspace = workspace;
        this.log = workspace.training().resolve("installer.log");
    }

    /** Makes {@code lib/installer.aot}; returns a line that says how it went. */
    String run() throws IOException {
        var home = new JavaHome(Path.of("/" + Layer.HOME));
        Path cache = Path.of("lib/installer.aot");
        if (!"root".equals(System.getProperty("user.name"))) {
            var here = new JavaHome(workspace.runtime());
            ProgramRun.of(
                            here.java(),
                            "-XX:AOTCacheOutput=" + here.path().resolve(cache),
                            "@" + here.path().resolve("installer.args"),
                            "help")
                    .run();
            return "without root only the usage text could be rehearsed: the installer will start more slowly";
        }
        try (var ground = TrainingGround.open()) {
            ground.onNode("ip", "link", "delete", "mac0").succeed();
            Process process = ground.onNode(
                            "unshare",
                            "--mount",
                            "sh",
                            "-ec",
                            CONTAINER,
                            workspace.root(),
                            home.path().resolve("bin/java"),
                            "-XX:AOTCacheOutput=" + home.path().resolve(cache),
                            "@" + home.path().resolve("installer.args"),
                            "run")
                    .with(ENVIRONMENT)
                    .start(log);
            try {
                rehearse(process, ground);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        if (!Files.exists(workspace.runtime().resolve(cache))) {
            throw failed("left no AOT cache");
        }
        return "installed, answered, repaired, uninstalled";
    }

    private void rehearse(Process process, TrainingGround ground) throws IOException {
        String ctl = "/" + Layer.HOME + "/bin/ctl";
        await(process, "is not ready", () -> inside(process, ctl, "ready").run().exitCode() == 0);
        inside(process, ctl, "live").succeed();
        inside(process, ctl, "status").succeed();
        for (var call : ground.calls()) {
            inside(process, "/tmp/bin" + (call.isLoopback() ? "/loopback" : "/route-fix"))
                    .with(call.environment())
                    .given(call.stdin())
                    .succeed();
        }
        ground.onNode("ip", "link", "delete", "mac0").succeed();
        await(
                process,
                "did not repair mac0",
                () -> ground.onNode("ip", "link", "show", "mac0").run().exitCode() == 0);
        ground.endPods();
        inside(process, ctl, "uninstall").succeed();
        process.destroy();
        try {
            process.waitFor(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A command in the container, which sees its files only. */
    private static ProgramRun inside(Process container, Object... words) {
        return ProgramRun.of("nsenter", "--target", container.pid(), "--mount", "--root", List.of(words));
    }

    private void await(Process process, String otherwise, BooleanSupplier condition) throws IOException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw failed(otherwise);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private IllegalStateException failed(String how) throws IOException {
        return new IllegalStateException("the installer's training run " + how + ":\n" + Files.readString(log));
    }
}

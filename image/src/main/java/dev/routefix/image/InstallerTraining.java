package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The training run whose classes become the installer's AOT cache: {@code run} as the container does it, in the image's own root and in
 * network and mount namespaces of its own. It installs everything, repairs a mac0 that was taken away, and ends on SIGTERM.
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
            mkdir -p tmp/bin tmp/net.d var/lib
            exec chroot . "$@"
            """;

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "CNI_BIN_DIR", "/tmp/bin",
            "CNI_CONF_DIR", "/tmp/net.d",
            "RESYNC_SECONDS", "1",
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
            Command.of(
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
        return "installed, repaired, stopped";
    }

    private void rehearse(Process process, TrainingGround ground) throws IOException {
        Path conflists = Path.of("/proc/" + process.pid() + "/root/tmp/net.d");
        await(process, "installed nothing", () -> Files.exists(conflists.resolve("0-route-fix.conflist")));
        ground.onNode("ip", "link", "delete", "mac0").succeed();
        await(
                process,
                "did not repair mac0",
                () -> ground.onNode("ip", "link", "show", "mac0").run().exitCode() == 0);
        process.destroy();
        try {
            process.waitFor(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

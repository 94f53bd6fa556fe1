package dev.routefix.image;

import dev.routefix.installer.config.Paths;
import dev.routefix.relay.Machine;
import dev.routefix.relay.Relay;
import dev.routefix.relay.RelaySettings;
import dev.routefix.relay.RootEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * {@code bin/ctl}, by which {@code preStop} and the probes ask the resident: a relay without a fallback, so that no second JVM ever starts in the
 * container, whose memory limit has room for one. It travels to the host with the runtime and works there too. Beside it {@code bin/on-host}, by which
 * the resident executes the host's plugins.
 */
final class Client {
    /**
     * Longer than an uninstallation takes at a tenth of a core, and shorter than the manifest's grace period, so that the kubelet hears why it failed. A
     * probe's own timeout is shorter.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private Client() {}

    /** Writes both for the image's kind of processor. */
    static void write(Path home, Machine machine) throws IOException {
        var socket = Paths.under(Path.of("/")).ctlSocket().toString();
        Path file = home.resolve("bin/ctl");
        Files.write(
                file, Relay.of(RelaySettings.client(socket, PATIENCE), machine).executable());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path entry = home.resolve("bin/on-host");
        Files.write(entry, RootEntry.executable(machine));
        Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

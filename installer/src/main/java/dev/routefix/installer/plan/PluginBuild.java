package dev.routefix.installer.plan;

import dev.routefix.relay.Machine;
import dev.routefix.relay.Relay;
import dev.routefix.relay.RelaySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One build of the plugin, and the executable by which the container runtime calls it. That asks the resident; where none listens it starts the
 * runtime copied to the host, with that runtime's own loader and C library, so that the host needs neither Java nor a shell nor a certain libc.
 *
 * @param name as the image gives it
 * @param relay the executable, for this machine
 */
public record PluginBuild(String name, RelaySettings settings, Content relay) {

    /**
     * How long the resident may be silent. A call takes it milliseconds; a hundred at once on a slow machine, held to a tenth of a core, some seconds.
     * The kubelet gives up a DEL after two minutes and an ADD after four, other callers often after one. They then kill the plugin and know nothing, so
     * the relay says before that what happened.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(55);

    /** Writes the executable, which takes a millisecond. */
    public static PluginBuild of(String name, RelaySettings settings) {
        var relay = Relay.of(settings, Machine.here());
        return new PluginBuild(name, settings, new Content.Bytes(relay.executable()));
    }

    /**
     * What the executable has to do.
     *
     * @param socket where the resident listens, as the host sees it
     * @param directory of the build's runtime, as the host sees it
     */
    public static RelaySettings settings(Path socket, Path directory) {
        var d = directory.toString();
        return new RelaySettings(
                socket.toString(),
                PATIENCE,
                d,
                List.of(
                        d + "/bin/ld.so",
                        "--library-path",
                        d + "/glibc:" + d + "/lib:" + d + "/lib/server",
                        d + "/bin/java",
                        "-XX:AOTCache=" + d + "/lib/plugin.aot",
                        "-Djna.boot.library.path=" + d + "/lib",
                        "@" + d + "/plugin.args"));
    }
}

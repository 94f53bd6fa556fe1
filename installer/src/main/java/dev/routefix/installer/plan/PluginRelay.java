package dev.routefix.installer.plan;

import dev.routefix.relay.RelaySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The executable that the container runtime calls: it asks the resident, and where none listens it starts the plugin in the runtime copied to the
 * host, with that runtime's own loader and C library, so that the host needs neither Java nor a shell nor a certain libc.
 */
final class PluginRelay {

    /**
     * How long the resident may be silent. A call takes it milliseconds; a hundred at once on a slow machine, held to a tenth of a core, some seconds.
     * The kubelet gives up a DEL after two minutes and an ADD after four, other callers often after one. They then kill the plugin and know nothing, so
     * the relay says before that what happened.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(55);

    private PluginRelay() {}

    /**
     * The relay for one build.
     *
     * @param socket and
     * @param directory of the build's runtime, both as the host sees them
     */
    static RelaySettings settings(Path socket, Path directory) {
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

package dev.routefix.relay;

import java.time.Duration;
import java.util.List;

/** Settings as an installer would make them with the usual paths. */
final class Sample {
    private static final String RUNTIME = "/opt/cni/bin/.route-fix/0.1.0-3f2a9c1d";

    static final RelaySettings SETTINGS = new RelaySettings(
            "/run/route-fix/route-fix.sock",
            Duration.ofSeconds(55),
            RUNTIME,
            List.of(
                    RUNTIME + "/bin/ld.so",
                    "--library-path",
                    "%1$s/glibc:%1$s/lib:%1$s/lib/server".formatted(RUNTIME),
                    RUNTIME + "/bin/java",
                    "-XX:AOTCache=" + RUNTIME + "/lib/plugin.aot",
                    "-Djna.boot.library.path=" + RUNTIME + "/lib",
                    "@" + RUNTIME + "/plugin.args"));

    private Sample() {}
}

package dev.routefix.installer.plan;

import java.nio.file.Path;

/**
 * The executable that the container runtime calls: a POSIX shell script that starts the plugin by the runtime copied to the host, with that
 * runtime's own loader and C library, so that the host needs neither Java nor a certain libc.
 */
final class Launcher {

    private Launcher() {}

    /** The script for the runtime in {@code directory}. Variables that make a JVM or a loader talk or behave otherwise are dropped. */
    static String script(Path directory) {
        return """
                #!/bin/sh
                # The CNI plugin route-fix. Written by its installer, which puts it back when it is changed.
                unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH LD_PRELOAD LD_LIBRARY_PATH
                d=%s
                exec "$d/bin/ld.so" --library-path "$d/glibc:$d/lib:$d/lib/server" "$d/bin/java" \\
                  -XX:AOTCache="$d/lib/plugin.aot" -Djna.boot.library.path="$d/lib" @"$d/plugin.args"
                """.formatted(quoted(directory.toString()));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}

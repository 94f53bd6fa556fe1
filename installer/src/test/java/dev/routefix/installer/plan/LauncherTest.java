package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {

    @TempDir
    Path directory;

    @Test
    void starts_the_runtimes_own_java_by_its_own_loader_and_drops_what_would_make_it_talk() throws Exception {
        var build = directory.resolve("it's here");
        Files.createDirectories(build.resolve("bin"));
        executable(
                build.resolve("bin/ld.so"), "#!/bin/sh\nenv\nfor a in \"$@\"; do echo \"<$a>\"; done\ncat\nexit 7\n");
        var launcher = executable(directory.resolve("route-fix"), Launcher.script(build));
        var process = new ProcessBuilder(launcher.toString()).redirectErrorStream(true);
        process.environment().put("JAVA_TOOL_OPTIONS", "-Dnoise");
        process.environment().put("LD_LIBRARY_PATH", "/elsewhere");
        process.environment().put("CNI_COMMAND", "VERSION");

        var running = process.start();
        try (var stdin = running.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write("the request");
        }
        var output = running.inputReader(StandardCharsets.UTF_8).readAllAsString();

        assertThat(running.waitFor()).isEqualTo(7);
        assertThat(output.lines())
                .contains("CNI_COMMAND=VERSION", "the request")
                .noneMatch(line -> line.startsWith("JAVA_TOOL_OPTIONS") || line.startsWith("LD_LIBRARY_PATH"))
                .containsSubsequence(
                        "<--library-path>",
                        "<" + build + "/glibc:" + build + "/lib:" + build + "/lib/server>",
                        "<" + build + "/bin/java>",
                        "<-XX:AOTCache=" + build + "/lib/plugin.aot>",
                        "<-Djna.boot.library.path=" + build + "/lib>",
                        "<@" + build + "/plugin.args>");
    }

    private static Path executable(Path file, String text) throws Exception {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

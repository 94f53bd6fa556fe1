package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.docs.DocsPage;
import dev.routefix.relay.Machine;
import dev.routefix.relay.Relay;
import dev.routefix.relay.RelaySettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PluginBuildTest {

    private static final RelaySettings USUAL = PluginBuild.settings(
            Path.of("/run/route-fix/route-fix.sock"), Path.of("/opt/cni/bin/.route-fix/0.1.0-3f2a9c1d"));

    @TempDir
    Path directory;

    @Test
    void starts_the_runtimes_own_java_by_its_own_loader_where_nobody_listens() throws Exception {
        var build = directory.resolve("it's here");
        Files.createDirectories(build.resolve("bin"));
        executable(
                build.resolve("bin/ld.so"),
                "#!/bin/sh\nenv\nfor a in \"$@\"; do echo \"<$a>\"; done\ncat\nexit 7\n"
                        .getBytes(StandardCharsets.UTF_8));
        var relay = Relay.of(PluginBuild.settings(directory.resolve("nobody.sock"), build), Machine.here());
        var process = new ProcessBuilder(executable(directory.resolve("route-fix"), relay.executable())
                        .toString())
                .redirectErrorStream(true);
        process.environment().put("CNI_COMMAND", "VERSION");

        var running = process.start();
        try (var stdin = running.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write("the request");
        }
        var output = running.inputReader(StandardCharsets.UTF_8).readAllAsString();

        assertThat(running.waitFor()).isEqualTo(7);
        assertThat(output.lines())
                .contains("CNI_COMMAND=VERSION", "the request")
                .containsSubsequence(
                        "<--library-path>",
                        "<" + build + "/glibc:" + build + "/lib:" + build + "/lib/server>",
                        "<" + build + "/bin/java>",
                        "<-XX:AOTCache=" + build + "/lib/plugin.aot>",
                        "<-Djna.boot.library.path=" + build + "/lib>",
                        "<@" + build + "/plugin.args>");
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void has_2048_bytes_at_most_with_the_usual_paths(Machine machine) {
        assertThat(Relay.of(USUAL, machine).executable()).hasSizeLessThanOrEqualTo(2048);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void the_docs_name_its_size_with_the_usual_paths_and_its_patience(Machine machine) {
        assertThat(new DocsPage("relay.md").text())
                .contains(String.format(
                        Locale.ROOT, "(%,d bytes", Relay.of(USUAL, machine).executable().length))
                .contains("as its patience, which is " + USUAL.patience().toSeconds() + " s on a node");
    }

    private static Path executable(Path file, byte[] bytes) throws Exception {
        Files.write(file, bytes);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

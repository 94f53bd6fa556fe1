package dev.routefix.installer.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.FoundRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildsTest {

    private static final String BUILD = "0.1.0-3f2a9c1d";

    @TempDir
    Path directory;

    private Path source = Path.of("/");
    private Path host = Path.of("/");
    private Builds builds = new Builds(source, host, host, Duration.ZERO);

    @BeforeEach
    void an_image() throws IOException {
        source = Files.createDirectories(directory.resolve("image"));
        host = directory.resolve("host/.route-fix");
        builds = new Builds(source, host, Path.of("/proc"), Duration.ZERO);
        Files.writeString(source.resolve("build"), BUILD + "\n");
        Files.createDirectories(source.resolve("bin"));
        Files.copy(Path.of("/bin/sleep"), source.resolve("bin/java"));
        Files.setPosixFilePermissions(source.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void names_the_images_build() {
        assertThat(builds.current()).isEqualTo(BUILD);
    }

    @Test
    void refuses_a_build_that_would_lead_elsewhere() throws IOException {
        Files.writeString(source.resolve("build"), "../..");

        assertThatThrownBy(builds::current).isInstanceOf(HostProblem.class).hasMessageContaining("names no build");
    }

    @Test
    void a_host_without_us_has_none() throws IOException {
        assertThat(builds.found(BUILD)).isEmpty();
    }

    @Test
    void puts_every_file_with_its_mode() throws IOException {
        builds.put(BUILD);

        assertThat(builds.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(true, false)));
        assertThat(host.resolve(BUILD + "/bin/java"))
                .hasSameBinaryContentAs(source.resolve("bin/java"))
                .isExecutable();
        assertThat(host.toFile().list()).containsExactly(BUILD);
    }

    @Test
    void leaves_out_what_only_the_container_starts() throws IOException {
        Files.createDirectories(source.resolve("lib"));
        for (var name : List.of("plugin", "installer")) {
            Files.writeString(source.resolve(name + ".args"), "-m x");
            Files.writeString(source.resolve("lib/" + name + ".aot"), "classes");
        }

        builds.put(BUILD);

        assertThat(builds.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(true, false)));
        assertThat(host.resolve(BUILD + "/plugin.args")).exists();
        assertThat(host.resolve(BUILD + "/lib/plugin.aot")).exists();
        assertThat(host.resolve(BUILD + "/lib/installer.aot")).doesNotExist();
    }

    @Test
    void starts_afresh_where_a_killed_process_had_begun() throws IOException {
        Files.createDirectories(host.resolve("." + BUILD + AtomicFiles.TEMPORARY));
        Files.writeString(host.resolve("." + BUILD + AtomicFiles.TEMPORARY + "/leftover"), "x");

        builds.put(BUILD);

        assertThat(host.resolve(BUILD + "/leftover")).doesNotExist();
        assertThat(host.toFile().list()).containsExactly(BUILD);
    }

    @Test
    void takes_a_copy_that_was_whole_for_whole_for_a_while() throws IOException {
        var trusting = new Builds(source, host, Path.of("/proc"), Duration.ofHours(1));
        trusting.put(BUILD);
        assertThat(trusting.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(true, false)));
        Files.writeString(host.resolve(BUILD + "/bin/java"), "cut");
        assertThat(trusting.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(true, false)));

        assertThat(builds.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(false, false)));
        trusting.remove(BUILD);
        trusting.put(BUILD);
        Files.writeString(host.resolve(BUILD + "/bin/java"), "cut");
        assertThat(trusting.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(false, false)));
    }

    @Test
    void puts_right_what_is_missing_or_cut_short_or_not_executable() throws IOException {
        builds.put(BUILD);
        Files.writeString(host.resolve(BUILD + "/bin/java"), "cut");
        Files.delete(host.resolve(BUILD + "/build"));
        assertThat(builds.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(false, false)));

        builds.put(BUILD);

        assertThat(builds.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(true, false)));

        Files.setPosixFilePermissions(host.resolve(BUILD + "/bin/java"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(builds.found(BUILD)).isEqualTo(Map.of(BUILD, new FoundRuntime(false, false)));
    }

    @Test
    void sees_that_a_process_runs_from_an_old_build() throws Exception {
        builds.put(BUILD);
        var running = new ProcessBuilder(host.resolve(BUILD + "/bin/java").toString(), "100").start();
        try {
            assertThat(builds.found("0.2.0")).isEqualTo(Map.of(BUILD, new FoundRuntime(true, true)));
        } finally {
            running.destroyForcibly().waitFor();
        }
        assertThat(builds.found("0.2.0")).isEqualTo(Map.of(BUILD, new FoundRuntime(true, false)));
    }

    @Test
    void removes_a_build_and_the_directory_with_the_last() throws IOException {
        builds.put(BUILD);
        builds.put("0.2.0");

        builds.remove(BUILD);
        assertThat(host.toFile().list()).containsExactly("0.2.0");

        builds.remove("0.2.0");
        assertThat(host).doesNotExist();
    }
}

package dev.routefix.installer.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.delegate.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainPluginsTest {

    private static final String WELL =
            "echo '{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.4.0\",\"1.0.0\"]}'\n";

    @TempDir
    Path directory;

    private ChainPlugins plugins;
    private Path plugin;

    @BeforeEach
    void a_host() {
        plugins = new ChainPlugins(directory, path -> path, HostPrograms.asGiven());
        plugin = directory.resolve("macvlan");
    }

    @Test
    void a_plugin_that_answers_well_is_asked_once() throws IOException {
        script("/bin/sh", "echo >> " + asked() + "\n" + WELL);

        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();
        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();

        assertThat(asked()).hasContent("\n");
    }

    @Test
    void it_is_asked_again_when_its_file_or_the_version_changes() throws IOException {
        script("/bin/sh", WELL);
        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();

        assertThat(cause("1.1.0")).contains("speaks CNI [0.4.0, 1.0.0] and not CNI_VERSION 1.1.0");
        script("/bin/sh", "echo rubbish\n");
        assertThat(cause("1.0.0")).contains("rubbish");
    }

    @Test
    void one_that_failed_is_asked_again_each_time() throws IOException {
        script("/bin/sh", "echo >> " + asked() + "\n[ $(wc -l < " + asked() + ") -gt 1 ] && " + WELL);

        assertThat(plugins.finding(plugin, "1.0.0", false)).isNotNull();
        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();
    }

    @Test
    void it_is_asked_as_a_runtime_asks() throws IOException {
        script("/bin/sh", "[ \"$CNI_COMMAND\" = VERSION ] && [ \"$(cat)\" = '{\"cniVersion\":\"1.0.0\"}' ] && " + WELL);

        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();
    }

    @Test
    void a_script_whose_interpreter_only_the_host_has_is_run_by_the_hosts() throws IOException {
        Files.createDirectories(directory.resolve("only/there"));
        Files.createSymbolicLink(directory.resolve("only/there/sh"), Path.of("/bin/sh"));
        script("/only/there/sh -e", WELL);
        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();

        script("/only/there/sh", "echo rubbish\n");
        assertThat(cause("1.0.0")).contains("rubbish");
    }

    @Test
    void what_cannot_be_run_here_because_of_what_is_not_here_is_left_to_the_host() throws IOException {
        script("/nowhere/sh", WELL);

        assertThat(plugins.finding(plugin, "1.0.0", false)).isNull();
    }

    private Path asked() {
        return directory.resolve("asked");
    }

    private void script(String interpreter, String text) throws IOException {
        Files.deleteIfExists(plugin);
        Files.writeString(plugin, "#!" + interpreter + "\n" + text);
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String cause(String version) {
        return Objects.requireNonNull(plugins.finding(plugin, version, false)).cause();
    }
}

package dev.routefix.installer.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {

    private static final String CONFIG = "/etc/containerd/config.toml";
    private static final String BINARIES = "/var/lib/rancher/k3s/data/current/bin";
    private static final String NETWORKS = "/etc/cni/net.d";

    @TempDir
    Path directory;

    private FakeNode node;

    @BeforeEach
    void a_node() {
        node = new FakeNode(directory)
                .directory("/var/lib/rancher/k3s/data/1/bin")
                .directory("/var/lib/rancher/k3s/data/2/bin")
                .link("/var/lib/rancher/k3s/data/current", "/var/lib/rancher/k3s/data/1")
                .directory(NETWORKS)
                .file(CONFIG, "version = 2\n");
    }

    private Directories remembered(@Nullable Layout layout, String... environment) throws Exception {
        var settings = Map.of(
                "CNI_BIN_DIR",
                BINARIES,
                "CNI_CONF_DIR",
                NETWORKS,
                "CONFLIST",
                environment.length > 0 ? "none" : "write");
        return Directories.remember(node.paths(), Configuration.parse(settings, "n"), layout);
    }

    private Directories mounted() throws Exception {
        return remembered(null);
    }

    private Directories found() throws Exception {
        return remembered(new Layout(node.root(), BINARIES, NETWORKS, "", List.of(), List.of(CONFIG)));
    }

    @Test
    void they_are_what_they_were_as_long_as_nothing_happens() throws Exception {
        var directories = mounted();
        node.file(NETWORKS + "/10-other.conflist", "{}");

        assertThat(directories.change()).isNull();
        assertThat(found().change()).isNull();
    }

    @Test
    void a_link_that_moves_is_noticed() throws Exception {
        var mounted = mounted();
        var found = found();
        node.link("/var/lib/rancher/k3s/data/current", "/var/lib/rancher/k3s/data/2");

        assertThat(mounted.change()).startsWith("CNI_BIN_DIR " + BINARIES + " is another directory now");
        assertThat(found.change()).startsWith("CNI_BIN_DIR " + BINARIES + " is another directory now");
    }

    @Test
    void a_directory_that_was_deleted_and_made_anew_is_noticed() throws Exception {
        var directories = mounted();
        // another one at the same time has another inode
        node.directory("/etc/cni/new");
        Files.delete(node.at(NETWORKS));
        Files.move(node.at("/etc/cni/new"), node.at(NETWORKS));

        assertThat(directories.change()).startsWith("CNI_CONF_DIR /etc/cni/net.d is another directory now");
    }

    @Test
    void that_of_networks_does_not_matter_where_we_write_none() throws Exception {
        var directories = remembered(null, "CONFLIST=none");
        Files.delete(node.at(NETWORKS));

        assertThat(directories.change()).isNull();
    }

    @Test
    void one_that_is_gone_is_noticed_where_it_is_a_mount_and_otherwise_made_again_by_who_writes_into_it()
            throws Exception {
        var mounted = mounted();
        var found = found();
        Files.delete(node.at(NETWORKS));

        assertThat(mounted.change()).isEqualTo("CNI_CONF_DIR /etc/cni/net.d is gone from the host");
        assertThat(found.change()).isNull();
    }

    @Test
    void one_that_we_have_made_ourselves_is_remembered_from_then_on() throws Exception {
        Files.delete(node.at(NETWORKS));
        var directories = found();
        node.directory(NETWORKS);
        assertThat(directories.change()).isNull();

        node.directory("/etc/cni/new");
        Files.delete(node.at(NETWORKS));
        Files.move(node.at("/etc/cni/new"), node.at(NETWORKS));

        assertThat(directories.change()).contains("is another directory now");
    }

    @Test
    void a_runtime_that_is_configured_otherwise_is_noticed() throws Exception {
        node = new FakeNode(directory.resolve("other"))
                .directory("/opt/cni/bin")
                .directory(NETWORKS)
                .file(CONFIG, "version = 2\n");
        var layout = node.layout();
        var settings = Map.of("CNI_BIN_DIR", layout.binDir(), "CNI_CONF_DIR", layout.confDir());
        var directories = Directories.remember(node.paths(), Configuration.parse(settings, "n"), layout);
        assertThat(directories.change()).isNull();

        node.file(CONFIG, "version = 2\n# somebody is at it\n[plugins");
        assertThat(directories.change()).isNull();
        node.file(CONFIG, "version = 2\n[plugins.cri.cni]\nconf_dir = '/etc/cni/other.d'\n");

        assertThat(directories.change())
                .contains("/opt/cni/bin and /etc/cni/other.d now", "by /etc/containerd/config.toml");
    }
}

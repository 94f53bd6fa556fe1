package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the container runtime's directories are left to the appliance. The paths it finds are the host's; here they are below the node's root. */
class FoundDirectoriesIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String[] AUTO = {"CNI_BIN_DIR=auto", "CNI_CONF_DIR="};

    @Test
    void they_are_installed_into_and_the_log_says_how_they_were_found() {
        try (var run = node.run(AUTO)) {
            assertThat(run.log())
                    .contains("CNI_BIN_DIR is /opt/cni/bin and CNI_CONF_DIR is /etc/cni/net.d, as found out: any other,"
                            + " by /opt/cni/bin");
            assertThat(node.conflist()).exists();
            assertThat(node.binDir().resolve("route-fix")).isExecutable();
            assertThat(node.ctl("status").stdout()).contains("/etc/cni/net.d/0-route-fix.conflist");

            assertThat(node.ctl("uninstall").stdout()).contains("uninstalled");
            assertThat(run.stop(SOON)).isZero();
        }
        assertThat(node.files()).isEmpty();
    }

    @Test
    void what_is_given_goes_before_what_is_found() throws IOException {
        Files.createDirectories(node.at("etc/cni/lan.d"));

        try (var _ = node.run("CNI_BIN_DIR=auto", "CNI_CONF_DIR=/etc/cni/lan.d")) {
            assertThat(node.at("etc/cni/lan.d/0-route-fix.conflist")).exists();
            assertThat(node.conflist()).doesNotExist();
        }
    }

    @Test
    void a_directory_that_the_runtime_names_and_nobody_has_made_is_made() throws IOException {
        Files.createDirectories(node.at("etc/containerd"));
        Files.writeString(
                node.at("etc/containerd/config.toml"), "version = 2\n[plugins.cri.cni]\nconf_dir = '/etc/cni/new.d'\n");

        try (var _ = node.run(AUTO)) {
            assertThat(node.at("etc/cni/new.d/0-route-fix.conflist")).exists();
        }
    }

    @Test
    void where_nothing_is_found_the_places_are_named_and_what_to_set() throws IOException {
        Files.move(node.binDir(), node.at("elsewhere"));

        var refused = node.installer("install", AUTO);

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.stderr())
                .contains("no container runtime's directories are found", "/etc/crio/crio.conf", "/opt/cni/bin")
                .contains("set CNI_BIN_DIR and CNI_CONF_DIR");
        assertThat(node.files()).noneMatch(file -> file.endsWith("conflist"));
    }

    @Test
    void one_that_is_deleted_and_made_anew_ends_the_container_and_the_next_one_installs_into_it() throws IOException {
        try (var run = node.run(AUTO)) {
            // what is made while the old one is there has another inode
            var fresh = Files.createDirectory(node.at("etc/cni/fresh"));
            var old = Files.move(node.confDir(), node.at("etc/cni/old"));
            Files.move(fresh, node.confDir());

            assertThat(run.exit(SOON)).isEqualTo(3);
            assertThat(run.log())
                    .contains("CNI_CONF_DIR /etc/cni/net.d is another directory now than the one it was: this container"
                            + " ends with exit code 3");
            assertThat(old.toFile().list()).containsExactly("0-route-fix.conflist");
            assertThat(node.confDir()).isEmptyDirectory();
        }
        try (var _ = node.run(AUTO)) {
            assertThat(node.conflist()).exists();
            assertThat(node.ctl("ready").ok()).isTrue();
        }
    }

    @Test
    void a_link_that_moves_does_the_same() throws IOException {
        var data = Files.createDirectories(node.at("var/lib/rancher/k3s/data"));
        for (var version : List.of("1", "2")) {
            Files.createDirectories(data.resolve(version).resolve("bin"));
        }
        // as k3s makes it: absolute, so it leads out of the root by which the node is reached
        var current = Files.createSymbolicLink(data.resolve("current"), Path.of("/var/lib/rancher/k3s/data/1"));
        try (var run = node.run(AUTO)) {
            assertThat(data.resolve("1/bin/route-fix")).isExecutable();
            Files.delete(current);
            Files.createSymbolicLink(current, Path.of("/var/lib/rancher/k3s/data/2"));

            assertThat(run.exit(SOON)).isEqualTo(3);
        }
        assertThat(data.resolve("2/bin")).isEmptyDirectory();
        try (var _ = node.run(AUTO)) {
            assertThat(data.resolve("2/bin/route-fix")).isExecutable();
        }
    }

    @Test
    void a_node_that_is_given_up_is_not_kept_again_by_that() throws IOException {
        try (var run = node.run(AUTO)) {
            assertThat(node.ctl("uninstall").stdout()).contains("uninstalled");
            Files.move(node.confDir(), node.at("etc/cni/old"));
            Files.createDirectory(node.confDir());

            assertThat(run.stop(SOON)).isZero();
        }
    }
}

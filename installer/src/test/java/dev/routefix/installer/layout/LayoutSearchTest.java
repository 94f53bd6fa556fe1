package dev.routefix.installer.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.installer.log.HostProblem;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By the runtime that runs us. */
class LayoutSearchTest {

    private static final String K3S_CONFIG = "/var/lib/rancher/k3s/agent/etc/containerd/config.toml";
    private static final String K3S_SOCKET = "/run/k3s/containerd/containerd.sock";
    private static final String HASH = "/var/lib/rancher/k3s/data/3f1c0dee";

    @TempDir
    Path directory;

    private FakeNode node;

    @BeforeEach
    void a_node() {
        node = new FakeNode(directory);
    }

    private static String version3(String binDir, String confDir) {
        return """
                version = 3
                [plugins.'io.containerd.cri.v1.runtime']
                  enable_cdi = true
                [plugins.'io.containerd.cri.v1.runtime'.cni]
                  bin_dirs = ['%s']
                  conf_dir = '%s'
                """.formatted(binDir, confDir);
    }

    @Test
    void kubeadm_with_containerd() {
        node.directory("/opt/cni/bin")
                .directory("/etc/cni/net.d")
                .file("/etc/containerd/config.toml", "version = 2\n")
                .containerd("/run/containerd/containerd.sock", "/usr/bin/containerd");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
        assertThat(node.layout().because())
                .isEqualTo("containerd (process 70), which runs this container, by /etc/containerd/config.toml");
    }

    @Test
    void containerd_without_any_configuration() {
        node.containerd("/run/containerd/containerd.sock", "/usr/local/bin/containerd");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
        assertThat(node.layout().because()).contains("has no configuration at /etc/containerd/config.toml");
    }

    @Test
    void Debians_containerd() {
        node.directory("/usr/lib/cni")
                .directory("/opt/cni/bin")
                .file("/etc/containerd/config.toml", FakeNode.version2("/usr/lib/cni", "/etc/cni/net.d"))
                .containerd("/run/containerd/containerd.sock", "/usr/bin/containerd");

        node.leadsTo("/usr/lib/cni", "/etc/cni/net.d");
    }

    @Test
    void a_containerd_that_is_started_with_another_configuration() {
        node.file("/etc/containerd/config.toml", FakeNode.version2("/usr/lib/cni", "/etc/cni/net.d"))
                .file("/srv/ctd.toml", version3("/srv/plugins", "/srv/networks"))
                .containerd("/run/containerd/containerd.sock", "containerd", "-c", "/srv/ctd.toml");

        node.leadsTo("/srv/plugins", "/srv/networks");
    }

    @Test
    void k3s_from_October_2024_on() {
        k3s("/var/lib/rancher/k3s/data/cni").directory("/var/lib/rancher/k3s/data/cni");

        node.leadsTo("/var/lib/rancher/k3s/data/cni", FakeNode.K3S_CONF_DIR);
    }

    @Test
    void k3s_before_goes_by_the_link_that_moves_with_an_upgrade() {
        k3s(HASH + "/bin").directory(HASH + "/bin").link("/var/lib/rancher/k3s/data/current", HASH);

        node.leadsTo("/var/lib/rancher/k3s/data/current/bin", FakeNode.K3S_CONF_DIR);
    }

    @Test
    void the_image_of_k3s_and_k3d_before_March_2025() {
        k3s("/bin").file("/bin/k3s", "").directory("/var/lib/rancher/k3s/data/current/bin");

        node.leadsTo("/bin", FakeNode.K3S_CONF_DIR);
    }

    @Test
    void k3s_without_its_own_flannel_leaves_containerd_its_defaults() {
        node.file(K3S_CONFIG, "version = 3\n[grpc]\n  address = '" + K3S_SOCKET + "'\n")
                .directory("/var/lib/rancher/k3s/data/cni")
                .containerd(K3S_SOCKET, "containerd", "-c", K3S_CONFIG);

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
    }

    private FakeNode k3s(String binDir) {
        return node.file(K3S_CONFIG, FakeNode.version2(binDir, FakeNode.K3S_CONF_DIR))
                .directory(FakeNode.K3S_CONF_DIR)
                .containerd(
                        K3S_SOCKET,
                        "containerd",
                        "-c",
                        K3S_CONFIG,
                        "-a",
                        K3S_SOCKET,
                        "--root",
                        "/var/lib/rancher/k3s/agent/containerd");
    }

    @Test
    void RKE2() {
        node.file(FakeNode.RKE2_CONFIG, "version = 3\n")
                .directory("/opt/cni/bin")
                .containerd(K3S_SOCKET, "containerd", "-c", FakeNode.RKE2_CONFIG);

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
    }

    @Test
    void MicroK8s_goes_by_the_link_that_moves_with_a_refresh() {
        var data = "/var/snap/microk8s/6089";
        node.file(data + "/args/containerd.toml", FakeNode.version2(data + "/opt/cni/bin", data + "/args/cni-network"))
                .directory(data + "/opt/cni/bin")
                .directory(data + "/args/cni-network")
                .link("/var/snap/microk8s/current", "6089")
                .containerd(
                        "/var/snap/microk8s/common/run/containerd.sock",
                        "/snap/microk8s/6089/bin/containerd",
                        "--config",
                        data + "/args/containerd.toml",
                        "--address",
                        "/var/snap/microk8s/common/run/containerd.sock");

        node.leadsTo("/var/snap/microk8s/current/opt/cni/bin", "/var/snap/microk8s/current/args/cni-network");
    }

    @Test
    void k0s_imports_what_it_has_put_together() {
        node.file("/etc/k0s/containerd.toml", "version = 2\nimports = [\n\t\"/run/k0s/containerd-cri.toml\",\n]\n")
                .file("/run/k0s/containerd-cri.toml", FakeNode.version2("/opt/cni/bin", "/etc/cni/net.d"))
                .containerd(
                        "/run/k0s/containerd.sock",
                        "/var/lib/k0s/bin/containerd",
                        "--root=/var/lib/k0s/containerd",
                        "--address=/run/k0s/containerd.sock",
                        "--config=/etc/k0s/containerd.toml");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
        assertThat(node.layout().files()).containsExactly("/etc/k0s/containerd.toml", "/run/k0s/containerd-cri.toml");
    }

    @Test
    void Talos_has_two_containerds_and_the_one_with_our_socket_counts() {
        node.file("/etc/cri/containerd.toml", "version = 3\nimports = ['/etc/cri/conf.d/cri.toml']\n")
                .file("/etc/cri/conf.d/cri.toml", version3("/opt/cni/bin", "/etc/cni/net.d"))
                .file("/etc/containerd/config.toml", version3("/system/plugins", "/system/networks"))
                .containerd(
                        "/run/containerd/containerd.sock",
                        "/bin/containerd",
                        "--address",
                        "/run/containerd/containerd.sock",
                        "--config",
                        "/etc/cri/containerd.toml")
                .process(
                        69,
                        "containerd",
                        "mnt:[1]",
                        "/bin/containerd",
                        "--address",
                        "/system/run/containerd/containerd.sock");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
        assertThat(node.layout().because()).contains("(process 70)", "/etc/cri/conf.d/cri.toml");
    }

    @Test
    void one_of_two_containerds_is_known_by_the_socket_in_its_configuration() {
        node.file("/etc/containerd/config.toml", FakeNode.version2("/wrong", "/wrong"))
                .process(69, "containerd", "mnt:[1]", "/usr/bin/containerd")
                .file(
                        K3S_CONFIG,
                        FakeNode.version2("/right", "/right.d") + "[grpc]\naddress = \"" + K3S_SOCKET + "\"\n")
                .containerd(K3S_SOCKET, "containerd", "-c", K3S_CONFIG);

        node.leadsTo("/right", "/right.d");
    }

    @Test
    void kind() {
        node.directory("/kind")
                .file("/etc/containerd/config.toml", FakeNode.version2("/opt/cni/bin", "/etc/cni/net.d"))
                .containerd("/run/containerd/containerd.sock", "/usr/local/bin/containerd");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
    }

    @Test
    void GKE() {
        node.directory("/home/kubernetes/bin")
                .file("/etc/containerd/config.toml", FakeNode.version2("/home/kubernetes/bin", "/etc/cni/net.d"))
                .containerd("/run/containerd/containerd.sock", "/usr/bin/containerd");

        node.leadsTo("/home/kubernetes/bin", "/etc/cni/net.d");
    }

    @Test
    void minikube_with_an_old_image() {
        node.directory("/var/lib/minikube")
                .file("/etc/containerd/config.toml", FakeNode.version2("/opt/cni/bin", "/etc/cni/net.mk"))
                .containerd("/run/containerd/containerd.sock", "/usr/bin/containerd");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.mk");
    }

    @Test
    void OpenShift() {
        node.directory("/etc/machine-config-daemon")
                .directory("/var/lib/cni/bin")
                .directory("/usr/libexec/cni")
                .file("/etc/crio/crio.conf", "[crio.network]\n# network_dir = \"/etc/cni/net.d/\"\n")
                .file("/etc/crio/crio.conf.d/00-default", """
                        [crio]
                        internal_wipe = true
                        [crio.network]
                        network_dir = "/etc/kubernetes/cni/net.d/"
                        plugin_dirs = [
                            "/var/lib/cni/bin",
                            "/usr/libexec/cni",
                        ]
                        """)
                .crio("/usr/bin/crio");

        node.leadsTo("/var/lib/cni/bin", "/etc/kubernetes/cni/net.d");
    }

    @Test
    void CRI_O_without_a_word_about_networks() {
        node.file("/etc/crio/crio.conf", "[crio.runtime]\nconmon = \"\"\n").crio("/usr/bin/crio");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
    }

    @Test
    void of_CRI_Os_files_the_last_counts_and_the_command_line_above_all() {
        node.file("/etc/crio/crio.conf.d/10-a.conf", "[crio.network]\nnetwork_dir = '/a'\nplugin_dirs = ['/a/bin']\n")
                .file("/etc/crio/crio.conf.d/20-b.conf", "[crio.network]\nplugin_dirs = ['/b/bin']\n")
                .crio("/usr/bin/crio");
        node.leadsTo("/b/bin", "/a");

        node.crio("/usr/bin/crio", "--cni-config-dir=/c", "--cni-plugin-dir", "/c/bin");
        node.leadsTo("/c/bin", "/c");
    }

    @Test
    void a_containerd_of_another_node_on_this_machine_does_not_count() {
        node.file("/etc/containerd/config.toml", FakeNode.version2("/usr/lib/cni", "/etc/cni/net.d"))
                .file("/srv/ctd.toml", FakeNode.version2("/opt/cni/bin", "/etc/cni/net.d"))
                .process(60, "containerd", "mnt:[2]", "/usr/bin/containerd")
                .containerd("/run/containerd/containerd.sock", "containerd", "--config", "/srv/ctd.toml");

        node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
    }

    @Test
    void of_several_plugin_directories_the_first_is_taken_that_can_be_written() {
        node.file("/etc/containerd/config.toml", """
                        version = 3
                        [plugins.'io.containerd.cri.v1.runtime'.cni]
                          bin_dirs = ["/missing", "/usr/libexec/cni", "/opt/cni/bin"]
                        """)
                .directory("/usr/libexec/cni")
                .directory("/opt/cni/bin")
                .containerd("/run/containerd/containerd.sock", "containerd");

        node.leadsTo("/usr/libexec/cni", "/etc/cni/net.d");
    }

    @Test
    void imports_go_before_what_imports_them_in_the_order_of_their_names() {
        node.file("/etc/containerd/config.toml", "imports = ['conf.d/*.toml']\n" + FakeNode.version2("/a", "/a.d"))
                .file(
                        "/etc/containerd/conf.d/20.toml",
                        "imports = ['/etc/containerd/config.toml']\n" + FakeNode.version2("/c", ""))
                .file("/etc/containerd/conf.d/10.toml", FakeNode.version2("/b", "/b.d"))
                .file("/etc/containerd/conf.d/30.bak", FakeNode.version2("/d", "/d.d"))
                .containerd("/run/containerd/containerd.sock", "containerd");

        node.leadsTo("/c", "/b.d");
    }

    @Test
    void files_of_version_1_have_another_name_for_the_CRI() {
        node.file("/etc/containerd/config.toml", "[plugins.cri.cni]\nbin_dir = '/a'\nconf_dir = '/a.d'\n")
                .containerd("/run/containerd/containerd.sock", "containerd");

        node.leadsTo("/a", "/a.d");
    }

    @Test
    void links_are_followed_as_the_node_would_follow_them() {
        node.file("/nix/store/config.toml", FakeNode.version2("/a", "/a.d"))
                .link("/etc/containerd/config.toml", "/nix/store/config.toml")
                .containerd("/run/containerd/containerd.sock", "containerd");

        node.leadsTo("/a", "/a.d");
    }

    @Test
    void a_file_that_cannot_be_understood_is_named_with_its_line_and_the_cure() {
        node.file("/etc/containerd/config.toml", "version = 2\n[plugins\n")
                .containerd("/run/containerd/containerd.sock", "containerd");

        assertThatThrownBy(node::layout)
                .isInstanceOf(HostProblem.class)
                .hasMessageStartingWith("/etc/containerd/config.toml cannot be understood, line 2: ")
                .hasMessageEndingWith("or set CNI_BIN_DIR and CNI_CONF_DIR");
    }

    @Test
    void a_relative_directory_is_refused() {
        node.file("/etc/containerd/config.toml", FakeNode.version2("bin", "/etc/cni/net.d"))
                .containerd("/run/containerd/containerd.sock", "containerd");

        assertThatThrownBy(node::layout).hasMessageContaining("\"bin\", which is no absolute path");
    }
}

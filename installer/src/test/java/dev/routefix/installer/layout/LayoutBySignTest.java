package dev.routefix.installer.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.installer.log.HostProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where no runtime is seen that would tell. */
class LayoutBySignTest {

    @TempDir
    Path directory;

    private FakeNode node;

    @BeforeEach
    void a_node() {
        node = new FakeNode(directory);
    }

    @Nested
    class by_signs_where_no_runtime_is_seen {

        @Test
        void a_distributions_configuration_is_found_by_its_sign() {
            node.directory("/var/lib/rancher/rke2")
                    .file(FakeNode.RKE2_CONFIG, FakeNode.version2("/rke2/bin", "/rke2/net.d"));

            node.leadsTo("/rke2/bin", "/rke2/net.d");
            assertThat(node.layout().because()).isEqualTo("RKE2, by /var/lib/rancher/rke2 and " + FakeNode.RKE2_CONFIG);
        }

        @Test
        void what_it_is_known_by_is_said_once() {
            node.file("/etc/containerd/config.toml", FakeNode.version2("/usr/lib/cni", "/etc/cni/net.d"));

            node.leadsTo("/usr/lib/cni", "/etc/cni/net.d");
            assertThat(node.layout().because())
                    .isEqualTo("kubeadm and others, with containerd, by /etc/containerd/config.toml");
        }

        @Test
        void directories_alone_will_do() {
            node.directory("/var/lib/rancher/k3s/data/cni");

            node.leadsTo("/var/lib/rancher/k3s/data/cni", FakeNode.K3S_CONF_DIR);
        }

        @Test
        void CRI_Os_files_are_found_too() {
            node.file("/etc/crio/crio.conf.d/a", "[crio.network]\nnetwork_dir = '/a'\nplugin_dirs = ['/a/bin']\n");

            node.leadsTo("/a/bin", "/a");
        }

        @Test
        void what_is_mounted_in_the_container_goes_before_what_its_parent_sees() {
            node.directory("/home/kubernetes/bin").mounted("/opt/cni/bin");

            node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
        }

        @Test
        void what_else_it_might_have_been_is_told() {
            node.directory("/home/kubernetes/bin").directory("/opt/cni/bin");

            var layout = node.layout();

            assertThat(layout.binDir()).isEqualTo("/home/kubernetes/bin");
            assertThat(layout.because()).isEqualTo("GKE, by /home/kubernetes/bin");
            assertThat(layout.others()).containsExactly("/opt/cni/bin and /etc/cni/net.d (any other, by /opt/cni/bin)");
        }

        @Test
        void where_there_is_nothing_every_place_is_named_and_what_to_set() {
            var refused = assertThatThrownBy(node::layout).isInstanceOf(HostProblem.class);

            for (var distribution : Distribution.values()) {
                refused.hasMessageContaining(distribution.sign);
                distribution.configuration.forEach(refused::hasMessageContaining);
            }
            refused.hasMessageContaining("set CNI_BIN_DIR and CNI_CONF_DIR");
        }
    }

    @Nested
    class where_the_host_is_not_to_be_seen {

        @BeforeEach
        void nobody_lets_us() throws IOException {
            node.containerd("/run/containerd/containerd.sock", "containerd");
            Files.delete(node.root());
        }

        @Test
        void it_is_said_what_it_takes() {
            assertThatThrownBy(node::layout)
                    .isInstanceOf(HostProblem.class)
                    .hasMessageContaining("hostPID and the capability SYS_PTRACE: set CNI_BIN_DIR");
        }

        @Test
        void what_is_mounted_will_do() {
            node.mounted("/opt/cni/bin");

            node.leadsTo("/opt/cni/bin", "/etc/cni/net.d");
        }
    }
}

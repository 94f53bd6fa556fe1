package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new start with other settings while a pod is attached: what the pod depends on stays until it is gone, and then follows the settings. */
class UpgradeIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    private TestNode node;
    private TestPod pod;

    @BeforeEach
    void a_node_with_a_pod() {
        node = new TestNode();
        pod = new TestPod(node, "c1", "192.168.2.76");
    }

    @AfterEach
    void gone() {
        pod.close();
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GATEWAY=169.254.9.9, 169.254.1.1, GATEWAY=169.254.9.9 is refused",
        "HOST_IFACE=lan9, mac0, HOST_IFACE=lan9 is refused",
        "NODE_NAME=node-2, the old NODE_NAME, another hardware address for mac0"
    })
    void what_a_pod_depends_on_is_kept_until_it_is_gone(String setting, String kept, String refused)
            throws IOException {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            assertThat(run.stop(SOON)).isZero();
        }
        var before = mac0();
        var conflist = Files.readString(node.conflist());

        try (var run = node.run(STATIC, setting);
                var second = new TestPod(node, "c2", "192.168.2.77")) {
            assertThat(run.log()).contains(refused, kept, "192.168.2.76", "kubectl drain node-");
            assertThat(node.ctl("ready").ok()).isFalse();
            assertThat(node.ctl("ready").stderr()).contains(refused);
            assertThat(node.ctl("status").stdout()).contains(refused);
            assertThat(mac0()).isEqualTo(before);
            assertThat(node.conflist()).hasContent(conflist);
            assertThat(pod.isReachable()).isTrue();
            second.call("ADD").run();
            assertThat(second.isReachable()).isTrue();

            pod.call("DEL").run();
            assertThat(node.ctl("ready").ok()).isFalse();
            second.call("DEL").run();

            Poll.until("it is ready", SOON, () -> node.ctl("ready").ok());
            assertThat(mac0()).isNotEqualTo(before);
            run.awaitLog(setting.startsWith("HOST_IFACE") ? "remove mac0" : "info give mac0", SOON);
        }
    }

    /** Its addresses; nothing if there is no such interface. */
    private String mac0() {
        return node.netns()
                        .command("ip", "-br", "link", "show", "mac0")
                        .attempt()
                        .stdout()
                + node.netns()
                        .command("ip", "-br", "address", "show", "mac0")
                        .attempt()
                        .stdout();
    }
}

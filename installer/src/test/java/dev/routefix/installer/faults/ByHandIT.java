package dev.routefix.installer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.TestNode;
import dev.routefix.installer.TestPod;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines of docs/operations.md that remove everything by hand, run as they stand there. */
class ByHandIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";
    private static final Pattern LINES =
            Pattern.compile("<!-- by hand -->\n```sh\n(.*)```\n<!-- end of by hand -->", Pattern.DOTALL);

    private TestNode node;
    private TestPod pod;

    @BeforeEach
    void a_node_with_a_pod_whose_container_has_ended() {
        node = new TestNode();
        pod = new TestPod(node, "c1", "192.168.2.76");
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            assertThat(run.stop(SOON)).isZero();
        }
    }

    @AfterEach
    void gone() {
        pod.close();
        node.close();
    }

    @Test
    void they_leave_nothing() {
        removeByHand();

        assertThat(node.files()).isEmpty();
        assertThat(node.netns().run("ip", "-br", "link").stdout()).doesNotContain("mac0");
        assertThat(node.netns().run("iptables-nft-save").stdout()).doesNotContain("route-fix");
    }

    @Test
    void a_pod_left_behind_can_be_taken_down_after_the_container_was_started_once_more() {
        removeByHand();
        assertThat(pod.call("DEL").attempt().ok()).isFalse();

        try (var run = node.run(STATIC)) {
            pod.call("DEL").run();
            assertThat(node.ctl("uninstall").stdout()).isEqualTo("uninstalled\n");
            assertThat(run.stop(SOON)).isZero();
        }
        assertThat(node.files()).isEmpty();
    }

    private void removeByHand() {
        var lines = LINES.matcher(FaultDocsTest.DOCS.text());
        assertThat(lines.find()).isTrue();
        var script = lines.group(1)
                .replace("/opt/cni/bin", node.binDir().toString())
                .replace("/etc/cni/net.d", node.confDir().toString())
                .replace("/etc/cni/lan.d", node.at("etc/cni/lan.d").toString())
                .replace("/run/route-fix", node.at("run/route-fix").toString())
                .replace("/var/lib/route-fix", node.at("var/lib/route-fix").toString());
        node.netns().command("sh", "-eu", "-c", script).run();
    }
}

package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new start with other settings while a pod is attached: what the pod depends on stays until it is gone, and then follows the settings. */
class UpgradeIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    private static final int PODS = 20;

    private TestPod pod;

    @BeforeEach
    void a_pod() {
        pod = new TestPod(node, "c1", "192.168.2.76");
    }

    @AfterEach
    void pod_gone() {
        pod.close();
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

    @Test
    void no_open_connection_and_no_call_is_lost_from_one_build_to_the_next() throws Exception {
        var pods = new ArrayList<TestPod>(List.of(pod));
        try (var echoes = Executors.newVirtualThreadPerTaskExecutor()) {
            var lines = new ArrayList<Socket>();
            var stop = new AtomicBoolean();
            var run = node.run(STATIC);
            try {
                pod.call("ADD").run();
                for (int i = 1; i < PODS; i++) {
                    var more = new TestPod(node, "p" + i, "192.168.2." + (100 + i));
                    pods.add(more);
                    more.call("ADD").run();
                }
                for (var each : pods) {
                    var server = each.sandbox().call(() -> new ServerSocket(7));
                    var _ = echoes.submit(() -> echo(server));
                    lines.add(node.netns().call(() -> new Socket(each.address(), 7)));
                }
                var traffic = echoes.submit(() -> talk(lines, stop));
                var calls = echoes.submit(() -> comeAndGo(stop));

                Files.writeString(node.at("opt/route-fix/build"), "0.2.0-test\n");
                assertThat(run.stop(SOON)).isZero();
                var between = new TestPod(node, "between", "192.168.2.90");
                pods.add(between);
                between.call("ADD").run();
                run = node.run(STATIC);
                run.awaitLog("remove runtime " + TestNode.BUILD, SOON);

                stop.set(true);
                assertThat(traffic.get()).isGreaterThan(PODS);
                assertThat(calls.get()).isPositive();
                for (var each : pods) {
                    assertThat(each.isReachable()).isTrue();
                    each.call("DEL").run();
                    assertThat(each.isReachable()).isFalse();
                }
                assertThat(node.at("run/route-fix/attachments")).isEmptyDirectory();
            } finally {
                stop.set(true);
                for (var line : lines) {
                    line.close();
                }
                echoes.shutdownNow();
                run.close();
                pods.forEach(TestPod::close);
            }
        }
    }

    private static boolean echo(ServerSocket server) throws IOException {
        try (server;
                var line = server.accept()) {
            line.getInputStream().transferTo(line.getOutputStream());
        }
        return true;
    }

    /** Asks over every connection again and again; how many answers came. */
    private static int talk(List<Socket> lines, AtomicBoolean stop) throws IOException {
        int answers = 0;
        while (!stop.get()) {
            for (var line : lines) {
                line.setSoTimeout((int) SOON.toMillis());
                line.getOutputStream().write(answers & 0x7f);
                assertThat(line.getInputStream().read()).isEqualTo(answers & 0x7f);
                answers++;
            }
        }
        return answers;
    }

    /** A pod that comes and goes all the while; how often it came. */
    private int comeAndGo(AtomicBoolean stop) {
        int times = 0;
        try (var guest = new TestPod(node, "guest", "192.168.2.80")) {
            while (!stop.get()) {
                var add = guest.call("ADD").attempt();
                assertThat(add.ok() || add.stdout().contains("\"code\":11"))
                        .as(add.toString())
                        .isTrue();
                guest.call("DEL").run();
                times += add.ok() ? 1 : 0;
            }
        }
        return times;
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

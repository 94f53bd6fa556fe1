package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uninstalling a node with pods on it: they keep their network, and the last one takes everything of ours along. */
class RetirementIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    private TestPod pod;

    @BeforeEach
    void a_pod() {
        pod = new TestPod(node, "c1", "192.168.2.76");
    }

    @AfterEach
    void pod_gone() {
        pod.close();
    }

    @Test
    void the_pod_keeps_its_network_the_plugin_and_the_conflist() {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            var before = node.files();

            var uninstall = node.ctl("uninstall");

            assertThat(uninstall.ok()).isTrue();
            assertThat(uninstall.stdout())
                    .contains("retired: everything stays until the last pod leaves", "192.168.2.76");
            assertThat(node.files()).containsAll(before);
            assertThat(pod.isReachable()).isTrue();
            assertThat(pod.call("CHECK").run().stdout()).isEmpty();
            Poll.until("it is not ready", SOON, () -> node.ctl("ready").stderr().contains("this node is retired"));
            assertThat(node.ctl("status").stdout())
                    .contains("This node is retired")
                    .contains("(192.168.2.76)");
            assertThat(run.stop(SOON)).isZero();
            assertThat(pod.isReachable()).isTrue();
            assertThat(node.conflist()).exists();
        }
    }

    @Test
    void ADD_answers_error_11_with_and_without_a_resident() {
        try (var run = node.run(STATIC);
                var second = new TestPod(node, "c2", "192.168.2.77")) {
            pod.call("ADD").run();
            node.ctl("uninstall");

            assertThat(isRefused(second.call("ADD").attempt())).isTrue();
            assertThat(run.stop(SOON)).isZero();
            assertThat(isRefused(second.call("ADD").attempt())).isTrue();
            assertThat(second.isReachable()).isFalse();
            assertThat(node.plugin("STATUS", "", second.sandbox(), TestPod.CONF)
                            .attempt()
                            .stdout())
                    .contains("\"code\":50");
            assertThat(pod.isReachable()).isTrue();
        }
    }

    private static boolean isRefused(Output answer) {
        return answer.exit() == 1
                && answer.stdout().contains("\"code\":11")
                && answer.stdout().contains("has been removed from this node");
    }

    @Test
    void the_last_DEL_takes_the_rest_away_through_the_resident() {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            node.ctl("uninstall");

            pod.call("DEL").run();

            // others' DEL may still be to come: what they need must not go before the sandbox does
            assertThat(node.binDir().resolve("loopback")).exists();
            pod.close();
            Poll.until("the conflist is gone", SOON, () -> !Files.exists(node.conflist()));
            Poll.until(
                    "the rest is gone", SOON, () -> !Files.exists(node.binDir().resolve("loopback")));
            assertThat(run.stop(SOON)).isZero();
            assertNothingIsLeft();
        }
    }

    @Test
    void the_last_DEL_takes_the_rest_away_without_a_resident() {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            node.ctl("uninstall");
            assertThat(run.stop(SOON)).isZero();
        }
        pod.call("DEL").run();
        assertThat(node.binDir().resolve("loopback")).exists();

        pod.close();

        Poll.until("the rest is gone", SOON, () -> !Files.exists(node.at("run/route-fix")));
        assertNothingIsLeft();
    }

    @Test
    void the_last_DEL_finds_a_dhcp_daemon_although_the_container_that_ran_it_is_gone() throws IOException {
        try (var run = node.withReferencePlugins().run("CHAIN=reference")) {
            pod.call("ADD").run();
            node.ctl("uninstall");
            assertThat(run.stop(SOON)).isZero();
        }
        assertThat(node.at("run/cni/dhcp.sock")).doesNotExist();

        pod.call("DEL").run();

        assertThat(node.at("run/cni/dhcp.sock")).exists();
        pod.close();
        Poll.until("the rest is gone", SOON, () -> !Files.exists(node.at("run/route-fix")));
        assertNothingIsLeft();
    }

    @Test
    void a_reboot_of_a_retired_node_leaves_it_to_the_next_call() throws IOException {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            node.ctl("uninstall");
            assertThat(run.stop(SOON)).isZero();
        }
        pod.close();
        node.reboot();
        try (var second = new TestPod(node, "c2", "192.168.2.77")) {
            assertThat(isRefused(second.call("ADD").attempt())).isTrue();

            Poll.until(
                    "everything is gone",
                    SOON,
                    () -> !Files.exists(node.binDir().resolve(".route-fix"))
                            && !Files.exists(node.at("run/route-fix")));
            assertNothingIsLeft();
        }
    }

    @Test
    void a_new_start_cancels_it() {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            node.ctl("uninstall");
            assertThat(run.stop(SOON)).isZero();
        }
        try (var run = node.run(STATIC);
                var second = new TestPod(node, "c2", "192.168.2.77")) {
            assertThat(run.log()).contains("this node is kept again");
            second.call("ADD").run();
            assertThat(second.isReachable()).isTrue();
            assertThat(pod.isReachable()).isTrue();

            pod.call("DEL").run();
            second.call("DEL").run();

            assertThat(node.ctl("ready").ok()).isTrue();
            assertThat(node.conflist()).exists();
        }
    }

    @Test
    void a_start_that_fails_cancels_it_too() {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            node.ctl("uninstall");
            assertThat(run.stop(SOON)).isZero();
        }
        try (var second = new TestPod(node, "c2", "192.168.2.77")) {
            assertThat(node.installer("run", "GATEWAY=nowhere").exit()).isEqualTo(2);

            second.call("ADD").run();

            assertThat(second.isReachable()).isTrue();
            assertThat(node.at("var/lib/route-fix/node.json")).doesNotExist();
        }
    }

    @Test
    void the_process_that_ends_it_has_nothing_of_the_runtimes_environment() throws IOException {
        try (var run = node.run(STATIC);
                var second = new TestPod(node, "c2", "192.168.2.77")) {
            pod.call("ADD").run();
            second.call("ADD").run();
            node.ctl("uninstall");
            assertThat(run.stop(SOON)).isZero();

            second.call("DEL")
                    .env(Map.of("LD_LIBRARY_PATH", "/opt/containerd/lib:", "HTTP_PROXY", "proxy"))
                    .run();

            var environment = Files.readString(retireProcess().resolve("environ"));
            assertThat(environment.split("\0"))
                    .isNotEmpty()
                    .allMatch(
                            variable -> variable.matches(
                                    "(CNI_(BIN|CONF)_DIR|LAN_CONF_DIR|NODE_NAME|RESYNC_SECONDS|IPAM|await|XTABLES_LIBDIR|PWD|SHLVL|_|OLDPWD)=.*"));
        }
    }

    /** Its directory in /proc. */
    private Path retireProcess() throws IOException {
        var root = "-Droutefix.root=" + node.at("").toString().replaceAll("/$", "") + "\0";
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                var words = Command.of("cat", process.resolve("cmdline").toString())
                        .attempt()
                        .stdout();
                if (words.contains(root) && words.endsWith("\0retire\0")) {
                    return process;
                }
            }
        }
        throw new AssertionError("nobody ends the retirement");
    }

    @Test
    void UNINSTALL_force_takes_everything_at_once_and_names_the_pods_it_cuts_off() {
        try (var run = node.run(STATIC, "UNINSTALL=force")) {
            pod.call("ADD").run();

            assertThat(node.ctl("uninstall").stdout()).contains("under the feet of", "192.168.2.76");

            assertThat(node.conflist()).doesNotExist();
            assertThat(run.stop(SOON)).isZero();
            assertNothingIsLeft();
        }
    }

    @Test
    void UNINSTALL_never_leaves_everything() {
        try (var run = node.run(STATIC, "UNINSTALL=never")) {
            pod.call("ADD").run();

            assertThat(node.ctl("uninstall").stdout()).contains("UNINSTALL=never");

            assertThat(run.stop(SOON)).isZero();
            assertThat(node.conflist()).exists();
            assertThat(pod.isReachable()).isTrue();
        }
    }

    @Test
    void pods_whose_sandbox_is_gone_do_not_hold_the_node() {
        try (var run = node.run(STATIC)) {
            pod.call("ADD").run();
            pod.close();

            assertThat(node.ctl("uninstall").stdout()).isEqualTo("uninstalled\n");

            assertThat(run.stop(SOON)).isZero();
            assertNothingIsLeft();
        }
    }

    private void assertNothingIsLeft() {
        assertThat(node.files()).isEmpty();
        assertThat(node.netns().run("ip", "-br", "link").stdout()).doesNotContain("mac0");
        assertThat(node.rules("nft", "filter", "FORWARD")).isEmpty();
        assertThat(node.rules("nft", "mangle", "FORWARD")).isEmpty();
        assertThat(node.rules("nft", "nat", "POSTROUTING")).isEmpty();
    }
}

package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Everything that can be asked of the resident, on a node of its own. */
class DoorsIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    @Test
    void a_pod_is_attached_checked_and_released_by_the_resident() {
        try (var run = node.run(STATIC);
                var pod = new TestPod(node, "c1", "192.168.2.76")) {
            var added = pod.call("ADD").run();

            assertThat(added.stdout()).contains("\"dst\":\"0.0.0.0/0\",\"gw\":\"169.254.1.1\"");
            assertThat(ip(pod.sandbox(), "route"))
                    .contains("default via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76");
            assertThat(ip(node.netns(), "route show dev mac0"))
                    .anyMatch(route -> route.startsWith("192.168.2.76 proto 96 scope link src 192.168.2.10"));
            assertThat(pod.call("CHECK").run().stdout()).isEmpty();
            assertThat(pod.call("VERSION").run().stdout()).contains("\"1.1.0\"");

            pod.call("DEL").run();

            assertThat(ip(node.netns(), "route show dev mac0")).noneMatch(route -> route.contains("192.168.2.76"));
            assertThat(node.at("run/route-fix/attachments/c1@eth0")).doesNotExist();
            assertThat(run.isAlive()).isTrue();
        }
    }

    @Test
    void what_the_plugin_complains_of_is_in_the_residents_log_too() {
        try (var run = node.run(STATIC);
                var pod = new TestPod(node, "c1", "192.168.2.76")) {
            pod.sandbox().ip("link delete eth0");

            var output = pod.call("ADD").attempt();

            assertThat(output.exit()).isEqualTo(1);
            assertThat(output.stdout()).contains("\"code\":7").contains("has no interface eth0");
            assertThat(run.log()).contains("warn route-fix ADD: the sandbox").contains("has no interface eth0");
        }
    }

    @Test
    void probes_are_answered_while_a_crowd_of_runtimes_calls_fills_all_places() throws IOException {
        var crowd = new ArrayList<SocketChannel>();
        try (var run = node.run(STATIC)) {
            soon("the first pass is over", () -> node.ctl("ready").ok());
            for (int i = 0; i < 100; i++) {
                crowd.add(SocketChannel.open(UnixDomainSocketAddress.of(node.at("run/route-fix/route-fix.sock"))));
            }

            assertThat(node.ctl("live").stdout()).isEqualTo("live\n");
            assertThat(node.ctl("ready").stdout()).isEqualTo("ready\n");

            assertThat(run.log()).doesNotContain("a call is refused"); // nobody had to go first
        } finally {
            for (var caller : crowd) {
                caller.close();
            }
        }
    }

    @Test
    void ready_and_live_say_yes_on_a_node_that_is_well() {
        try (var _ = node.run(STATIC)) {
            soon("the first pass is over", () -> node.ctl("ready").ok());
            assertThat(node.ctl("ready").stdout()).isEqualTo("ready\n");
            assertThat(node.ctl("live").stdout()).isEqualTo("live\n");
        }
    }

    @Test
    void ready_says_what_is_wrong_and_live_stays_yes_when_the_node_is_not_well() {
        try (var _ = node.run(STATIC)) {
            node.netns().ip("link delete eth0");

            soon("it is not ready", () -> !node.ctl("ready").ok());
            var ready = node.ctl("ready");
            assertThat(ready.exit()).isEqualTo(1);
            assertThat(ready.stderr()).startsWith("route-fix: not ready: ").contains("eth0");
            assertThat(node.ctl("live").ok()).isTrue();
        }
    }

    @Test
    void status_shows_each_thing() {
        try (var _ = node.run(STATIC)) {
            soon("all is well", () -> node.ctl("status").ok());
            assertThat(node.ctl("status").stdout()).contains("ok     mac0").doesNotContain("WRONG");

            node.netns().ip("link delete eth0");
            var status = node.ctl("status");
            assertThat(status.exit()).isEqualTo(1);
            assertThat(status.stdout() + status.stderr()).contains("eth0");
        }
    }

    @Test
    void uninstall_takes_everything_away_and_the_end_of_the_process_the_rest() {
        try (var run = node.run(STATIC)) {
            assertThat(node.ctl("uninstall").ok()).isTrue();

            assertThat(node.netns().run("ip", "-br", "link").stdout()).doesNotContain("mac0");
            assertThat(node.files()).noneMatch(file -> file.startsWith("opt") || file.startsWith("etc"));
            run.awaitLog("nothing is repaired any more", SOON);
            assertThat(node.ctl("ready").stderr()).contains("was uninstalled from this node");
            assertThat(run.stop(SOON)).isZero();
            assertThat(node.files()).isEmpty();
            assertThat(Files.exists(node.at("run/route-fix"))).isFalse();
        }
    }

    @Test
    void the_end_of_the_pod_before_this_one_takes_nothing_away() {
        try (var run = node.run(STATIC, "POD_UID=new")) {
            assertThat(node.ctl("uninstall", Map.of("POD_UID", "old")).stdout()).contains("everything stays", "old");

            assertThat(node.conflist()).exists();
            assertThat(node.ctl("ready").ok()).isTrue();
            assertThat(node.ctl("uninstall", Map.of("POD_UID", "new")).stdout()).isEqualTo("uninstalled\n");
            assertThat(run.stop(SOON)).isZero();
            assertThat(node.files()).isEmpty();
        }
    }

    @Test
    void what_nobody_knows_is_refused_naming_what_there_is() {
        try (var _ = node.run(STATIC)) {
            var output = node.ctl("dance");
            var misspelt = node.ctl("doktor");

            assertThat(output.exit()).isEqualTo(2);
            assertThat(output.stderr())
                    .startsWith("route-fix: \"dance\" is no command; use one of\n")
                    .contains("\n  ctl ready  ", "\n  ctl doctor [POD] [--json]  ");
            assertThat(misspelt.exit()).isEqualTo(2);
            assertThat(misspelt.stderr()).startsWith("route-fix: \"doktor\" is no command, did you mean doctor?");
        }
    }

    private static List<String> ip(Netns inside, String arguments) {
        return inside.run(("ip " + arguments).split(" "))
                .stdout()
                .lines()
                .map(String::strip)
                .toList();
    }

    private static void soon(String what, Poll.Condition condition) {
        Poll.until(what, SOON, condition);
    }
}

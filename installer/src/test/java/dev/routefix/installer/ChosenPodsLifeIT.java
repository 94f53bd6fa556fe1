package dev.routefix.installer;

import static dev.routefix.installer.ClusterNode.DEFAULT;
import static dev.routefix.installer.ClusterNode.LAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.Lan;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.cri.CriFailure;
import dev.routefix.lab.cri.Sandbox;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that is given up beside another network: it waits for the sandboxes of pods that have chosen ours, and for no others. */
class ChosenPodsLifeIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Lan lan;
    private ClusterNode node;
    private Cri cri;

    @BeforeEach
    void a_node_of_a_cluster() throws IOException {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        node(new ClusterNode(lan.node(1)));
    }

    private void node(ClusterNode other) {
        node = other;
        cri = node.cri();
    }

    @AfterEach
    void gone() {
        node.close();
        lan.close();
    }

    private String run(String name, String handler) {
        return cri.run(name, "default", handler);
    }

    private void uninstalled(String... as) {
        assertThat(node.host().ctl("uninstall").stdout()).contains(as);
    }

    private void nothingOfOursIsLeft() {
        var host = node.host();
        Poll.until("everything is gone", SOON, () -> host.files().isEmpty());
        assertThat(host.netns().run("ip", "-br", "link").stdout()).doesNotContain("mac0");
        for (var chain : List.of("FORWARD", "POSTROUTING")) {
            assertThat(host.rules("nft", chain.equals("FORWARD") ? "filter" : "nat", chain))
                    .noneMatch(rule -> rule.contains("route-fix"));
        }
        assertThat(node.lanDir()).isEmptyDirectory();
    }

    @Test
    void a_runtime_that_has_no_handler_for_it_is_named_and_the_node_is_not_ready() throws IOException {
        try (var _ = node.appliance()) {
            assertThat(node.host().ctl("ready").ok()).isTrue();
        }
        node.close();
        node(new ClusterNode(lan.node(1), "other.d"));
        run("other", DEFAULT);

        try (var run = node.appliance()) {
            var told = "containerd has no runtime handler that looks for networks in " + node.lanDir();
            Poll.until("it is named", SOON, () -> run.log().contains("warn " + told));
            assertThat(node.host().ctl("ready").stderr()).contains(told);
            assertThat(node.host().ctl("status").stdout()).contains(told);
            assertThat(node.host().ctl("status").ok()).isFalse();
        }
    }

    @Test
    void pods_from_the_time_when_it_was_everybodys_network_keep_it_so_until_they_are_gone() throws IOException {
        var host = node.host();
        String old;
        try (var run = host.run()) {
            old = run("old", DEFAULT);
            assertThat(run.stop(SOON)).isZero();
        }
        assertThat(cri.address(old)).startsWith("192.168.2.");

        try (var run = node.appliance()) {
            assertThat(run.log()).contains("MODE=runtime-class is refused while pods depend on " + host.conflist());
            assertThat(host.ctl("ready").ok()).isFalse();
            assertThat(node.lanDir()).isEmptyDirectory();
            cri.remove(old);

            Poll.until("it is ready", SOON, () -> host.ctl("ready").ok());
            assertThat(host.conflist()).doesNotExist();
            assertThat(cri.address(run("new", DEFAULT))).startsWith("10.88.");
            assertThat(cri.address(run("chosen", LAN))).startsWith("192.168.2.");
        }
    }

    @Test
    void a_node_on_which_nobody_has_chosen_is_left_at_once_and_the_other_pods_stay() {
        try (var run = node.appliance()) {
            var other = run("other", DEFAULT);

            uninstalled("uninstalled");

            assertThat(run.stop(SOON)).isZero();
            nothingOfOursIsLeft();
            assertThat(node.host().binDir().resolve("loopback")).exists();
            cri.remove(other);
        }
        assertThat(cri.sandboxes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chosen completed other", "other completed chosen"})
    void those_that_have_chosen_are_waited_for_in_whatever_order_all_go(String order) {
        try (var run = node.appliance()) {
            run("chosen", LAN);
            cri.stop(run("completed", LAN));
            run("other", DEFAULT);
            uninstalled("retired", "attached are default/chosen (", "); 1 have ended and are still to be removed");
            assertThat(run.stop(SOON)).isZero();
        }
        assertThatThrownBy(() -> run("late", LAN))
                .isInstanceOf(CriFailure.class)
                .hasMessageContaining("removed from this node");
        var unaffected = run("unaffected", DEFAULT);

        for (var name : order.split(" ", -1)) {
            if (!name.equals("other")) {
                assertThat(node.lanDir()).isNotEmptyDirectory();
            }
            var id = sandbox(name);
            cri.stop(id);
            cri.remove(id);
        }
        nothingOfOursIsLeft();
        assertThat(cri.address(unaffected)).startsWith("10.88.");
        cri.remove(unaffected);
        assertThat(cri.sandboxes()).isEmpty();
    }

    private String sandbox(String pod) {
        return cri.sandboxes().stream()
                .filter(sandbox -> sandbox.pod().equals(pod))
                .map(Sandbox::id)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void after_a_reboot_the_sandboxes_from_before_it_are_removed() throws IOException {
        String chosen;
        String other;
        try (var run = node.appliance()) {
            chosen = run("chosen", LAN);
            other = run("other", DEFAULT);
            uninstalled("retired");
            assertThat(run.stop(SOON)).isZero();
        }
        node.containerd().reboot();
        node.host().reboot();

        cri.remove(other);
        cri.stop(chosen);
        assertThat(node.lanDir()).isNotEmptyDirectory();
        cri.remove(chosen);

        assertThat(cri.sandboxes()).isEmpty();
        nothingOfOursIsLeft();
    }
}

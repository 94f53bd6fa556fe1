package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.Lan;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.cri.CriFailure;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node that is given up answers whatever a real containerd still asks, in whatever order, and nothing is left after the last sandbox is removed. containerd
 * tears a sandbox's network down when it is stopped and again when it is removed.
 */
class ContainerdsCallsIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Lan lan;
    private TestNode node;
    private Containerd containerd;
    private Cri cri;

    @BeforeEach
    void a_node_with_a_container_runtime() {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        node = new TestNode(lan.node(1).netns());
        containerd = Containerd.start(lan.node(1), node.confDir(), node.binDir());
        cri = Cri.of(containerd);
    }

    @AfterEach
    void gone() {
        cri.close();
        containerd.close();
        node.close();
        lan.close();
    }

    /** Two pods that run and one that has completed, on a node whose appliance has been deleted. */
    private record Pods(String one, String two, String completed) {}

    private Pods retired() {
        try (var run = node.run()) {
            networkReady();
            var pods = new Pods(cri.run("one", "default"), cri.run("two", "default"), cri.run("job", "default"));
            cri.stop(pods.completed());
            assertThat(node.ctl("uninstall").stdout()).contains("retired", "1 have ended and are still to be removed");
            assertThat(run.stop(SOON)).isZero();
            return pods;
        }
    }

    private void networkReady() {
        Poll.until("containerd has loaded the conflist", SOON, cri::isNetworkReady);
    }

    @Test
    void a1_pods_of_a_retired_node_are_stopped_and_removed_and_the_last_removal_takes_everything_along() {
        var pods = retired();

        cri.stop(pods.one());
        cri.remove(pods.one());
        cri.remove(pods.completed());
        cri.stop(pods.two());
        cri.stop(pods.two());
        assertThat(node.conflist()).exists();
        assertThat(node.binDir().resolve("loopback")).exists();
        cri.remove(pods.two());

        assertThat(cri.sandboxes()).isEmpty();
        everythingIsGone();
    }

    @Test
    void a2_a_pod_that_had_completed_before_is_removed_as_the_last_one() {
        var pods = retired();
        cri.remove(pods.one());
        cri.remove(pods.two());

        // nobody needs a way any more, and the one that is left needs its answer
        Poll.until("the data plane is gone", SOON, () -> !hasInterface());
        assertThat(node.conflist()).exists();
        assertThat(node.binDir().resolve("route-fix")).isExecutable();
        cri.remove(pods.completed());

        assertThat(cri.sandboxes()).isEmpty();
        everythingIsGone();
    }

    @Test
    void all_at_once_they_are_removed() {
        var pods = retired();

        var removals = List.of(pods.one(), pods.two(), pods.completed()).stream()
                .map(pod -> CompletableFuture.runAsync(() -> cri.remove(pod)))
                .toList();
        removals.forEach(CompletableFuture::join);

        assertThat(cri.sandboxes()).isEmpty();
        everythingIsGone();
    }

    @Test
    void with_the_appliance_still_there_they_are_removed_as_well() {
        try (var run = node.run()) {
            networkReady();
            var one = cri.run("one", "default");
            var completed = cri.run("job", "default");
            cri.stop(completed);
            node.ctl("uninstall");

            cri.stop(one);
            Poll.until("the data plane is gone", SOON, () -> !hasInterface());
            assertThat(node.conflist()).exists();
            cri.remove(one);
            cri.remove(completed);

            assertThat(cri.sandboxes()).isEmpty();
            Poll.until("the conflist is gone", SOON, () -> !Files.exists(node.conflist()));
            assertThat(run.stop(SOON)).isZero();
        }
        everythingIsGone();
    }

    @Test
    void after_a_reboot_the_sandboxes_from_before_it_are_removed() throws IOException {
        var pods = retired();

        containerd.reboot();
        node.reboot();
        for (var pod : List.of(pods.one(), pods.two(), pods.completed())) {
            cri.stop(pod);
            assertThat(node.conflist()).exists();
            cri.remove(pod);
        }

        assertThat(cri.sandboxes()).isEmpty();
        everythingIsGone();
    }

    @Test
    void a_pod_that_is_refused_leaves_no_sandbox_behind() {
        var pods = retired();

        assertThatThrownBy(() -> cri.run("late", "default")).isInstanceOf(CriFailure.class);

        for (var pod : List.of(pods.one(), pods.two(), pods.completed())) {
            cri.remove(pod);
        }
        assertThat(cri.sandboxes()).isEmpty();
        everythingIsGone();
    }

    @Test
    void what_is_left_of_them_is_forgotten_when_the_appliance_comes_back() {
        var pods = retired();
        try (var run = node.run()) {
            for (var pod : List.of(pods.one(), pods.two(), pods.completed())) {
                cri.remove(pod);
            }

            assertThat(node.ctl("uninstall").stdout()).isEqualTo("uninstalled\n");
            assertThat(run.stop(SOON)).isZero();
        }
        everythingIsGone();
    }

    @Test
    void a_last_step_that_fails_is_tried_again() {
        var pods = retired();
        cri.remove(pods.one());
        cri.remove(pods.two());
        Command.of("chattr", "+i", node.conflist().toString()).run();
        try {
            cri.remove(pods.completed());
            Poll.until("it was tried", SOON, () -> retirementLog().contains("cannot remove " + node.conflist()));
        } finally {
            Command.of("chattr", "-i", node.conflist().toString()).run();
        }

        everythingIsGone();
    }

    private String retirementLog() {
        try {
            return Files.readString(node.at("run/route-fix/retirement.log"));
        } catch (IOException notYet) {
            return "";
        }
    }

    private boolean hasInterface() {
        return node.netns().run("ip", "-br", "link").stdout().contains("mac0");
    }

    private void everythingIsGone() {
        Poll.until("everything is gone", SOON, () -> node.files().isEmpty());
        assertThat(hasInterface()).isFalse();
        assertThat(node.rules("nft", "filter", "FORWARD")).isEmpty();
        assertThat(node.rules("nft", "nat", "POSTROUTING")).isEmpty();
    }
}

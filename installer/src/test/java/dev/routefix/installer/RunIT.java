package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Poll;
import dev.routefix.netlink.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code run} keeps a node as it should be, with a real kernel, iptables and dhcp daemon. */
class RunIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String REFERENCE = "CHAIN=reference";
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    @Test
    void repairs_whatever_is_spoilt_and_says_so() throws IOException {
        try (var run = node.run(STATIC)) {
            var mac = node.netns().mac("mac0");

            node.netns().ip("link delete mac0");
            soon(
                    "mac0 is back with its address and hardware address",
                    () -> exists("mac0")
                            && node.netns()
                                    .show("-4", "address", "show", "dev", "mac0")
                                    .toString()
                                    .contains("169.254.1.1"));
            assertThat(node.netns().mac("mac0")).isEqualTo(mac);
            run.awaitLog("info create mac0", SOON);

            node.netns().ip("link set mac0 arp on");
            soon("mac0 is noarp", () -> flags().contains("NOARP"));
            node.netns().ip("link set mac0 down");
            soon("mac0 is up", () -> flags().contains("\"UP\""));
            node.netns().ip("link set mac0 address 02:00:00:00:00:99");
            soon("mac0 has its hardware address", () -> node.netns().mac("mac0").equals(mac));
            node.netns().ip("address del 169.254.1.1/32 dev mac0");
            soon(
                    "mac0 has its address",
                    () -> node.netns()
                            .show("-4", "address", "show", "dev", "mac0")
                            .toString()
                            .contains("169.254.1.1"));

            node.netns().sysctl("net/ipv4/conf/mac0/send_redirects", "1");
            node.netns().sysctl("net/ipv4/ip_forward", "0");
            soon(
                    "the settings are back",
                    () -> node.netns()
                                    .sysctl("net/ipv4/conf/mac0/send_redirects")
                                    .equals("0")
                            && node.netns().sysctl("net/ipv4/ip_forward").equals("1"));

            node.iptables("nft", "-F", "FORWARD");
            node.iptables("nft", "-t", "mangle", "-F", "FORWARD");
            node.iptables("nft", "-t", "nat", "-F", "POSTROUTING");
            soon(
                    "the rules are back",
                    () -> node.rules("nft", "filter", "FORWARD").size() == 3
                            && node.rules("nft", "mangle", "FORWARD").size() == 1
                            && node.rules("nft", "nat", "POSTROUTING").size() == 3);
            node.iptables("nft", "-I", "FORWARD", "1", "-i", "lo", "-j", "ACCEPT");
            soon("our rule is first again", () -> {
                var rules = node.rules("nft", "filter", "FORWARD");
                return rules.size() == 4 && rules.getFirst().contains("route-fix: ");
            });

            spoil(node.conflist());
            spoil(node.binDir().resolve("route-fix"));
            spoil(node.binDir().resolve(".route-fix/0.1.0-test/bin/ld.so"));
            var loopback = node.binDir().resolve("loopback");
            Files.delete(loopback);
            soon("the loopback plugin is back", () -> Files.isExecutable(loopback));
        }
    }

    @Test
    void repairs_as_soon_as_the_kernel_or_a_directory_tells_not_only_every_RESYNC_SECONDS() throws IOException {
        try (var _ = node.run(STATIC, "RESYNC_SECONDS=3600")) {
            node.netns().ip("link delete mac0");
            soon("mac0 is back", () -> exists("mac0") && flags().contains("\"UP\""));
            node.netns().ip("link set mac0 down");
            soon("mac0 is up", () -> flags().contains("\"UP\""));
            node.netns().ip("address del 169.254.1.1/32 dev mac0");
            soon(
                    "mac0 has its address",
                    () -> node.netns()
                            .show("-4", "address", "show", "dev", "mac0")
                            .toString()
                            .contains("169.254.1.1"));
            node.iptables("nft", "-F", "FORWARD");
            soon(
                    "the rules are back",
                    () -> node.rules("nft", "filter", "FORWARD").size() == 3);
            Files.delete(node.conflist());
            soon("the conflist is back", () -> Files.exists(node.conflist()));
            Files.delete(node.binDir().resolve("route-fix"));
            soon("the plugin is back", () -> Files.exists(node.binDir().resolve("route-fix")));
        }
    }

    @Test
    void a_mac0_that_is_fine_is_never_touched() {
        try (var run = node.run(STATIC)) {
            // a route as the plugin makes them; it would go if the interface went down
            node.netns()
                    .ip(
                            "route add 192.168.2.76/32 dev mac0 src 192.168.2.10\nneigh add 192.168.2.76 lladdr 02:00:00:00:00:76 dev mac0 nud permanent");
            node.iptables("nft", "-F", "FORWARD");
            run.await(
                    "a pass goes by",
                    SOON,
                    () -> !node.rules("nft", "filter", "FORWARD").isEmpty());

            assertThat(node.netns().run("ip", "route", "show", "dev", "mac0").stdout())
                    .contains("192.168.2.76");
            assertThat(node.netns().run("ip", "neigh", "show", "dev", "mac0").stdout())
                    .contains("192.168.2.76");
        }
    }

    @Test
    void pods_that_lose_their_way_with_mac0_get_it_back() {
        try (var sandbox = Netns.create("pod");
                var _ = node.run(STATIC)) {
            node.netns()
                    .ip("link add pod0 link eth0 address 02:00:00:00:00:76 type macvlan mode bridge\n"
                            + "link set pod0 name eth0 netns " + sandbox.path().getFileName());
            var attachments = new Attachments(node.at("run/route-fix"));
            var address = IpAddress.parse("192.168.2.76");
            var pod = new Attachment(
                    new AttachmentId("c1", "eth0"), sandbox.path().toString(), "", "mac0", List.of(address));
            var gone = new Attachment(
                    new AttachmentId("c0", "eth0"),
                    "/run/netns/gone",
                    "",
                    "mac0",
                    List.of(IpAddress.parse("192.168.2.75")));
            attachments.save(gone);
            attachments.save(pod);
            soon("the pod can be reached", this::podIsReachable);

            node.netns().ip("link delete mac0");
            soon("mac0 is back", () -> exists("mac0"));
            soon("the pod can be reached again", this::podIsReachable);

            attachments.forget(pod.id(), pod.addresses());
            node.netns().ip("link delete mac0");
            soon("the rule's pass after mac0 is back", () -> exists("mac0") && flags().contains("\"UP\""));
            assertThat(podIsReachable()).isFalse();
        }
    }

    private boolean podIsReachable() {
        return exists("mac0")
                && node.netns()
                        .run("ip", "route", "show", "dev", "mac0")
                        .stdout()
                        .contains("192.168.2.76 proto 96 scope link src 192.168.2.10")
                && node.netns()
                        .run("ip", "neigh", "show", "dev", "mac0")
                        .stdout()
                        .contains("192.168.2.76 lladdr 02:00:00:00:00:76 PERMANENT");
    }

    @Test
    void the_nodes_dhcp_daemon_is_there_before_the_conflist_and_again_when_killed() throws IOException {
        try (var run = node.withReferencePlugins().run(REFERENCE)) {
            assertThat(daemons()).hasSize(1);
            assertThat(run.log().indexOf("start the dhcp daemon"))
                    .isLessThan(run.log().indexOf("write " + node.conflist()));
            long first = daemons().getFirst();

            ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly);

            run.awaitLog("warn the dhcp daemon ended with exit code 137; it is started again", SOON);
            run.await(
                    "another daemon runs",
                    SOON,
                    () -> daemons().size() == 1 && daemons().getFirst() != first);
            run.await(
                    "it answers",
                    SOON,
                    () -> node.installer("status", REFERENCE).exit() == 0);

            assertThat(run.stop(SOON)).isZero();
            assertThat(daemons()).isEmpty();
            assertThat(node.at("run/cni")).doesNotExist();
        }
    }

    @Test
    void a_DHCP_server_that_does_not_answer_gets_a_line_that_says_what_to_check() throws IOException {
        try (var run = node.withReferencePlugins().run(REFERENCE);
                var sandbox = Netns.create("pod")) {
            sandbox.ip("link add eth0 type veth peer name silence\nlink set silence up\nlink set eth0 up\n");
            var conf = "{'cniVersion':'1.0.0','name':'lan','ipam':{'type':'dhcp','daemonSocketPath':'%s'}}"
                    .formatted(node.at("run/cni/dhcp.sock"))
                    .replace('\'', '"');
            try (var _ = node.netns()
                    .command(node.binDir().resolve("dhcp").toString())
                    .env(Map.of(
                            "CNI_COMMAND",
                            "ADD",
                            "CNI_CONTAINERID",
                            "c1",
                            "CNI_NETNS",
                            sandbox.path().toString(),
                            "CNI_IFNAME",
                            "eth0",
                            "CNI_PATH",
                            node.binDir().toString()))
                    .stdin(conf)
                    .start(node.at("add.log"))) {
                run.awaitLog("warn no DHCP server answers on eth0: check that one serves this LAN", SOON);
            }
            assertThat(run.stop(SOON)).isZero();
        }
    }

    @Test
    void a_socket_left_by_a_killed_daemon_does_no_harm() throws IOException {
        Files.createDirectories(node.at("run/cni"));
        Files.createFile(node.at("run/cni/dhcp.sock"));

        try (var run = node.withReferencePlugins().run(REFERENCE)) {
            assertThat(run.log()).contains("start the dhcp daemon");
            assertThat(node.installer("status", REFERENCE).exit()).isZero();
        }
    }

    @Test
    void SIGTERM_leaves_the_host_as_it_is_and_ends_with_0() {
        try (var run = node.run(STATIC)) {
            var before = new ArrayList<>(node.files());

            assertThat(run.stop(SOON)).isZero();

            assertThat(run.log()).contains("info stopped");
            assertThat(before.remove("run/route-fix/route-fix.sock")).isTrue();
            assertThat(before.remove("run/route-fix/ctl.sock")).isTrue();
            assertThat(node.files()).isEqualTo(before);
            assertThat(exists("mac0")).isTrue();
            assertThat(node.rules("nft", "filter", "FORWARD")).hasSize(3);
        }
    }

    @Test
    void after_uninstall_it_repairs_nothing_and_leaves_nothing_when_stopped() {
        try (var run = node.run()) {
            assertThat(node.ctl("uninstall").ok()).isTrue();
            run.awaitLog("uninstalled; nothing is repaired any more", SOON);

            assertThat(exists("mac0")).isFalse();
            assertThat(node.files()).noneMatch(file -> file.startsWith("opt") || file.startsWith("etc"));
            assertThat(run.stop(SOON)).isZero();

            assertThat(node.files()).isEmpty();
            assertThat(node.at("run/route-fix")).doesNotExist();
            assertThat(node.at("run/cni")).doesNotExist();
        }
    }

    @Test
    void a_new_run_takes_over_after_an_uninstall_whose_resident_was_killed() {
        try (var run = node.run(STATIC)) {
            assertThat(node.ctl("uninstall").ok()).isTrue();
            ProcessHandle.of(run.pid()).ifPresent(ProcessHandle::destroyForcibly);
            run.await("it is dead", SOON, () -> !run.isAlive());
        }

        try (var run = node.run(STATIC)) {
            assertThat(run.isAlive()).isTrue();
            assertThat(exists("mac0")).isTrue();
            assertThat(node.ctl("ready").ok()).isTrue();
        }
    }

    @Test
    void an_uninstall_beside_the_resident_is_left_to_it() {
        try (var run = node.run(STATIC)) {
            var uninstall = node.installer("uninstall");

            assertThat(uninstall.exit()).isEqualTo(1);
            assertThat(uninstall.stderr()).contains("ctl uninstall");
            assertThat(node.conflist()).exists();
            assertThat(node.ctl("ready").ok()).isTrue();
            assertThat(run.isAlive()).isTrue();
        }
    }

    @Test
    void a_successor_waits_until_its_predecessor_has_gone() {
        try (var first = node.run(STATIC);
                var second = node.java("run", STATIC).start(node.at("second.log"))) {
            second.awaitLog("waiting for the route-fix that still runs", SOON);
            assertThat(second.log()).doesNotContain("looking after it");

            assertThat(first.stop(SOON)).isZero();

            second.awaitLog("looking after it", SOON);
        }
    }

    @Test
    void killed_at_any_step_the_next_start_finishes_the_job() {
        for (int step = 0; step < 8; step++) {
            try (var install = node.java("install", STATIC).start(node.at("killed-" + step + ".log"))) {
                var said = step;
                Poll.until(
                        step + " steps done", SOON, () -> install.log().lines().count() >= said || !install.isAlive());
                ProcessHandle.of(install.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
            if (step % 2 == 1) {
                node.installer("uninstall");
                assertThat(node.files()).as("after " + step + " steps").isEmpty();
            }
        }

        assertThat(node.installer("install", STATIC).exit()).isZero();

        assertThat(node.installer("status", STATIC).exit()).isZero();
        assertThat(node.files()).noneMatch(file -> file.endsWith("route-fix-tmp"));
    }

    @Test
    void a_problem_that_lasts_is_told_once_and_overcome_when_it_is_gone() {
        try (var run = node.run(STATIC)) {
            node.netns().ip("link set eth0 down");
            run.awaitLog("error MASTER_IFACE eth0 is down", SOON);
            node.netns().ip("link delete mac0");
            node.netns().ip("link set eth0 up");
            run.await("mac0 is back", SOON, () -> exists("mac0"));

            assertThat(run.log().split("eth0 is down", -1)).hasSize(2);
        }
    }

    /** Writes something else into the file's place and waits for it to be put right. */
    private void spoil(Path file) throws IOException {
        var before = Files.readAllBytes(file);
        Files.writeString(file, "spoilt");
        soon(file + " is put right", () -> {
            try {
                return Arrays.equals(Files.readAllBytes(file), before);
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void soon(String what, Poll.Condition condition) {
        Poll.until(what, SOON, condition);
    }

    private boolean exists(String link) {
        return node.netns().show("link", "show").findValuesAsText("ifname").contains(link);
    }

    private String flags() {
        return node.netns()
                .show("link", "show", "dev", "mac0")
                .path(0)
                .path("flags")
                .toString();
    }

    /** The dhcp daemons of this node. */
    private List<Long> daemons() {
        var socket = node.at("run/cni/dhcp.sock").toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .contains(socket))
                .map(ProcessHandle::pid)
                .toList();
    }
}

package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not ours on a node stays as it is, and what we need is kept. The names begin with the numbers of faults that were seen in the field. */
class OthersIT extends EmptyNode {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    /** One that we do not give out ourselves. */
    private static final String HOST_LOCAL = "IPAM={\"type\":\"host-local\"}";

    @Test
    void b1_an_interface_that_somebody_else_uses_is_neither_changed_nor_removed() {
        node.netns().ip("""
                link add mac0 link eth0 type macvlan mode bridge
                address add 192.168.2.250/32 dev mac0
                link set mac0 up
                route add 192.168.2.248/29 dev mac0
                """);
        var before = shown("mac0");

        for (var command : new String[] {"install", "run"}) {
            var refused = node.installer(command, STATIC);
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.stderr())
                    .contains("HOST_IFACE mac0 exists and is not route-fix's", "192.168.2.250/32", "192.168.2.248/29")
                    .contains("ip link delete mac0", "set HOST_IFACE to another name");
        }
        var uninstalled = node.installer("uninstall", STATIC);

        assertThat(uninstalled.stderr()).contains("mac0 is left alone: it is not ours");
        assertThat(shown("mac0")).isEqualTo(before);
        assertThat(node.netns().run("ip", "route", "show", "dev", "mac0").stdout())
                .contains("192.168.2.248/29");
        assertThat(node.files()).isEmpty();
    }

    @Test
    void b1_an_interface_with_the_gateways_address_and_another_is_somebodys_own() {
        node.netns().ip("""
                link add mac0 link eth0 type macvlan mode bridge
                address add 169.254.1.1/32 dev mac0
                address add 192.168.2.250/32 dev mac0
                """);
        var before = shown("mac0");

        assertThat(node.installer("install", STATIC).exit()).isEqualTo(1);
        assertThat(node.installer("uninstall", STATIC).exit()).isZero();

        assertThat(shown("mac0")).isEqualTo(before);
    }

    @Test
    void b1_a_mac0_made_by_hand_for_the_pods_is_adopted() {
        node.netns().ip("""
                link add mac0 link eth0 type macvlan mode bridge
                address add 169.254.1.1/32 dev mac0
                link set mac0 up
                """);
        var index = shown("mac0").path("ifindex");

        assertThat(node.installer("install", STATIC).exit()).isZero();

        assertThat(shown("mac0").path("ifindex")).isEqualTo(index);
        assertThat(node.installer("status", STATIC).exit()).isZero();
        assertThat(node.installer("uninstall", STATIC).exit()).isZero();
        assertThat(node.netns().show("link", "show").findValuesAsText("ifname")).doesNotContain("mac0");
    }

    @Test
    void b1_an_address_that_somebody_gives_to_our_mac0_stays_and_is_named_once() {
        try (var run = node.run(STATIC)) {
            node.netns().ip("address add 192.168.2.250/32 dev mac0");
            run.awaitLog("warn mac0 has the address 192.168.2.250/32", SOON);
            node.netns().ip("link set mac0 arp on");
            Poll.until(
                    "a pass goes by",
                    SOON,
                    () -> shown("mac0").path("flags").toString().contains("NOARP"));

            assertThat(run.log().split("has the address 192.168.2.250/32", -1)).hasSize(2);
            assertThat(addresses("mac0")).contains("169.254.1.1", "192.168.2.250");
            assertThat(node.ctl("ready").ok()).isTrue();
            var status = node.ctl("status");
            assertThat(status.ok()).isTrue();
            assertThat(status.stdout()).contains("mac0 has the address 192.168.2.250/32");
        }
    }

    @Test
    void b3_a_chain_with_rules_that_only_nft_knows_is_named_and_everything_else_is_kept() {
        try (var run = node.run(STATIC)) {
            nft("add rule ip filter FORWARD ct state invalid counter drop");
            run.awaitLog("nft delete rule ip filter FORWARD handle NUMBER", SOON);

            node.netns().ip("link delete mac0");
            run.awaitLog("info create mac0", SOON);
            node.netns().sysctl("net/ipv4/ip_forward", "0");
            run.awaitLog("set net.ipv4.ip_forward=1", SOON);
            node.iptables("nft", "-t", "nat", "-F", "POSTROUTING");
            Poll.until(
                    "the rules of nat are back",
                    SOON,
                    () -> node.rules("nft", "nat", "POSTROUTING").size() == 3);
            nft("flush chain ip filter FORWARD");
            nft("add rule ip filter FORWARD ct state invalid counter drop");
            Poll.until("ours are back in the chain that cannot be listed", SOON, () -> chain().contains("mac0"));

            // a pass may have seen the chain in between, when it was empty
            Poll.until("it is not ready", SOON, () -> !node.ctl("ready").ok());
            var ready = node.ctl("ready");
            assertThat(ready.stderr())
                    .contains("chain `FORWARD' in table `filter' is incompatible", "nft -a list chain");
            assertThat(node.ctl("status").stdout()).contains("chain `FORWARD' in table `filter' is incompatible");
            assertThat(chain()).containsSubsequence("mac0", "ct state invalid", "mac0");
            assertThat(run.log().split("is incompatible", -1)).as("said once").hasSize(2);

            nft("flush chain ip filter FORWARD");
            Poll.until("all is well again", SOON, () -> node.ctl("ready").ok());
            assertThat(node.rules("nft", "filter", "FORWARD")).hasSize(3);
        }
    }

    @Test
    void b3_a_first_installation_and_an_uninstallation_get_along_with_such_a_chain() {
        node.iptables("nft", "-A", "FORWARD", "-i", "lo", "-j", "ACCEPT");
        nft("add rule ip filter FORWARD ct state invalid counter drop");
        // another chain of the table, which spoils it as a whole
        node.iptables("nft", "-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
        nft("add rule ip filter INPUT ct state invalid counter drop");

        var installed = node.installer("install", STATIC);

        assertThat(installed.exit()).isEqualTo(1);
        assertThat(installed.stderr()).contains("error iptables (nft) cannot do -S FORWARD", "is incompatible");
        assertThat(node.conflist()).exists();
        assertThat(addresses("mac0")).containsExactly("169.254.1.1");
        assertThat(chain()).containsSubsequence("mac0", "lo", "ct state invalid", "mac0", "mac0");

        assertThat(node.installer("install", STATIC).stderr()).doesNotContain("add iptables rule");
        assertThat(node.installer("uninstall", STATIC).exit()).isZero();
        assertThat(chain()).contains("ct state invalid").doesNotContain("mac0");
        assertThat(node.files()).isEmpty();
    }

    @Test
    void b4_a_chain_of_nftables_that_drops_pods_packets_is_named_once_and_the_node_is_not_ready_until_it_is_cured() {
        try (var run = node.run(STATIC, "RESYNC_SECONDS=3600")) {
            assertThat(node.ctl("ready").ok()).isTrue();
            nft("add table inet own");
            nft("add chain inet own forward { type filter hook forward priority 10; }");
            nft("add rule inet own forward ct state invalid drop");
            run.awaitLog("warn the chain inet own forward of nftables drops pods' answers to LAN clients", SOON);

            Poll.until("it is not ready", SOON, () -> !node.ctl("ready").ok());
            assertThat(node.ctl("ready").stderr()).contains("nft insert rule inet own forward iifname mac0 accept");
            assertThat(node.ctl("status").stdout()).contains("the chain inet own forward");
            nft("add rule inet own forward counter");
            nft("insert rule inet own forward iifname mac0 accept");

            Poll.until("it is ready", SOON, () -> node.ctl("ready").ok());
            assertThat(run.log().split("the chain inet own forward", -1)).hasSize(2);
        }
    }

    @Test
    void c3_forwarding_is_kept_on_for_the_parent_and_for_mac0() {
        node.netns().sysctl("net/ipv4/ip_forward", "1");
        node.netns().sysctl("net/ipv4/conf/eth0/forwarding", "0");
        try (var run = node.run(STATIC)) {
            assertThat(setting("eth0")).isEqualTo("1");

            node.netns().sysctl("net/ipv4/conf/eth0/forwarding", "0");
            node.netns().sysctl("net/ipv4/conf/mac0/forwarding", "0");

            run.awaitLog("set net.ipv4.conf.mac0.forwarding=1", SOON);
            Poll.until(
                    "forwarding is on",
                    SOON,
                    () -> setting("eth0").equals("1") && setting("mac0").equals("1"));
        }
    }

    @Test
    void c4_mac0_follows_its_parents_mtu_up_and_down() {
        try (var _ = node.run(STATIC, "RESYNC_SECONDS=3600")) {
            for (var mtu : new String[] {"9000", "1400", "1500"}) {
                node.netns().ip("link set eth0 mtu " + mtu);
                Poll.until(
                        "mac0 has mtu " + mtu,
                        SOON,
                        () -> shown("mac0").path("mtu").asText().equals(mtu));
            }
        }
    }

    static Stream<Arguments> d7_a_plugin_that_cannot_serve_pods_is_named_and_no_pod_is_invited() {
        var shell = "#!/bin/sh\n";
        return Stream.of(
                Arguments.of(shell + "echo rubbish", "does not say which versions of CNI it speaks (\"rubbish\")"),
                Arguments.of(
                        shell + "echo '{\"supportedVersions\":7}'", "does not say which versions of CNI it speaks"),
                Arguments.of(shell + "echo no >&2; exit 3", "cannot tell its versions (exit code 3: no)"),
                Arguments.of("not a program", "is no program"),
                Arguments.of("", "is no program"),
                Arguments.of("\u007fELF half of one", "cannot tell its versions"),
                Arguments.of(shell + "trap '' TERM; sleep 1000", "did not end within 10 s"),
                Arguments.of(shell + "exec yes", "did not end within 10 s"),
                Arguments.of(
                        shell + "echo '{\"supportedVersions\":[\"0.3.1\"]}'",
                        "speaks CNI [0.3.1] and not CNI_VERSION 1.0.0"));
    }

    @ParameterizedTest
    @MethodSource
    void d7_a_plugin_that_cannot_serve_pods_is_named_and_no_pod_is_invited(String content, String said)
            throws IOException {
        plugin("host-local", content, true);

        var output = node.installer("install", HOST_LOCAL);

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr()).contains("the plugin " + node.binDir().resolve("host-local") + " ", said);
        assertThat(node.conflist()).doesNotExist();
        assertThat(addresses("mac0")).containsExactly("169.254.1.1");
    }

    @Test
    void d7_directories_files_without_permission_and_missing_plugins_are_named_all_at_once() throws IOException {
        Files.createDirectory(node.binDir().resolve("macvlan"));
        plugin("static", "#!/bin/sh\n", false);
        nft("add table inet own");
        nft("add chain inet own forward { type filter hook forward priority 10; policy drop; }");

        var output = node.installer("install", STATIC, "CHAIN=reference");
        var missing = node.installer("install", "IPAM={\"type\":\"whereabouts\"}");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr().lines())
                .anyMatch(line -> line.contains("bin/macvlan is a directory, so no pod would get a network: remove it"))
                .anyMatch(
                        line -> line.contains("bin/static cannot be executed, so no pod would get a network: chmod +x"))
                .anyMatch(line -> line.contains("the chain inet own forward of nftables drops"));
        assertThat(missing.stderr()).contains("bin/whereabouts is not there, so no pod would get a network");
        assertThat(node.conflist()).doesNotExist();
    }

    @Test
    void d7_a_version_that_a_plugin_does_not_speak_is_refused_by_name() throws IOException {
        var output = node.withReferencePlugins().installer("install", STATIC, "CHAIN=reference", "CNI_VERSION=1.1.0");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr())
                .contains(
                        "bin/macvlan speaks CNI [0.1.0",
                        "and not CNI_VERSION 1.1.0, so no pod would get a network: set CNI_VERSION")
                .contains("bin/static speaks CNI");
        assertThat(node.conflist()).doesNotExist();
        assertThat(node.installer("install", STATIC).exit()).isZero();
    }

    @Test
    void d7_a_plugin_that_is_spoilt_later_makes_the_node_unready_until_it_is_whole_and_its_network_stays()
            throws IOException {
        try (var _ = node.run(HOST_LOCAL, "RESYNC_SECONDS=3600")) {
            assertThat(node.ctl("ready").ok()).isTrue();
            var whole = Files.readAllBytes(node.binDir().resolve("host-local"));

            plugin("host-local", "#!/bin/sh\necho rubbish\n", true);
            Poll.until("it is not ready", SOON, () -> !node.ctl("ready").ok());
            assertThat(node.ctl("ready").stderr()).contains("bin/host-local does not say which versions");
            assertThat(node.ctl("status").stdout()).contains("bin/host-local does not say which versions");
            assertThat(node.conflist()).exists();

            Files.write(node.binDir().resolve("host-local"), whole);
            Poll.until("it is ready", SOON, () -> node.ctl("ready").ok());
        }
    }

    private void plugin(String name, String content, boolean executable) throws IOException {
        var file = node.binDir().resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private String chain() {
        return node.netns()
                .run("nft", "list", "chain", "ip", "filter", "FORWARD")
                .stdout();
    }

    private void nft(String command) {
        node.netns().run("nft", command);
    }

    private String setting(String link) {
        return node.netns().sysctl("net/ipv4/conf/" + link + "/forwarding");
    }

    private JsonNode shown(String link) {
        return node.netns().show("-4", "address", "show", "dev", link).path(0);
    }

    private List<String> addresses(String link) {
        return shown(link).path("addr_info").findValuesAsText("local");
    }
}

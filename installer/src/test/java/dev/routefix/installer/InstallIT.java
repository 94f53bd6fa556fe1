package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** install, status and uninstall on a real kernel with real iptables. */
class InstallIT extends EmptyNode {

    private static final String FIRST = "-A FORWARD -i mac0 -m conntrack --ctstate INVALID -m comment --comment"
            + " \"route-fix: forward answers to LAN clients\" -j ACCEPT";
    private static final String ACCEPT =
            "-A FORWARD -i mac0 -m comment --comment \"route-fix: forward what else pods send\" -j ACCEPT";
    private static final String ACCEPT_TO =
            "-A FORWARD -o mac0 -m comment --comment \"route-fix: forward what pods are sent\" -j ACCEPT";
    private static final String MARK =
            "-A FORWARD -i mac0 -m comment --comment \"route-fix: know what pods send\" -j MARK --set-xmark 0x1000/0x1000";
    private static final List<String> NAT = List.of(
            "-A POSTROUTING -o eth0 -m mark --mark 0x1000/0x1000 -m conntrack --ctstate DNAT -m comment --comment"
                    + " \"route-fix: answers of Services come back by the node\" -j MASQUERADE",
            "-A POSTROUTING -o mac0 -m mark --mark 0x0/0x5000 -m conntrack --ctstate DNAT -m comment --comment"
                    + " \"route-fix: clients of Services keep their address\" -j NETMAP --to 0.0.0.0/0",
            "-A POSTROUTING -o eth0 -m mark --mark 0x1000/0x1000 -m conntrack ! --ctstate DNAT -m comment --comment"
                    + " \"route-fix: pods keep their address towards the LAN\" -j NETMAP --to 0.0.0.0/0");

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void install_puts_everything_in_place(String mode) {
        node.netns().sysctl("net/ipv4/ip_forward", "0");

        assertThat(node.installer("install", "IPTABLES_MODE=" + mode).exit()).isZero();

        assertThat(node.files())
                .containsExactly(
                        "etc/cni/net.d/0-route-fix.conflist",
                        "opt/cni/bin/.route-fix/0.1.0-test/bin/ld.so",
                        "opt/cni/bin/.route-fix/0.1.0-test/build",
                        "opt/cni/bin/.route-fix/0.1.0-test/sbin/xtables-legacy-multi",
                        "opt/cni/bin/.route-fix/0.1.0-test/sbin/xtables-nft-multi",
                        "opt/cni/bin/loopback",
                        "opt/cni/bin/route-fix",
                        "run/route-fix/installer.lock",
                        "var/lib/route-fix/installed.json");
        assertThat(node.binDir().resolve("loopback"))
                .hasSameBinaryContentAs(node.binDir().resolve("route-fix"))
                .isExecutable();
        var link = node.netns().show("link", "show", "dev", "mac0").path(0);
        assertThat(link.path("linkinfo").path("info_kind").asText()).isEqualTo("macvlan");
        assertThat(link.path("linkinfo").path("info_data").path("mode").asText())
                .isEqualTo("bridge");
        assertThat(link.path("link").asText()).isEqualTo("eth0");
        assertThat(link.path("flags").toString()).contains("NOARP", "\"UP\"");
        var address = node.netns()
                .show("-4", "address", "show", "dev", "mac0")
                .path(0)
                .path("addr_info");
        assertThat(address).hasSize(1);
        assertThat(address.path(0).path("local").asText()).isEqualTo("169.254.1.1");
        assertThat(address.path(0).path("prefixlen").asInt()).isEqualTo(32);
        assertThat(address.path(0).path("scope").asText()).isEqualTo("link");
        assertThat(node.netns().sysctl("net/ipv4/ip_forward")).isEqualTo("1");
        assertThat(node.netns().sysctl("net/ipv4/conf/mac0/send_redirects")).isEqualTo("0");
        assertThat(node.rules(mode, "filter", "FORWARD")).containsExactly(FIRST, ACCEPT, ACCEPT_TO);
        assertThat(node.rules(mode, "mangle", "FORWARD")).containsExactly(MARK);
        assertThat(node.rules(mode, "nat", "POSTROUTING")).isEqualTo(NAT);
        assertThat(node.binDir().toFile().list()).noneMatch(name -> name.endsWith("tmp"));
    }

    @Test
    void the_plugin_starts_the_copied_runtime_where_nobody_listens() {
        node.installer("install");

        var said = node.netns()
                .command(List.of(node.binDir().resolve("route-fix").toString()))
                .env(Map.of("CNI_COMMAND", "VERSION"))
                .run();

        assertThat(said.stdout()).contains("supportedVersions");
    }

    @Test
    void a_second_install_changes_nothing() throws IOException {
        node.installer("install");
        var before = state();

        var again = node.installer("install");

        assertThat(again.exit()).isZero();
        assertThat(again.stderr().lines()).singleElement().asString().endsWith("info installed");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void a_changed_configuration_replaces_what_it_changes_and_leaves_mac0() {
        node.installer("install");
        var index = node.netns().show("link", "show", "dev", "mac0").path(0).path("ifindex");

        node.installer("install", "PRIORITY=05", "FORWARD_RULE=invalid-only", "MASQUERADE=off", "GATEWAY=169.254.9.9");

        assertThat(node.confDir().toFile().list()).containsExactly("05-route-fix.conflist");
        assertThat(node.rules("nft", "filter", "FORWARD"))
                .singleElement()
                .asString()
                .contains("--ctstate INVALID");
        assertThat(node.rules("nft", "mangle", "FORWARD")).isEmpty();
        assertThat(node.rules("nft", "nat", "POSTROUTING")).isEmpty();
        var link = node.netns().show("-4", "address", "show", "dev", "mac0").path(0);
        assertThat(link.path("ifindex")).isEqualTo(index);
        assertThat(link.path("addr_info")).hasSize(1);
        assertThat(link.path("addr_info").path(0).path("local").asText()).isEqualTo("169.254.9.9");
    }

    @Test
    void our_rule_stands_before_those_of_kube_proxy() {
        node.iptables("nft", "-N", "KUBE-FORWARD");
        node.iptables("nft", "-A", "FORWARD", "-j", "KUBE-FORWARD");

        node.installer("install");

        assertThat(node.rules("nft", "filter", "FORWARD"))
                .containsExactly(FIRST, "-A FORWARD -j KUBE-FORWARD", ACCEPT, ACCEPT_TO);

        node.iptables("nft", "-I", "FORWARD", "1", "-i", "lo", "-j", "DROP");
        node.installer("install");

        assertThat(node.rules("nft", "filter", "FORWARD"))
                .containsExactly(FIRST, "-A FORWARD -i lo -j DROP", "-A FORWARD -j KUBE-FORWARD", ACCEPT, ACCEPT_TO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void rules_go_where_the_kubelets_are_and_leave_the_other_filter(String mode) {
        var other = mode.equals("nft") ? "legacy" : "nft";
        node.installer("install", "IPTABLES_MODE=" + other);
        node.iptables(mode, "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");

        node.installer("install");

        assertThat(node.rules(mode, "filter", "FORWARD")).containsExactly(FIRST, ACCEPT, ACCEPT_TO);
        assertThat(node.rules(mode, "mangle", "FORWARD")).containsExactly(MARK);
        assertThat(node.rules(mode, "nat", "POSTROUTING")).isEqualTo(NAT);
        assertThat(node.rules(other, "filter", "FORWARD")).isEmpty();
        assertThat(node.rules(other, "mangle", "FORWARD")).isEmpty();
        assertThat(node.rules(other, "nat", "POSTROUTING")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void b7_the_rules_of_the_first_version_are_replaced(String mode) {
        node.iptables(mode, "-A", "FORWARD", "-j", "ACCEPT", "-i", "lo");
        var comment = "route-fix: ";
        node.iptables(
                mode,
                "-I",
                "FORWARD",
                "-i",
                "mac0",
                "-m",
                "comment",
                "--comment",
                comment + "forward what pods send",
                "-j",
                "ACCEPT");
        node.iptables(
                mode,
                "-t",
                "nat",
                "-A",
                "POSTROUTING",
                "-o",
                "eth0",
                "-m",
                "conntrack",
                "--ctstate",
                "DNAT",
                "-m",
                "comment",
                "--comment",
                comment + "answers of Services come back this way",
                "-j",
                "MASQUERADE");

        node.installer("install", "IPTABLES_MODE=" + mode);

        assertThat(node.rules(mode, "filter", "FORWARD"))
                .containsExactly(FIRST, "-A FORWARD -i lo -j ACCEPT", ACCEPT, ACCEPT_TO);
        assertThat(node.rules(mode, "nat", "POSTROUTING")).isEqualTo(NAT);
    }

    @Test
    void CONFLIST_none_writes_no_network() {
        node.installer("install", "CONFLIST=none", "CNI_CONF_DIR=/absent");

        assertThat(node.files())
                .noneMatch(file -> file.endsWith(".conflist"))
                .anyMatch(file -> file.endsWith("bin/route-fix"));
    }

    @Test
    void a_network_that_sorts_before_ours_is_warned_of() throws IOException {
        Files.writeString(node.confDir().resolve("-first.conf"), "{}");

        assertThat(node.installer("install").stderr())
                .contains("warn " + node.confDir().resolve("-first.conf") + " sorts before 0-route-fix.conflist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void uninstall_leaves_nothing(String mode) throws IOException {
        node.iptables(mode, "-A", "FORWARD", "-i", "lo", "-j", "ACCEPT");
        node.installer("install", "IPTABLES_MODE=" + mode);
        Files.createDirectories(node.at("run/route-fix/attachments"));
        Files.writeString(node.at("run/route-fix/attachments/c1@eth0"), "{}");

        var uninstall = node.installer("uninstall");

        assertThat(uninstall.exit()).isZero();
        assertThat(node.files()).isEmpty();
        assertThat(node.at("run/route-fix")).doesNotExist();
        assertThat(node.at("var/lib/route-fix")).doesNotExist();
        assertThat(node.binDir().toFile().list()).containsExactlyInAnyOrder("static", "host-local");
        assertThat(links()).doesNotContain("mac0");
        assertThat(node.rules(mode, "filter", "FORWARD")).containsExactly("-A FORWARD -i lo -j ACCEPT");
        assertThat(node.rules(mode, "mangle", "FORWARD")).isEmpty();
        assertThat(node.rules(mode, "nat", "POSTROUTING")).isEmpty();
    }

    @Test
    void uninstall_works_twice_and_without_a_default_route() {
        node.installer("install");
        node.netns().ip("route del default");

        assertThat(node.installer("uninstall").exit()).isZero();
        assertThat(node.installer("uninstall").exit()).isZero();
        assertThat(node.files()).isEmpty();
    }

    @Test
    void uninstall_leaves_an_interface_of_somebody_else() {
        node.netns().ip("link add mac0 type veth peer name other0");

        var uninstall = node.installer("uninstall");

        assertThat(uninstall.exit()).isZero();
        assertThat(uninstall.stderr()).contains("mac0 is left alone");
        assertThat(links()).contains("mac0");
    }

    @Test
    void UNINSTALL_never_leaves_everything() {
        node.installer("install");
        var before = node.files();

        assertThat(node.installer("uninstall", "UNINSTALL=never").exit()).isZero();

        assertThat(node.files()).isEqualTo(before);
        assertThat(links()).contains("mac0");
    }

    @Test
    void status_shows_each_thing_and_what_is_wrong() {
        node.installer("install", "IPAM={\"type\":\"static\"}");

        var well = node.installer("status", "IPAM={\"type\":\"static\"}");
        assertThat(well.exit()).isZero();
        assertThat(well.stdout().lines().skip(1)).hasSize(17).allMatch(line -> line.startsWith("ok "));

        node.netns().ip("link set mac0 down");
        var wrong = node.installer("status", "IPAM={\"type\":\"static\"}");

        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.stdout().lines().filter(line -> line.startsWith("WRONG")))
                .singleElement()
                .asString()
                .contains("mac0", "noarp down 169.254.1.1/32");
        assertThat(node.netns()
                        .show("link", "show", "dev", "mac0")
                        .path(0)
                        .path("flags")
                        .toString())
                .doesNotContain("\"UP\"");
    }

    @Test
    void status_of_an_untouched_node_changes_nothing() {
        assertThat(node.installer("status").exit()).isEqualTo(1);

        assertThat(node.files()).isEmpty();
        assertThat(links()).doesNotContain("mac0");
    }

    @Test
    void what_a_killed_install_left_is_swept() throws IOException {
        Files.writeString(node.binDir().resolve(".macvlan.4711.route-fix-tmp"), "half");
        Files.writeString(node.confDir().resolve(".0-route-fix.conflist.4711.route-fix-tmp"), "{");
        Files.createDirectories(node.binDir().resolve(".route-fix/.0.1.0-test.route-fix-tmp/bin"));

        node.installer("install");

        assertThat(node.files()).noneMatch(file -> file.endsWith("route-fix-tmp"));
        assertThat(node.binDir().resolve(".route-fix").toFile().list()).containsExactly("0.1.0-test");
    }

    @Test
    void an_upgrade_switches_the_relay_and_then_drops_the_old_runtime() throws IOException {
        node.installer("install");
        Files.writeString(node.at("opt/route-fix/build"), "0.2.0-next");

        node.installer("install");
        assertThat(node.binDir().resolve("route-fix"))
                .content(StandardCharsets.ISO_8859_1)
                .contains("/.route-fix/0.2.0-next\0");
        assertThat(node.binDir().resolve(".route-fix").toFile().list())
                .containsExactlyInAnyOrder("0.1.0-test", "0.2.0-next");

        node.installer("install");
        assertThat(node.binDir().resolve(".route-fix").toFile().list()).containsExactly("0.2.0-next");
    }

    private List<String> links() {
        return node.netns().show("link", "show").findValuesAsText("ifname");
    }

    /** Identity and time of every file of ours, and of the interface. */
    private Map<String, Object> state() throws IOException {
        var state = new HashMap<String, Object>();
        for (var file : node.files()) {
            var attributes = Files.readAttributes(node.at(file), BasicFileAttributes.class);
            state.put(file, attributes.fileKey() + " " + attributes.lastModifiedTime());
        }
        state.put(
                "mac0",
                node.netns().show("address", "show", "dev", "mac0").path(0).path("ifindex"));
        state.put(
                "rules",
                node.rules("nft", "filter", "FORWARD").toString()
                        + node.rules("nft", "mangle", "FORWARD")
                        + node.rules("nft", "nat", "POSTROUTING"));
        return state;
    }
}

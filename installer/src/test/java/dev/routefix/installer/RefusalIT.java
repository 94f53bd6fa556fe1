package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the installer refuses, on a real node: one line that names culprit and cure, and nothing is left on the host. */
class RefusalIT extends EmptyNode {

    @Test
    void an_unknown_command() {
        for (var command : new String[] {"", "instal"}) {
            var output = node.installer(command);
            assertThat(output.exit()).isEqualTo(2);
            assertThat(output.stderr())
                    .contains("\"" + command + "\" is no command", "install", "run", "uninstall", "status");
        }
    }

    @Test
    void a_wrong_configuration_with_every_problem_on_a_line() {
        var output = node.installer("install", "GATEWAY=here", "IPAM={", "RESYNC_SECONDS=0");

        assertThat(output.exit()).isEqualTo(2);
        assertThat(output.stderr().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("route-fix: "))
                .anyMatch(line -> line.contains("GATEWAY=\"here\""));
        assertThat(node.files()).isEmpty();
    }

    @Test
    void a_node_without_default_route() {
        node.netns().ip("route del default");

        refused(node.installer("install"), "no IPv4 default route", "set MASTER_IFACE");
    }

    @Test
    void a_master_that_does_not_exist() {
        refused(node.installer("install", "MASTER_IFACE=eth9"), "MASTER_IFACE eth9 does not exist");
    }

    @Test
    void a_master_that_is_down() {
        node.netns().ip("link set eth0 down");

        refused(node.installer("install", "MASTER_IFACE=eth0"), "MASTER_IFACE eth0 is down");
    }

    @Test
    void a_master_that_is_a_port_of_a_bridge() {
        node.netns().ip("link add br0 type bridge\nlink set eth0 master br0");

        refused(node.installer("install", "MASTER_IFACE=eth0"), "eth0 is a port of bridge br0", "set MASTER_IFACE=br0");
    }

    @Test
    void the_loopback_as_master() {
        refused(node.installer("install", "MASTER_IFACE=lo"), "lo is the loopback");
    }

    @Test
    void a_gateway_inside_the_LAN() {
        refused(node.installer("install", "GATEWAY=192.168.2.77"), "GATEWAY 192.168.2.77 lies inside 192.168.2.0/24");
    }

    @Test
    void an_interface_of_somebody_else_which_stays_as_it_is() {
        node.netns().ip("link add mac0 type veth peer name other0");
        var before = node.netns().show("address", "show", "dev", "mac0");

        var output = node.installer("install");

        assertThat(output.stderr()).contains("mac0 exists and is no macvlan but a veth", "left alone", "HOST_IFACE");
        assertThat(output.exit()).isEqualTo(1);
        assertThat(node.files()).isEmpty();
        assertThat(node.netns().show("address", "show", "dev", "mac0")).isEqualTo(before);
    }

    @Test
    void a_macvlan_of_another_parent() {
        node.netns()
                .ip("link add eth1 type veth peer name other1\nlink add link eth1 name mac0 type macvlan mode bridge");

        var output = node.installer("install");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr()).contains("mac0 exists and is a macvlan of eth1, not of eth0");
        assertThat(node.files()).isEmpty();
    }

    @Test
    void directories_that_are_not_there() {
        refused(
                node.installer("install", "CNI_BIN_DIR=/absent/bin", "CNI_CONF_DIR=/absent/net.d"),
                "CNI_BIN_DIR /absent/bin does not exist",
                "CNI_CONF_DIR /absent/net.d does not exist");
    }

    @Test
    void a_directory_that_cannot_be_written() {
        var command = node.java("install", "CNI_CONF_DIR=" + node.confDir());
        var readOnly = command.behind(List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind " + node.confDir() + " " + node.confDir() + " && mount -o remount,bind,ro "
                        + node.confDir() + " && exec \"$@\"",
                "sh"));

        refused(readOnly.attempt(), "CNI_CONF_DIR " + node.confDir() + " cannot be written");
    }

    @Test
    void an_image_without_iptables() throws IOException {
        Files.delete(node.at("usr/sbin"));
        Files.createDirectory(node.at("usr/sbin"));

        refused(node.installer("install"), "iptables is missing", "xtables-nft-multi");
        assertThat(node.installer("install", "FORWARD_RULE=none", "MASQUERADE=off")
                        .exit())
                .isZero();
    }

    @Test
    void an_image_without_a_runtime() throws IOException {
        Files.delete(node.at("opt/route-fix/build"));

        refused(node.installer("install"), "the plugin's runtime is missing");
    }

    @Test
    void the_reference_chain_on_a_node_without_its_plugins() {
        var output = node.installer("run", "CHAIN=reference");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr())
                .contains(
                        "CHAIN=reference has the host's own " + node.binDir().resolve("dhcp")
                                + " ask for pods' addresses",
                        "the plugin " + node.binDir().resolve("macvlan") + " is not there",
                        "set CHAIN=own")
                .doesNotContain("Exception", "\tat ");
        assertThat(node.conflist()).doesNotExist();
    }

    @Test
    void an_iptables_lock_that_somebody_keeps() throws IOException {
        node.iptables("legacy", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        var lock = node.at("xtables.lock");
        Files.createFile(lock);
        // the lock of a mount namespace's own, so that nobody else on this machine waits for it
        var locked = node.java("install", "IPTABLES_MODE=legacy", "XTABLES_LOCKFILE=" + lock)
                .behind(List.of("flock", lock.toString()));

        var output = locked.attempt();

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr()).contains("another program holds iptables' lock");
        assertThat(node.files()).noneMatch(file -> file.endsWith(".conflist"));
    }

    @Test
    void run_refuses_too_and_ends_with_1() {
        node.netns().ip("route del default");

        refused(node.installer("run"), "no IPv4 default route");
    }

    /** Exit code 1, these words each on a line of its own, and a host on which nothing has changed. */
    private void refused(Output output, String... words) {
        assertThat(output.exit()).as(output.stderr()).isEqualTo(1);
        assertThat(output.stderr()).contains(words).doesNotContain("Exception", "\tat ");
        assertThat(output.stderr().lines()).allMatch(line -> line.startsWith("route-fix: "));
        assertThat(node.files()).isEmpty();
        assertThat(node.netns().show("link", "show").findValuesAsText("ifname")).doesNotContain("mac0");
        assertThat(node.rules("nft", "filter", "FORWARD")).isEmpty();
    }
}

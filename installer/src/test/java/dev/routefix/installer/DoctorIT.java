package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.Json;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault is planted on a node with two pods that is well, and doctor has that finding and no other. Nobody puts it right meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorIT {

    private InstalledLan installed;
    private Pod pod;
    private Pod other;

    /** What a test has done to the node, undone in reverse. */
    private final List<Command> undo = new ArrayList<>();

    @BeforeAll
    void install_on_a_node_and_start_pods(@TempDir Path directory) {
        installed = new InstalledLan(1, directory, Map.of());
        pod = installed.pod("a1", node());
        other = installed.pod("a2", node());
    }

    @AfterEach
    void what_was_planted_is_taken_back() {
        undo.reversed().forEach(Command::run);
        undo.clear();
        installed.appliance(node(), "install");
        assertThat(doctor().stdout()).endsWith("\nhealthy\n");
    }

    @AfterAll
    void stop() {
        installed.close();
    }

    @Test
    void a_node_that_is_well_is_healthy_and_what_was_looked_at_is_said() throws IOException {
        var said = doctor();

        assertThat(said.exit()).isZero();
        assertThat(said.stdout().lines())
                .anyMatch(line -> line.startsWith("ok     route-fix's own things: "))
                .anyMatch(line -> line.startsWith("ok     pod ") && line.contains(pod.address()))
                .anyMatch(line -> line.equals("ok     the kernel"))
                .noneMatch(line -> line.startsWith("WRONG"))
                .last()
                .isEqualTo("healthy");
        var json = Json.read(doctor("--json").stdout().getBytes(StandardCharsets.UTF_8));
        assertThat(json).containsEntry("healthy", true).containsEntry("findings", List.of());
        assertThat(json).containsOnlyKeys("healthy", "findings");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    route delete default                       | the pod lacks
                    neigh delete 169.254.1.1 dev eth0          | the pod lacks
                    link set eth0 down                         | the pod's interface eth0 is down
                    address flush dev eth0                     | the pod's interface eth0 lacks an address
                    """)
    void what_a_pod_has_lost_is_found(String words, String cause) {
        pod.netns().run(("ip " + words).split(" "));

        hasOnly("pod " + pod.attachment().orElseThrow().containerId(), cause, "delete the pod");

        mendPod();
    }

    @Test
    void a_pod_without_its_interface_is_found() {
        var victim = installed.pod("gone", node());
        victim.netns().ip("link delete eth0");

        hasOnly("pod " + victim.attachment().orElseThrow().containerId(), "the pod has no interface eth0", "delete");

        victim.close();
        installed.pods().remove(victim);
    }

    @ParameterizedTest
    @CsvSource({"route delete", "neigh delete"})
    void what_the_node_has_lost_of_its_way_to_a_pod_is_found(String words) {
        node().netns().run(("ip " + words + " " + pod.address() + " dev mac0").split(" "));

        hasOnly("pod " + pod.attachment().orElseThrow().containerId(), "the node lacks", "the resident puts back");
    }

    @Test
    void a_pod_whose_sandbox_is_gone_without_a_DEL_is_found() {
        var victim = installed.pod("orphan", node());
        victim.netns().close();

        hasOnly(
                "pod " + victim.attachment().orElseThrow().containerId(),
                "the container runtime has not called DEL",
                "crictl rmp -f");

        victim.close();
        installed.pods().remove(victim);
    }

    @Test
    void an_address_that_two_pods_have_is_found() throws IOException {
        var owner = installed.root(node()).resolve("run/route-fix/addresses/" + pod.address());
        var before = Files.readString(owner);
        Files.writeString(owner, other.attachment().orElseThrow().containerId() + "@eth0");

        hasOnly(
                "pod " + pod.attachment().orElseThrow().containerId(),
                "its address " + pod.address() + " was given once more",
                "two DHCP servers");

        Files.writeString(owner, before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ip link set mac0 arp on                              | mac0                          | set mac0 noarp again
                    ip link set mac0 down                                | mac0                          | set mac0 up again
                    ip link delete mac0                                  | mac0                          | create mac0
                    sysctl -w net.ipv4.ip_forward=0                      | net.ipv4.ip_forward           | set net.ipv4.ip_forward=1
                    sysctl -w net.ipv4.conf.eth0.forwarding=0            | net.ipv4.conf.eth0.forwarding | set net.ipv4.conf.eth0.forwarding=1
                    iptables-nft -t nat -F POSTROUTING                   | POSTROUTING rule              | add iptables rule (nft)
                    """)
    void what_of_ours_is_not_as_wanted_is_found(String command, String subject, String cure) {
        node().netns().run("sh", "-c", command);

        hasOnly(subject, "", cure);
    }

    @Test
    void a_conflist_of_ours_that_was_removed_and_one_of_another_that_comes_first_are_found() throws IOException {
        var directory = installed.root(node()).resolve("etc/cni/net.d");
        Files.delete(directory.resolve("0-route-fix.conflist"));
        hasOnly("conflist", "\"missing\" and not", "write ");

        installed.appliance(node(), "install");
        Files.writeString(directory.resolve("-first.conf"), "{}");
        hasOnly("conflist", "-first.conf sorts before 0-route-fix.conflist", "choose a PRIORITY");
        Files.delete(directory.resolve("-first.conf"));
    }

    @Test
    void a_plugin_of_ours_that_was_removed_is_found_once() throws IOException {
        Files.delete(installed.root(node()).resolve("opt/cni/bin/route-fix"));

        hasOnly("plugin", "plugin is \"missing\"", "write ");
    }

    @Test
    void a_plugin_that_the_conflist_needs_and_that_is_missing_is_found() throws IOException {
        var plugin = installed.root(node()).resolve("opt/cni/bin/host-local");
        var aside = plugin.resolveSibling("aside");
        Files.move(plugin, aside);

        hasOnly("conflist", "host-local is not there", "install it on the node");

        Files.move(aside, plugin);
    }

    @Test
    void filters_of_others_that_drop_or_rewrite_are_found() {
        nft("ip", "forward { type filter hook forward priority 0; policy drop; }");
        hasOnly(
                "pods",
                "the chain ip own forward of nftables drops",
                "nft insert rule ip own forward iifname mac0 accept");
        takeBack();

        nft("inet", "post { type nat hook postrouting priority 90; }", "oifname \"eth0\" masquerade");
        hasOnly("pods", "the chain inet own post of nftables changes the address", "nft insert rule inet own post");
        takeBack();

        node().netns().run("iptables-legacy", "-P", "FORWARD", "DROP");
        undo.add(node().netns().command("iptables-legacy", "-P", "FORWARD", "ACCEPT"));
        hasOnly(
                "pods",
                "the policy of FORWARD (iptables-legacy) drops",
                "iptables-legacy -I FORWARD -i mac0 -j ACCEPT");
    }

    @Test
    void a_chain_that_iptables_cannot_list_and_a_rule_before_ours_that_rejects_are_found() {
        node().netns().run("nft", "add rule ip filter FORWARD ct state invalid counter drop");
        hasOnly("the chain ip filter FORWARD", "a rule into it that iptables does not know", "nft -a list chain");
        node().netns().run("nft", "flush chain ip filter FORWARD");
        installed.appliance(node(), "install");

        node().netns().run("iptables-nft", "-A", "FORWARD", "-j", "REJECT");
        undo.add(node().netns().command("iptables-nft", "-D", "FORWARD", "-j", "REJECT"));
        installed.appliance(node(), "install");
        assertThat(doctor().stdout()).endsWith("\nhealthy\n"); // ours come before it
        node().netns().run("iptables-nft", "-N", "ufw");
        undo.add(node().netns().command("iptables-nft", "-X", "ufw"));
        node().netns().run("iptables-nft", "-A", "ufw", "-j", "REJECT");
        undo.add(node().netns().command("iptables-nft", "-F", "ufw"));
        node().netns().run("iptables-nft", "-I", "FORWARD", "-j", "ufw");
        undo.add(node().netns().command("iptables-nft", "-D", "FORWARD", "-j", "ufw"));
        installed.attempt(node(), "install");
        hasOnly(
                "pods",
                "the rule \"FORWARD -j ufw\" (iptables-nft) drops",
                "iptables-nft -I FORWARD -i mac0 -j ACCEPT");
    }

    @Test
    void a_port_of_the_node_that_does_not_lead_to_its_pod_is_found() {
        var chain = installed
                .chain(node())
                .telling(
                        "{\"portMappings\":[{\"hostPort\":8081,\"containerPort\":8080,\"protocol\":\"tcp\",\"hostIP\":\"\"}]}");
        try (var web = Pod.attach("web", node(), chain)) {
            assertThat(doctor().stdout()).endsWith("\nhealthy\n");
            node().netns().run("nft", "flush table ip route-fix-hostports");

            hasOnly("host ports", "host ports is \"changed\"", "have the node's ports lead to their pods");
            assertThat(DoctorsJson.findings(doctor("--json", web.address())))
                    .singleElement()
                    .satisfies(
                            finding -> assertThat(finding.get("problem")).isEqualTo("they do not all lead to the pod"));
        }
    }

    @Test
    void a_policy_rule_that_leads_what_pods_get_elsewhere_is_found_once() {
        node().netns().ip("route add 192.168.2.0/24 dev eth0 table 100\nrule add from 192.168.2.21 lookup 100\n");
        undo.add(node().netns().command("ip", "rule", "delete", "from", "192.168.2.21", "lookup", "100"));
        undo.add(node().netns().command("ip", "route", "flush", "table", "100"));

        hasOnly("the node's routing", "leads what the node sends to pods elsewhere", "ip rule add priority");
    }

    @Test
    void an_address_that_a_machine_of_the_LAN_has_too_is_found() {
        var machine = installed.lan().client();
        for (var address : List.of(pod.address(), node().address())) {
            machine.netns().ip("address add " + address + "/32 dev eth0\n");
            hasOnly(
                    address.equals(pod.address())
                            ? pod.attachment().orElseThrow().containerId()
                            : "node",
                    "the machine " + machine.mac() + " of the LAN has the address " + address + " too",
                    "the router's list of devices");
            machine.netns().ip("address delete " + address + "/32 dev eth0\n");
        }
    }

    @Test
    void a_filter_that_lets_only_the_nodes_own_hardware_address_through_is_found() {
        var router = installed.lan().router().netns();
        router.command("nft", "-f", "-")
                .stdin("""
                        table netdev hypervisor {
                          chain port { type filter hook ingress device "eth0" priority 0; ether saddr != %s drop; }
                        }
                        """.formatted(node().host().mac()))
                .run();
        undo.add(router.command("nft", "delete", "table", "netdev", "hypervisor"));

        hasOnly(
                "LAN of eth0",
                "192.168.2.1 answers the hardware address of eth0 and none beside it",
                "promiscuous mode");
    }

    @Test
    void a_strange_address_on_mac0_is_found() {
        node().netns().ip("address add 169.254.7.7/32 dev mac0");

        hasOnly("mac0", "mac0 has the address 169.254.7.7/32", "ip address delete 169.254.7.7/32 dev mac0");

        node().netns().ip("address delete 169.254.7.7/32 dev mac0");
    }

    @Test
    void kube_proxys_cluster_cidr_and_mode_are_found() {
        installed.serve(KubeProxy.Options.DEFAULT.clusterCidr("192.168.0.0/16"));
        installed.appliance(node(), "install");
        hasOnly("kube-proxy", "--cluster-cidr 192.168.0.0/16 contains the LAN", "detectLocalMode");

        node().netns().run("iptables-nft", "-t", "nat", "-F");
        installed.serve(KubeProxy.Options.DEFAULT.clusterCidr(""));
        installed.appliance(node(), "install");
        node().netns().ip("link add kube-ipvs0 type bridge");
        hasOnly("kube-proxy", "kube-proxy is in ipvs mode", "--proxy-mode=iptables");
        node().netns().ip("link delete kube-ipvs0");
    }

    @Test
    void a_node_on_which_nothing_can_be_put_right_says_why() {
        node().netns().ip("link set eth0 down");

        assertThat(DoctorsJson.findings(doctor("--json"))).singleElement().satisfies(finding -> {
            assertThat(finding.get("subject")).isEqualTo("node");
            assertThat(finding.get("cure")).contains("MASTER_IFACE");
        });

        node().netns().ip("link set eth0 up\nroute replace default via 192.168.2.1\n");
    }

    @Test
    void a_pod_is_asked_for_by_its_address_or_its_id() {
        var id = pod.attachment().orElseThrow().containerId();
        other.netns().run("ip", "route", "delete", "default");

        for (var name : List.of(pod.address(), id)) {
            assertThat(doctor(name).exit()).isZero();
            assertThat(doctor(name).stdout()).contains("ok     pod " + id).doesNotContain(other.address());
        }
        assertThat(DoctorsJson.findings(doctor("--json", other.address())))
                .singleElement()
                .satisfies(finding -> assertThat(finding.get("cause")).startsWith("the pod lacks"));

        mend(other);
    }

    @Test
    void whoever_asks_for_a_pod_that_is_not_there_is_told_which_are() {
        var said = doctor("nobody");

        assertThat(said.exit()).isEqualTo(2);
        assertThat(said.stdout())
                .startsWith("route-fix: no such pod: nobody; these are attached: ")
                .contains(pod.address(), other.address());
        assertThat(doctor("--yaml").exit()).isEqualTo(2);
        assertThat(doctor("one", "two").stdout()).contains("usage: ctl doctor [POD] [--json]");
    }

    /** What is found, and nothing else is. */
    private void hasOnly(String subject, String cause, String cure) {
        var said = doctor("--json");
        assertThat(said.exit()).isEqualTo(1);
        assertThat(DoctorsJson.findings(said)).singleElement().satisfies(finding -> {
            assertThat(finding).containsOnlyKeys("subject", "problem", "cause", "cure");
            assertThat(finding.get("subject")).contains(subject);
            assertThat(finding.get("problem")).isNotEmpty();
            assertThat(finding.get("cause")).contains(cause);
            assertThat(finding.get("cure")).contains(cure);
        });
    }

    private Output doctor(String... words) {
        var all = new ArrayList<>(List.of("doctor"));
        all.addAll(List.of(words));
        return installed.attempt(node(), all.toArray(String[]::new));
    }

    private void mendPod() {
        mend(pod);
    }

    /** What the pod was given by its IPAM is not ours to give again; the rest is. */
    private void mend(Pod which) {
        which.netns().ip("link set eth0 up\naddress replace " + which.address() + "/24 dev eth0 noprefixroute\n");
        // the pod's side is looked at now and then only, the node's at once
        node().netns().run("ip", "route", "delete", which.address(), "dev", "mac0");
        installed.appliance(node(), "install");
    }

    /** A chain in a table of somebody's own, with rules. */
    private void nft(String family, String chain, String... rules) {
        var inside = node().netns();
        var text = new StringBuilder("add table " + family + " own\nadd chain " + family + " own " + chain + "\n");
        for (var rule : rules) {
            text.append("add rule " + family + " own " + chain.substring(0, chain.indexOf(' ')) + " " + rule + "\n");
        }
        inside.command("nft", "-f", "-").stdin(text.toString()).run();
        undo.add(inside.command("nft", "delete", "table", family, "own"));
    }

    private void takeBack() {
        undo.reversed().forEach(Command::run);
        undo.clear();
    }

    private Node node() {
        return installed.lan().node(1);
    }
}

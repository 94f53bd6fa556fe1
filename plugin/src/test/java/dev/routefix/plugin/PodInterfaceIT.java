package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.cni.SpecVersion;
import dev.routefix.delegate.Delegates;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod's interface made by route-fix alone, on a real kernel. */
class PodInterfaceIT extends EmptyPod {

    @Test
    void ADD_makes_a_macvlan_on_the_master_under_its_own_name() {
        ipam(STATIC);
        add();
        var link = inside.show("link", "show", "eth0").path(0);
        assertThat(inside.run("ip", "-d", "link", "show", "eth0").stdout()).contains("macvlan mode bridge");
        assertThat(link.path("mtu").asInt()).isEqualTo(1500);
        assertThat(link.path("flags")).extracting(JsonNode::asText).contains("UP");
        assertThat(ip(inside, "-o link show up")).hasSize(2).anyMatch(line -> line.contains(" lo:"));
        assertThat(ip(inside, "-4 -o address show eth0"))
                .singleElement()
                .asString()
                .contains("192.168.2.76/24 brd 192.168.2.255");
    }

    @Test
    void ADD_leads_everything_by_the_node_as_it_does_after_macvlan() {
        ipam(STATIC);
        add();
        assertThat(ip(inside, "route"))
                .containsExactlyInAnyOrder(
                        "default via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76",
                        "169.254.1.1 dev eth0 proto 96 scope link",
                        "192.168.2.0/24 via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76");
        assertThat(ip(inside, "neigh show 169.254.1.1"))
                .containsExactly("169.254.1.1 dev eth0 lladdr " + LabNode.MAC0 + " PERMANENT");
        assertThat(ip(lab.netns(), "route show dev mac0"))
                .singleElement()
                .asString()
                .startsWith("192.168.2.76 ");
        assertThat(inside.sysctl("net/ipv4/conf/eth0/accept_redirects")).isEqualTo("0");
    }

    @Test
    void the_pod_reaches_the_router_and_the_client_reaches_the_pod() {
        ipam(STATIC);
        add();
        assertThat(inside.command("ping", "-c1", "-W5", lab.lan().router().address())
                        .attempt()
                        .ok())
                .isTrue();
        assertThat(lab.lan()
                        .client()
                        .netns()
                        .command("ping", "-c1", "-W5", "192.168.2.76")
                        .attempt()
                        .ok())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(SpecVersion.class)
    void the_result_is_that_of_a_first_plugin_in_every_version(SpecVersion version) throws IOException {
        anyVersion();
        conf.put("cniVersion", version.text);
        var result = add();
        assertThat(result.path("cniVersion").asText()).isEqualTo(version.text);
        assertThat(result.path("interfaces")).hasSize(1);
        var made = result.at("/interfaces/0");
        assertThat(made.path("name").asText()).isEqualTo("eth0");
        assertThat(made.path("sandbox").asText()).isEqualTo(inside.path().toString());
        assertThat(made.path("mac").asText()).isEqualTo(inside.mac("eth0"));
        assertThat(made.path("mtu").asInt()).isEqualTo(version == SpecVersion.V1_1_0 ? 1500 : 0);
        var ip = result.at("/ips/0");
        assertThat(ip.path("address").asText()).isEqualTo("192.168.2.76/24");
        assertThat(ip.path("gateway").asText()).isEqualTo("169.254.1.1");
        assertThat(ip.path("interface").asInt(-1)).isZero();
        assertThat(ip.path("version").asText()).isEqualTo(version.compareTo(SpecVersion.V1_0_0) < 0 ? "4" : "");
        assertThat(result.path("routes")).hasSize(3);
        assertThat(result.at("/dns/nameservers/0").asText()).isEqualTo("192.168.2.1");
        if (version.compareTo(SpecVersion.V0_4_0) >= 0) {
            assertThat(succeeds("CHECK")).isEqualTo(new Answer(0, "", ""));
        }
        assertThat(succeeds("DEL")).isEqualTo(new Answer(0, "", ""));
        nothing_is_left();
    }

    @Test
    void static_addresses_need_no_other_program() {
        env.put("CNI_PATH", "/nowhere");
        ipam(STATIC);
        assertThat(add().at("/dns/nameservers/0").asText()).isEqualTo("192.168.2.1");
        succeeds("CHECK");
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void a_process_that_stays_does_the_same() {
        lab.stays();
        ipam(STATIC);
        add();
        succeeds("CHECK");
        succeeds("DEL");
        nothing_is_left();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"none\"}", "{\"type\":\"\"}", "{}", "absent"})
    void without_IPAM_there_is_an_interface_without_an_address(String ipam) {
        if (!ipam.equals("absent")) {
            ipam(ipam);
        }
        var result = add();
        assertThat(result.at("/interfaces/0/mac").asText()).isEqualTo(inside.mac("eth0"));
        assertThat(result.path("ips")).isEmpty();
        assertThat(ip(inside, "-4 -o address show eth0")).isEmpty();
        succeeds("CHECK");
        succeeds("DEL");
        nothing_is_left();
    }

    @ParameterizedTest
    @CsvSource({"02:00:00:00:00:07, 02:00:00:00:00:08, 02:00:00:00:00:07", "'', 02:00:00:00:00:08, 02:00:00:00:00:08"})
    void the_runtimes_hardware_address_comes_before_that_of_CNI_ARGS(String runtime, String args, String expected) {
        ipam(STATIC);
        conf.putObject("runtimeConfig").put("mac", runtime);
        env.put("CNI_ARGS", "IgnoreUnknown=1;MAC=" + args);
        assertThat(add().at("/interfaces/0/mac").asText()).isEqualTo(expected);
        assertThat(inside.mac("eth0")).isEqualTo(expected);
    }

    @Test
    void a_hardware_address_of_CNI_ARGS_that_is_none_is_refused() {
        env.put("CNI_ARGS", "MAC=ff:ff:ff:ff:ff:ff");
        fails("ADD", 4).contains("MAC \"ff:ff:ff:ff:ff:ff\" of CNI_ARGS");
        nothing_is_left();
    }

    @Test
    void the_mtu_is_what_is_asked_for() {
        ipam(STATIC);
        conf.put("mtu", 1400);
        add();
        assertThat(inside.show("link", "show", "eth0").path(0).path("mtu").asInt())
                .isEqualTo(1400);
    }

    @Test
    void an_mtu_larger_than_the_parents_is_refused() {
        conf.put("mtu", 9000);
        fails("ADD", 7).contains("\"mtu\" 9000", "1500 of \"master\" eth0");
        nothing_is_left();
    }

    @Test
    void an_interface_that_is_there_is_named_and_left_alone() {
        inside.ip("link add eth0 type veth peer name other\naddress add 192.0.2.1/24 dev eth0\n");
        hostLocal();
        fails("ADD", 7).contains("eth0", inside.path().toString());
        assertThat(ip(inside, "-4 -o address show eth0")).hasSize(1);
        node_is_clean();
    }

    @Test
    void a_repeated_ADD_is_refused_and_takes_nothing_from_the_first() {
        hostLocal();
        succeeds("ADD");
        fails("ADD", 7).contains("eth0");
        assertThat(given()).isEqualTo(1);
        assertThat(ip(lab.netns(), "route show dev mac0")).hasSize(1);
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void an_index_that_the_pod_has_already_is_passed_over() {
        inside.ip("link add taken index 10000 type veth peer name taken1 index 10001\n");
        ipam(STATIC);
        add();
        assertThat(inside.show("link", "show", "eth0").path(0).path("ifindex").asInt())
                .isEqualTo(10002);
    }

    @Test
    void a_second_interface_of_the_pod_gets_its_own_way() {
        ipam(STATIC);
        succeeds("ADD");
        env.put("CNI_IFNAME", "net1");
        ipam(STATIC.replace("2.76", "2.77"));
        add();
        succeeds("CHECK");
        assertThat(ip(inside, "rule")).anyMatch(rule -> rule.contains("from 192.168.2.77"));
        succeeds("DEL");
        assertThat(ip(inside, "-o link")).hasSize(2).anyMatch(line -> line.contains("eth0"));
    }

    @Test
    void what_is_refused_when_the_interface_is_there_leaves_nothing() {
        conf.set("ipam", lab.node().hostLocal());
        ((com.fasterxml.jackson.databind.node.ObjectNode) conf.at("/ipam/ranges/0/0"))
                .put("rangeStart", lab.node().address())
                .put("rangeEnd", lab.node().address());
        fails("ADD", 7).contains(lab.node().address(), "is the node's own");
        nothing_is_left();
    }

    @Test
    void an_IPv6_address_comes_with_its_routes_on_the_link() {
        ipam("""
                {"type":"static","addresses":[{"address":"192.168.2.76/24"},{"address":"fd00::76/64","gateway":"fd00::1"}],
                 "routes":[{"dst":"::/0","gw":"fd00::1"}]}""");
        var result = add();
        assertThat(ip(inside, "-6 route")).anyMatch(route -> route.startsWith("default via fd00::1 dev eth0"));
        assertThat(result.path("routes"))
                .anyMatch(route -> route.path("dst").asText().equals("::/0"));
        succeeds("CHECK");
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void DEL_needs_neither_prevResult_nor_sandbox_and_works_twice() {
        hostLocal();
        succeeds("ADD");
        inside.close();
        assertThat(succeeds("DEL")).isEqualTo(new Answer(0, "", ""));
        node_is_clean();
        assertThat(succeeds("DEL")).isEqualTo(new Answer(0, "", ""));
        env.put("CNI_NETNS", "");
        assertThat(succeeds("DEL")).isEqualTo(new Answer(0, "", ""));
    }

    @Test
    void DEL_of_a_pod_whose_records_are_lost_takes_all_away() throws IOException {
        hostLocal();
        add();
        Files.delete(run.resolve("made/" + env.get("CNI_CONTAINERID") + "@eth0"));
        Files.delete(run.resolve("attachments/" + env.get("CNI_CONTAINERID") + "@eth0"));
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void DEL_of_a_pod_whose_interface_was_taken_away_succeeds() {
        hostLocal();
        add();
        inside.ip("link delete eth0\n");
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void CHECK_names_what_is_missing() {
        ipam(STATIC);
        add();
        inside.ip("link set eth0 address 02:00:00:00:00:99\n");
        fails("CHECK", 101).contains("02:00:00:00:00:99");
    }

    @Test
    void CHECK_misses_an_address() {
        ipam("""
                {"type":"static","addresses":[{"address":"192.168.2.76/24"},{"address":"fd00::76/64"}]}""");
        add();
        inside.ip("address delete fd00::76/64 dev eth0\n");
        fails("CHECK", 101).contains("fd00::76/64");
    }

    @Test
    void STATUS_asks_whether_a_pod_could_be_made() throws IOException {
        anyVersion();
        conf.put("cniVersion", "1.1.0");
        succeeds("STATUS");
        conf.put("retired", true);
        fails("STATUS", 50).contains("the network lan has been removed from this node");
        fails("ADD", 11).contains("the network lan has been removed from this node");
        conf.remove("retired");
        lab.netns().ip("link set eth0 down\n");
        fails("STATUS", 50).contains("\"master\" eth0 is down");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            eth9 | | does not exist on this node: set it to the interface that is on the LAN
            eth0 | link set eth0 down | is down: ip link set eth0 up, or choose another
            lo | link set lo up | is the loopback interface
            shim | link add name shim link eth0 type macvlan mode bridge;link set shim up | is itself a macvlan of eth0, and pods' packets would not leave by it
            port | link add name br type bridge;link add name port type veth peer name p2;link set port master br;link set port up | is a port of bridge br and can carry no macvlan
            """)
    void a_master_that_will_not_do_is_refused_as_the_installer_says_it(String master, String how, String words) {
        if (how != null) {
            lab.netns().ip(how.replace(';', '\n') + "\n");
        }
        conf.put("master", master);
        fails("ADD", 7).contains("\"master\" " + master + " " + words);
        nothing_is_left();
    }

    @Test
    void a_wireless_master_is_refused() throws IOException {
        Files.createDirectories(directory.resolve("net/eth0/phy80211"));
        lab.provides(new Provisions(
                () -> {
                    throw new AssertionError("nobody asked for a lease");
                },
                new Delegates(HostPrograms.asGiven()),
                directory.resolve("net")));
        fails("ADD", 7).contains("eth0 is wireless");
        nothing_is_left();
    }

    @Test
    void a_node_without_mac0_is_asked_again_later() {
        lab.netns().ip("link delete mac0\n");
        hostLocal();
        fails("ADD", 11).contains("no interface mac0");
        assertThat(given()).isZero();
    }

    @Test
    void GC_takes_away_what_the_runtime_does_not_know_any_more() throws IOException {
        anyVersion();
        conf.put("cniVersion", "1.1.0");
        succeeds("ADD");
        var other = Netns.create("other");
        env.put("CNI_CONTAINERID", "living");
        env.put("CNI_NETNS", other.path().toString());
        Files.writeString(directory.resolve("address"), "192.168.2.77/24");
        succeeds("ADD");
        conf.putArray("cni.dev/valid-attachments")
                .addObject()
                .put("containerID", "living")
                .put("ifname", "eth0");
        assertThat(succeeds("GC").log()).isEmpty();
        assertThat(verbs()).isEqualTo("ADD ADD DEL GC");
        assertThat(ip(inside, "-o link")).hasSize(1);
        assertThat(ip(lab.netns(), "route show dev mac0"))
                .singleElement()
                .asString()
                .startsWith("192.168.2.77 ");
        assertThat(ip(other, "-o link")).hasSize(2);
        conf.remove("cni.dev/valid-attachments");
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void all_faults_of_a_configuration_are_named_at_once() {
        conf.put("mtu", 3).put("mode", "vepa").put("gateway", "here");
        conf.putObject("runtimeConfig").put("mac", "01:00:5e:00:00:01");
        ipam("{\"type\":\"../sh\"}");
        var answer = call("ADD");
        assertThat(json(answer).path("msg").asText().lines())
                .hasSize(5)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactlyInAnyOrderElementsOf(
                        List.of("\"mtu\"", "\"mode\"", "\"gateway\"", "\"runtimeConfig.mac\"", "\"ipam.type\""));
        nothing_is_left();
    }
}

package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Caller;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ADD would leave cut off, or what would hurt the node, against a real kernel: refused by name, with nothing changed and nothing announced. */
class RefusedIT extends PodOnNode {

    private AbstractStringAssert<?> refuses() {
        var message = refusesQuietly(7);
        everything_is_as_before();
        return message;
    }

    /** Refuses, and the LAN hears nothing of the pod. */
    private AbstractStringAssert<?> refusesQuietly(int code) {
        lab.stays();
        try (Capture capture = Capture.on(lab.lan().client().netns(), "eth0")) {
            var message = fails("ADD", code);
            // what is sent now comes after what the refused ADD might have sent
            Caller.in(lab.netns(), Duration.ofMillis(20)).udp("192.168.2.199", 9);
            capture.await(
                    "the node's last word",
                    Duration.ofSeconds(5),
                    packet -> packet.content() instanceof Content.Arp arp
                            && arp.target().equals("192.168.2.199"));
            assertThat(capture.arp())
                    .noneMatch(arp -> arp.sender().equals(pod.address())
                            && arp.senderMac().equals(inside.mac("eth0")));
            return message;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "vepa"})
    void d1_a_macvlan_in_another_mode_than_bridge_is_refused_by_its_mode(String mode) {
        replaceInterface("link eth0 type macvlan mode " + mode);
        refuses().contains("eth0", "mode " + mode, "\"bridge\"");
        fails("CHECK", 101).contains("mode " + mode);
    }

    @Test
    void d1_a_macvlan_on_another_parent_is_refused_by_both_parents() {
        lab.netns().ip("link add eth1 type bridge\nlink set eth1 up\n");
        replaceInterface("link eth1 type macvlan mode bridge");
        refuses().contains("sits on eth1", "mac0 on eth0");
        fails("CHECK", 101).contains("sits on eth1");
    }

    @Test
    void d1_a_veth_is_refused_by_its_kind() {
        replaceInterface("type veth peer name tmp1");
        refuses().contains("eth0 is of kind veth", "macvlan");
        fails("CHECK", 101).contains("veth");
    }

    @Test
    void d1_a_parent_in_another_namespace_is_not_taken_for_the_nodes_because_it_has_its_number() {
        int number =
                lab.netns().show("link", "show", "eth0").path(0).path("ifindex").asInt();
        try (var elsewhere = Netns.create("elsewhere")) {
            inside.ip("link del eth0\n");
            elsewhere.ip("link add eth0 index " + number + " type bridge\nlink set eth0 up\n"
                    + "link add tmp0 link eth0 type macvlan mode bridge\nlink set tmp0 netns "
                    + inside.path().getFileName() + " name eth0\n");
            addressInterface();
            refuses().contains("another namespace", "mac0 on eth0");
        }
    }

    @Test
    void d1_a_parent_in_the_pod_itself_is_not_taken_for_the_nodes_because_it_has_its_number() {
        int number =
                lab.netns().show("link", "show", "eth0").path(0).path("ifindex").asInt();
        inside.ip("link del eth0\nlink add below0 index " + number + " type bridge\nlink set below0 up\n"
                + "link add eth0 link below0 type macvlan mode bridge\n");
        addressInterface();
        refuses().contains("mac0 on eth0");
    }

    @Test
    void d1_a_mac0_in_another_mode_than_bridge_is_refused() {
        lab.netns().ip("""
                        link del mac0
                        link add mac0 link eth0 type macvlan mode private
                        address add 169.254.1.1/32 dev mac0
                        link set mac0 up
                        """);
        fails("ADD", 7).contains("mac0", "mode private");
        assertThat(ip(inside, "route")).isEqualTo(routesBefore);
    }

    @Test
    void d2_the_nodes_own_address_is_refused_before_anybody_hears_of_it() {
        renumber("192.168.2.21/24");
        var before = ip(lab.netns(), "route");
        refuses().contains("192.168.2.21 is the node's own");
        assertThat(ip(lab.netns(), "route")).isEqualTo(before);
        fails("CHECK", 101).contains("192.168.2.21 is the node's own");
    }

    @Test
    void d2_an_address_of_another_interface_of_the_nodes_is_refused_up_or_down() {
        lab.netns().ip("link add docker0 type bridge\naddress add 172.17.0.1/16 dev docker0\n");
        renumber("172.17.0.1/16");
        refuses().contains("172.17.0.1 is the node's own");
        lab.netns().ip("link set docker0 up\n");
        refuses().contains("172.17.0.1 is the node's own");
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.2.1/24, router",
        "169.254.1.1/32, gateway",
        "192.168.2.255/24, broadcast",
        "192.168.2.0/24, 192.168.2.0/24 itself",
        "192.168.2.255/16, broadcast address of the node's network"
    })
    void d2_an_address_that_is_somebody_elses_by_its_nature_is_refused(String address, String why) {
        renumber(address);
        refuses().contains(why);
    }

    @Test
    void d2_an_address_that_the_node_leads_elsewhere_is_refused_and_the_route_stays() {
        lab.netns().ip("link add cali1 type bridge\nlink set cali1 up\nroute add " + pod.address() + " dev cali1\n");
        refuses().contains("somebody else's");
        assertThat(ip(lab.netns(), "route show " + pod.address()))
                .singleElement()
                .asString()
                .contains("cali1");
    }

    @Test
    void d2_the_address_of_another_living_pod_is_refused_and_stays_that_pods() {
        succeeds("ADD");
        var twin = twin();

        var answer = lab.call("ADD", twin);

        assertThat(json(answer).path("code").asInt()).as(answer.stdout()).isEqualTo(7);
        assertThat(json(answer).path("msg").asText())
                .contains(pod.address(), pod.containerId() + "@eth0", "still has it");
        succeeds("CHECK");
        assertThat(ip(lab.netns(), "neigh show dev mac0"))
                .containsExactly(pod.address() + " lladdr " + pod.mac() + " PERMANENT");
    }

    @Test
    void d2_DHCP_may_give_the_address_of_a_pod_that_is_gone_before_its_DEL_has_come() {
        succeeds("ADD");
        Command.of("ip", "netns", "delete", inside.path().getFileName().toString())
                .run();
        var heir = twin();

        var answer = lab.call("ADD", heir);

        assertThat(answer.exitCode()).as(answer.stdout()).isZero();
        assertThat(answer.log().lines()).singleElement().asString().contains(pod.containerId() + "@eth0", "DEL");
        assertThat(lab.call("DEL", pod, null).exitCode()).isZero();
        assertThat(lab.call("CHECK", heir).exitCode()).isZero();
        assertThat(lab.call("DEL", heir)).isEqualTo(new Answer(0, "", ""));
        node_is_clean();
    }

    /** Another pod with the same address. */
    private Attachment twin() {
        var twin = lab.pod("twin");
        Netns.at(Path.of(twin.netns()))
                .ip("address flush dev eth0\naddress add " + pod.address()
                        + "/24 dev eth0\nroute add default via 192.168.2.1\n");
        return LabNode.renumbered(twin, pod.address() + "/24");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from POD",
                "from 192.168.2.0/24",
                "fwmark 0x1",
                "fwmark 0x100/0xf00",
                "uidrange 1000-2000",
                "to 192.168.2.0/24",
                "not fwmark 0xca6c",
                "ipproto tcp sport 8080",
                "iif lo",
                "oif eth0",
                "tos 0x10"
            })
    void d3_a_rule_that_leads_answers_past_the_node_is_refused_by_rule_and_table(String rule) {
        var words = rule.replace("POD", pod.address());
        inside.ip("rule add " + words + " lookup 100\nroute add 192.168.2.0/24 dev eth0 table 100\n"
                + "route add default via 192.168.2.1 dev eth0 table 100\n");
        refuses().contains("lookup 100", "past the node");
        inside.ip("rule del " + words + " lookup 100\n");
        succeeds("ADD");
        inside.ip("rule add " + words + " lookup 100\n");
        fails("CHECK", 101).contains("lookup 100");
    }

    @Test
    void d3_a_table_that_leads_one_network_past_the_node_is_refused() {
        inside.ip("rule add from " + pod.address() + " lookup 100\nroute add 10.8.0.0/24 via 192.168.2.5 table 100\n");
        refuses().contains("10.8.0.0/24 via 192.168.2.5 dev eth0 table 100", "lookup 100");
    }

    @Test
    void d3_a_rule_that_lets_nothing_pass_is_refused() {
        inside.ip("rule add from " + pod.address() + " prohibit\n");
        refuses().contains("prohibit");
    }

    @Test
    void d3_the_plugin_sbr_before_us_is_refused() {
        var chain = lab.node()
                .chain(Conflist.of("1.0.0", "lan")
                        .thenMacvlan(lab.node().hostLocal())
                        .then("{\"type\":\"sbr\"}"));
        pod = chain.add(Run.current().name("sbr"), Netns.create("sbr").path(), "eth0");
        inside = Netns.at(Path.of(pod.netns()));
        routesBefore = ip(inside, "route");
        refuses().contains("from " + pod.address() + " lookup 100", "sbr");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from 10.5.0.7 lookup 100",
                "iif eth0 lookup 100",
                "to 10.5.0.0/16 lookup 101",
                "from POD lookup 102",
                "fwmark 0x111 lookup 103"
            })
    void a_rule_that_leads_no_answer_past_the_node_is_left_alone(String rule) {
        inside.ip("link add net5 type bridge\nlink set net5 up\naddress add 10.5.0.7/16 dev net5\n"
                + "route add default via 192.168.2.1 dev eth0 table 100\n"
                + "route add 10.5.0.0/16 dev net5 table 101\n"
                + "route add default via 169.254.1.1 dev eth0 onlink table 102\n"
                + "route add local default dev lo table 103\n"
                + "rule add " + rule.replace("POD", pod.address()) + "\n");
        var rules = ip(inside, "rule");
        succeeds("ADD");
        succeeds("CHECK");
        assertThat(ip(inside, "rule")).isEqualTo(rules);
    }

    @ParameterizedTest
    @CsvSource({
        "from 192.168.2.21 lookup 100, 192.168.2.0/24 dev eth0 table 100, lookup 100",
        "from all lookup 52, 192.168.2.0/24 dev tun0 table 52, dev tun0",
        "from 192.168.2.0/24 iif mac0 lookup 100, default dev tun0 table 100, lookup 100",
        "iif eth0 lookup 100, 192.168.2.0/24 dev tun0 table 100, lookup 100"
    })
    void a_rule_on_the_node_that_leads_packets_astray_is_named_and_nothing_is_left(
            String rule, String route, String culprit) {
        lab.netns()
                .ip("link add tun0 type bridge\nlink set tun0 up\nrule add priority 5270 " + rule + "\nroute add "
                        + route + "\n");
        fails("ADD", 11).contains("5270", culprit);
        everything_is_as_before();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mac0", "eth0"})
    void a_node_that_does_not_forward_by_one_interface_is_to_be_asked_again(String name) {
        lab.netns().sysctl("net/ipv4/conf/" + name + "/forwarding", "0");
        fails("ADD", 11).contains("forwarding");
        everything_is_as_before();
        lab.netns().sysctl("net/ipv4/conf/" + name + "/forwarding", "1");
        succeeds("ADD");
    }

    @Test
    void strict_reverse_path_filters_on_the_node_are_no_reason_to_refuse() {
        for (var name : List.of("all", "mac0", "eth0")) {
            lab.netns().sysctl("net/ipv4/conf/" + name + "/rp_filter", "1");
        }
        succeeds("ADD");
        succeeds("CHECK");
    }

    @Test
    void a_machine_that_is_in_truth_another_pod_is_no_reason_to_refuse() {
        // no router is known, so the pod's neighbour is the network's last address
        for (var name : List.of("all", "mac0", "eth0")) {
            lab.netns().sysctl("net/ipv4/conf/" + name + "/rp_filter", "1");
        }
        lab.netns().ip("route del default\n");
        var last = lab.pod("last");
        Netns.at(Path.of(last.netns())).ip("address flush dev eth0\naddress add 192.168.2.254/24 dev eth0\n");
        assertThat(lab.call("ADD", LabNode.renumbered(last, "192.168.2.254/24")).exitCode())
                .isZero();
        inside.ip("route del default\n");
        succeeds("ADD");
    }

    @Test
    void several_faults_are_told_at_once_a_line_each() {
        replaceInterface("link eth0 type macvlan mode private");
        renumber("192.168.2.21/24");
        var answer = lab.call("ADD", pod);
        assertThat(json(answer).path("code").asInt()).isEqualTo(7);
        assertThat(json(answer).path("msg").asText().lines()).hasSize(2);
        assertThat(answer.log().lines()).hasSize(2).allMatch(line -> line.startsWith("route-fix ADD: the pod's "));
        everything_is_as_before();
    }

    @Test
    void a_result_that_names_two_addresses_is_refused_for_either() {
        ObjectNode result = pod.result().deepCopy();
        var second = result.withArray("ips").addObject().put("address", "192.168.2.21/24");
        second.put("interface", 0);
        var answer = lab.call("ADD", new Attachment(pod.containerId(), pod.netns(), "eth0", result));
        assertThat(json(answer).path("msg").asText()).contains("192.168.2.21 is the node's own");
        everything_is_as_before();
    }
}

package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Caller;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.run.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two attachments in one pod, eth0 and net1, with packets: each answers by its own way, and neither needs the other. */
class TwoAttachmentsIT extends PodOnNode {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Attachment net1;

    @BeforeEach
    void give_the_pod_a_second_interface() {
        inside.ip("link set lo up\n");
        succeeds("ADD");
        net1 = lab.macvlan().add(pod.containerId(), Path.of(pod.netns()), "net1");
    }

    private void both(String verb) {
        assertThat(lab.call(verb, pod)).extracting(Answer::exitCode).isEqualTo(0);
        assertThat(lab.call(verb, net1)).extracting(Answer::exitCode).isEqualTo(0);
    }

    private Answer addNet1() {
        var answer = lab.call("ADD", net1);
        assertThat(answer.exitCode()).as(answer.stdout()).isZero();
        return answer;
    }

    @Test
    void d5_both_pass_CHECK_and_macvlans_own_and_each_answers_by_its_own_way() {
        var result = json(addNet1());
        both("CHECK");
        lab.macvlan().check(new Attachment(net1.containerId(), net1.netns(), "net1", result));
        assertThat(result.path("routes").toString())
                .contains(
                        "{\"dst\":\"0.0.0.0/0\",\"gw\":\"169.254.1.1\",\"priority\":1}",
                        "{\"dst\":\"0.0.0.0/0\",\"gw\":\"169.254.1.1\",\"table\":");
        answers(pod, "eth0");
        answers(net1, "net1");
    }

    /** A client of the LAN and the node itself reach the address, and what it sends leaves by that interface, to the node. */
    private void answers(Attachment attached, String ifname) {
        var address = attached.address();
        try (var onMac0 = Capture.on(lab.netns(), "mac0");
                var inPod = Capture.on(inside, ifname)) {
            for (var caller : List.of(lab.lan().client().netns(), lab.netns())) {
                assertThat(Caller.in(caller, PATIENCE).ping(address))
                        .as("%s from %s", address, caller)
                        .isInstanceOf(Reply.Answer.class);
            }
            for (var capture : List.of(onMac0, inPod)) {
                capture.await(
                        "an answer of " + address + " to the client",
                        PATIENCE,
                        packet -> packet.content() instanceof Content.Icmp icmp
                                && icmp.type() == Content.Icmp.ECHO_REPLY
                                && icmp.from().equals(address)
                                && icmp.to().equals(lab.lan().client().address()));
            }
        }
    }

    @Test
    void d5_DEL_of_the_second_leaves_the_first_whole() {
        var before = ip(inside, "route show dev eth0");
        addNet1();
        assertThat(lab.call("DEL", net1)).isEqualTo(new Answer(0, "", ""));
        assertThat(ip(inside, "rule")).hasSize(3);
        lab.macvlan().del(net1);
        assertThat(ip(inside, "route show dev eth0")).isEqualTo(before);
        succeeds("CHECK");
        answers(pod, "eth0");
    }

    @Test
    void d5_DEL_of_the_first_leaves_the_second_whole_with_a_way_to_everywhere() {
        addNet1();
        succeeds("DEL");
        lab.macvlan().del(pod);
        assertThat(ip(inside, "route"))
                .containsExactlyInAnyOrder(
                        "default via 169.254.1.1 dev net1 proto 96 src " + net1.address() + " metric 1",
                        "169.254.1.1 dev net1 proto 96 scope link metric 1",
                        "192.168.2.0/24 via 169.254.1.1 dev net1 proto 96 src " + net1.address() + " metric 1");
        assertThat(lab.call("CHECK", net1).exitCode()).isZero();
        answers(net1, "net1");
        assertThat(lab.call("DEL", net1)).isEqualTo(new Answer(0, "", ""));
        assertThat(ip(inside, "rule")).hasSize(3);
        node_is_clean();
    }

    @Test
    void d5_an_ADD_of_the_second_that_is_refused_leaves_both_as_they_were() {
        var routes = ip(inside, "route");
        lab.netns()
                .ip("rule add priority 7 to " + net1.address()
                        + " lookup 100\nroute add 192.168.2.0/24 dev eth0 table 100\n");
        assertThat(json(lab.call("ADD", net1)).path("code").asInt()).isEqualTo(11);
        assertThat(ip(inside, "route")).containsExactlyInAnyOrderElementsOf(routes);
        assertThat(ip(inside, "rule")).hasSize(3);
        assertThat(ip(inside, "route show table all dev net1 proto 96")).isEmpty();
        assertThat(ip(inside, "neigh show dev net1 nud permanent")).isEmpty();
        lab.macvlan().del(net1);
        succeeds("CHECK");
    }

    @Test
    void d5_both_ADDs_may_be_repeated_and_the_first_may_come_back() {
        addNet1();
        var routes = ip(inside, "route show table all");
        both("ADD");
        assertThat(ip(inside, "route show table all")).isEqualTo(routes);
        assertThat(ip(inside, "rule")).hasSize(4);
        succeeds("DEL");
        lab.macvlan().del(pod);
        pod = lab.macvlan().add(pod.containerId(), Path.of(pod.netns()), "eth0");
        both("ADD");
        both("CHECK");
        answers(pod, "eth0");
        answers(net1, "net1");
    }

    @Test
    void d5_attachments_to_two_networks_by_two_interfaces_of_the_node_stand_side_by_side() {
        lab.macvlan().del(net1);
        lab.netns().ip("""
                link add eth1 type veth peer name lan1
                link set lan1 up
                link set eth1 up
                address add 10.0.7.21/24 dev eth1
                link add mac1 link eth1 type macvlan mode bridge
                link set mac1 arp off
                address add 169.254.1.1/32 dev mac1 scope link
                link set mac1 up
                link add tmp1 link eth1 type macvlan mode bridge
                link set tmp1 name net1 netns %s
                """.formatted(inside.path().getFileName()));
        inside.ip("link set net1 up\naddress add 10.0.7.77/24 dev net1\n");
        ObjectNode result = pod.result().deepCopy();
        ((ObjectNode) result.at("/interfaces/0")).put("name", "net1");
        ((ObjectNode) result.at("/ips/0")).put("address", "10.0.7.77/24").put("gateway", "10.0.7.1");
        var conf = LabNode.conf("1.1.0").put("hostInterface", "mac1").put("master", "eth1");
        conf.set("prevResult", result);

        for (var verb : List.of("ADD", "CHECK", "ADD", "CHECK")) {
            var answer = lab.call(env(verb, "net1"), conf);
            assertThat(answer.exitCode()).as(answer.stdout()).isZero();
            succeeds("CHECK");
        }

        assertThat(inside.run("ip", "route", "get", "10.0.7.1", "from", "10.0.7.77")
                        .stdout())
                .contains("via 169.254.1.1 dev net1");
        assertThat(inside.run("ip", "route", "get", "10.0.7.1").stdout()).contains("via 169.254.1.1 dev net1");
        assertThat(inside.run("ip", "route", "get", "192.0.2.1", "from", "10.0.7.77")
                        .stdout())
                .contains("via 169.254.1.1 dev net1");
        assertThat(inside.run("ip", "route", "get", "192.0.2.1", "from", pod.address())
                        .stdout())
                .contains("via 169.254.1.1 dev eth0");
        assertThat(lab.call(env("DEL", "net1"), conf)).isEqualTo(new Answer(0, "", ""));
        inside.ip("link del net1\n");
        succeeds("CHECK");
    }

    private Map<String, String> env(String verb, String ifname) {
        return Map.of(
                "CNI_COMMAND",
                verb,
                "CNI_CONTAINERID",
                pod.containerId(),
                "CNI_NETNS",
                pod.netns(),
                "CNI_IFNAME",
                ifname);
    }

    @Test
    void an_attachment_beside_somebody_elses_interface_leaves_it_the_default_route_and_answers_by_its_own_way() {
        // as with Multus: the cluster's own network first
        succeeds("DEL");
        lab.macvlan().del(pod);
        lab.macvlan().del(net1);
        inside.ip("""
                link add eth0 type veth peer name peer0
                link set peer0 up
                link set eth0 up
                address add 10.244.0.7/24 dev eth0
                route add default via 10.244.0.1
                """);
        var theirs = ip(inside, "route");
        inside.ip("route del default\n");
        net1 = lab.macvlan().add(pod.containerId(), Path.of(pod.netns()), "net1");
        inside.ip("route del default\nroute add default via 10.244.0.1\n");

        addNet1();

        assertThat(lab.call("CHECK", net1).exitCode()).isZero();
        assertThat(ip(inside, "route")).containsAll(theirs);
        assertThat(inside.run("ip", "route", "get", "192.0.2.1", "from", net1.address())
                        .stdout())
                .contains("via 169.254.1.1 dev net1");
        answers(net1, "net1");
        assertThat(lab.call("DEL", net1)).isEqualTo(new Answer(0, "", ""));
        assertThat(ip(inside, "rule")).hasSize(3);
        node_is_clean();
    }

    @Test
    void DEL_of_an_attachment_with_a_table_needs_no_sandbox() {
        addNet1();
        var bare = new Attachment(net1.containerId(), "", "net1", net1.result());
        Command.of("ip", "netns", "delete", inside.path().getFileName().toString())
                .run();
        assertThat(lab.call("DEL", bare, null)).isEqualTo(new Answer(0, "", ""));
        assertThat(lab.call("DEL", new Attachment(pod.containerId(), "", "eth0", pod.result()), null))
                .isEqualTo(new Answer(0, "", ""));
        node_is_clean();
    }
}

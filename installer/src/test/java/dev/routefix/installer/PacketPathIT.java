package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Matrix;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.CniFailure;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.run.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The facts of docs/packet-path.md, each by its number, on two nodes that the installer and the plugin have set up. Every one of these fails when
 * its line of the plugin or the installer is taken out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PacketPathIT {

    private static final String GATEWAY = "169.254.1.1";
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private InstalledLan installed;
    private Pod first;
    private Pod beside;
    private Pod far;

    @BeforeAll
    void install_on_two_nodes_and_start_pods(@TempDir Path directory) {
        installed = new InstalledLan(2, directory, Map.of());
        first = installed.pod("a1", node(1));
        beside = installed.pod("b1", node(1));
        far = installed.pod("a2", node(2));
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.lan().nodes().forEach(node -> installed.appliance(node, "install"));
    }

    @AfterAll
    void stop() {
        installed.close();
    }

    @Test
    void the_whole_matrix_works() {
        var flows = Matrix.of(installed.lan(), installed.service(), installed.pods())
                .run();
        assertThat(flows).hasSize(15).allMatch(Flow::works);
    }

    @Test
    void P2_the_node_has_a_way_to_each_of_its_pods_and_the_load_balancer_answers() {
        var flows = Matrix.of(installed.lan(), installed.service(), installed.pods())
                .loadBalancer();
        assertThat(flows).hasSize(2).allMatch(Flow::works);
        assertThat(routes(node(1).netns(), "dev", "mac0"))
                .extracting(route -> route.path("dst").asText() + " from "
                        + route.path("prefsrc").asText())
                .containsExactlyInAnyOrder(
                        first.address() + " from " + node(1).address(),
                        beside.address() + " from " + node(1).address());
    }

    @Test
    void P2_the_SYN_ACK_reaches_the_client_from_the_load_balancers_address() {
        var service = installed.service();
        installed.lan().announce(service.address(), node(1));
        try (var capture = Capture.on(installed.lan().client().netns(), "eth0")) {
            assertThat(Caller.in(installed.lan().client().netns(), PATIENCE).tcp(service.address(), service.port()))
                    .isInstanceOf(Reply.Answer.class);
            var answer = capture.await(
                    "a SYN ACK",
                    PATIENCE,
                    packet -> packet.content() instanceof Content.Tcp tcp
                            && tcp.flags().containsAll(List.of("SYN", "ACK")));
            assertThat(answer.from()).isEqualTo(service.address() + ":" + service.port());
        } finally {
            installed.lan().withdraw(service.address());
        }
    }

    @Test
    void P3_neither_pod_nor_node_asks_the_LAN_who_the_other_is() {
        try (var capture = Capture.on(node(2).netns(), "eth0")) {
            answers(first, far);
            answers(first, beside);
            assertThat(Caller.in(node(1).netns(), PATIENCE).tcp(first.address(), Pod.PORT))
                    .isInstanceOf(Reply.Answer.class);
            assertThat(capture.arp())
                    .noneMatch(arp -> arp.target().equals(GATEWAY))
                    .noneMatch(arp ->
                            arp.target().equals(first.address()) && arp.sender().equals(node(1).address()));
        }
        assertThat(neighbours(first.netns(), GATEWAY)).isEqualTo(node(1).netns().mac("mac0") + " PERMANENT");
        assertThat(neighbours(node(1).netns(), first.address()))
                .isEqualTo(first.netns().mac("eth0") + " PERMANENT");
    }

    @Test
    void P4_mac0_answers_nobody_who_asks_for_the_gateway() {
        try (var capture = Capture.on(installed.lan().client().netns(), "eth0")) {
            installed
                    .lan()
                    .client()
                    .netns()
                    .command("arping", "-c", "2", "-w", "2", "-I", "eth0", GATEWAY)
                    .attempt();
            assertThat(capture.arp())
                    .isNotEmpty()
                    .extracting(Content.Arp::senderMac)
                    .doesNotContain(node(1).netns().mac("mac0"), node(2).netns().mac("mac0"));
        }
        assertThat(mac0(1).path("flags")).extracting(JsonNode::asText).contains("NOARP");
    }

    @Test
    void P5_a_LAN_client_reaches_a_pod_directly_although_conntrack_calls_the_answer_INVALID() {
        answersClient(first);
    }

    @Test
    void P5_the_rule_is_first_again_after_somebody_put_theirs_before_it() {
        var inside = node(1).netns();
        inside.run("iptables", "-I", "FORWARD", "1", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
        assertThat(Caller.in(installed.lan().client().netns(), PATIENCE).tcp(first.address(), Pod.PORT))
                .isInstanceOf(Reply.Silence.class);
        installed.appliance(node(1), "install");
        answersClient(first);
        inside.run("iptables", "-D", "FORWARD", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
        assertThat(inside.run("iptables", "-S", "FORWARD")
                        .stdout()
                        .lines()
                        .filter(line -> line.contains("INVALID") && line.contains("route-fix")))
                .hasSize(1);
    }

    @Test
    void P5_the_load_balancer_answers_where_the_nodes_forward_nothing_by_default() {
        installed.serve(KubeProxy.Options.DEFAULT.forwardDrop(true));
        var flows = Matrix.of(installed.lan(), installed.service(), installed.pods())
                .run();
        installed.serve(KubeProxy.Options.DEFAULT);
        assertThat(flows).allMatch(Flow::works);
    }

    /** What docs/packet-path.md calls the one thing that two ways to one pod cost. */
    @Test
    void P5_a_port_that_a_client_had_for_the_load_balancer_is_known_to_the_node_as_that_for_two_minutes() {
        var service = installed.service();
        var client = Caller.in(installed.lan().client().netns(), PATIENCE).from(9_999);
        installed.lan().announce(service.address(), node(2));
        try {
            assertThat(client.tcp(service.address(), service.port())).isInstanceOf(Reply.Answer.class);
        } finally {
            installed.lan().withdraw(service.address());
        }

        assertThat(client.tcp(far.address(), Pod.PORT)).isInstanceOf(Reply.Silence.class);
        assertThat(client.from(9_998).tcp(far.address(), Pod.PORT)).isInstanceOf(Reply.Answer.class);
    }

    @Test
    void P6_a_pod_takes_no_redirect_that_would_lead_it_past_its_node() {
        // the kernel ORs the first with mac0's own; the second makes the redirect come from the gateway, the only one a
        // pod listens to
        node(1).netns().sysctl("net/ipv4/conf/all/send_redirects", "1");
        node(1).netns().sysctl("net/ipv4/icmp_errors_use_inbound_ifaddr", "1");
        // new ones, because the kernel tells a host only so often
        try (var from = Pod.attach("r1", node(1), installed.chain(node(1)));
                var to = Pod.attach("r2", node(1), installed.chain(node(1)));
                var capture = Capture.on(from.netns(), "eth0")) {
            // the first may be lost: it is about a connection that conntrack does not know yet
            Poll.until("a redirect seen", PATIENCE.multipliedBy(4), () -> {
                assertThat(Caller.in(from.netns(), PATIENCE).ping(to.address())).isInstanceOf(Reply.Answer.class);
                return capture.packets().stream()
                        .anyMatch(packet ->
                                packet.content() instanceof Content.Icmp icmp && icmp.type() == Content.Icmp.REDIRECT);
            });
            answers(from, to);
            assertThat(from.netns().run("ip", "route", "get", to.address()).stdout())
                    .contains("via " + GATEWAY)
                    .doesNotContain("redirected");
        }
    }

    @Test
    void P6_the_node_sends_no_redirects_by_mac0() {
        var inside = node(2).netns();
        assertThat(inside.sysctl("net/ipv4/conf/mac0/send_redirects")).isEqualTo("0");
    }

    @Test
    void P7_a_ClusterIP_works_across_nodes_also_where_the_LAN_is_the_clusters_own_network() {
        installed.serve(
                KubeProxy.Options.DEFAULT.clusterCidr(installed.lan().prefix().toString()));
        var flows = Matrix.of(installed.lan(), installed.service(), installed.pods())
                .run();
        installed.serve(KubeProxy.Options.DEFAULT);
        assertThat(flows)
                .filteredOn(flow -> flow.name().contains("ClusterIP"))
                .hasSize(2)
                .allMatch(Flow::works);
    }

    @Test
    void P8_the_LANs_route_leads_through_the_gateway_and_CHECK_is_content() {
        assertThat(routes(first.netns(), "192.168.2.0/24"))
                .singleElement()
                .extracting(
                        route -> route.path("gateway").asText(),
                        route -> route.path("protocol").asText())
                .containsExactly(GATEWAY, "96");
        installed.chain(node(1)).check(first.attachment().orElseThrow());
    }

    @Test
    void P8_the_whole_matrix_works_behind_the_nodes_own_macvlan_and_its_CHECK_is_content(@TempDir Path directory) {
        try (var reference = new InstalledLan(2, directory, Map.of("CHAIN", "reference"))) {
            var pods = List.of(
                    reference.pod("a1", reference.lan().node(1)),
                    reference.pod("b1", reference.lan().node(1)),
                    reference.pod("a2", reference.lan().node(2)));
            reference.serve(KubeProxy.Options.DEFAULT);
            reference.lan().nodes().forEach(node -> reference.appliance(node, "install"));
            var chain = reference.chain(reference.lan().node(1));

            assertThat(chain.conflist().plugins())
                    .extracting(plugin -> plugin.path("type").asText())
                    .containsExactly("macvlan", "route-fix");
            assertThat(Matrix.of(reference.lan(), reference.service(), pods).run())
                    .hasSize(15)
                    .allMatch(Flow::works);
            chain.check(pods.getFirst().attachment().orElseThrow());
        }
    }

    @Test
    void strict_reverse_path_filters_are_no_obstacle() {
        // hardened systems have 1; the kernel takes the larger of all and the interface, and 2 would be loose
        var settings = List.of("all", "eth0", "mac0");
        installed
                .lan()
                .nodes()
                .forEach(node ->
                        settings.forEach(name -> node.netns().sysctl("net/ipv4/conf/" + name + "/rp_filter", "1")));
        var flows = Matrix.of(installed.lan(), installed.service(), installed.pods())
                .run();
        installed.lan().nodes().forEach(node -> node.netns().sysctl("net/ipv4/conf/all/rp_filter", "2"));
        assertThat(flows).hasSize(15).allMatch(Flow::works);
    }

    @Test
    void P9_mac0_gets_the_same_hardware_address_when_it_is_made_again(@TempDir Path again) {
        var extra = new InstalledLan(1, again, Map.of());
        try (extra) {
            var node = extra.lan().node(1);
            var mac = node.netns().mac("mac0");
            node.netns().ip("link del mac0\n");
            extra.appliance(node, "install");
            assertThat(node.netns().mac("mac0"))
                    .isEqualTo(mac)
                    .isNotEqualTo(node.netns().mac("eth0"));
        }
    }

    @Test
    void P9_nodes_have_different_ones_and_all_are_locally_administered() {
        var one = node(1).netns().mac("mac0");
        var other = node(2).netns().mac("mac0");
        assertThat(one).isNotEqualTo(other);
        assertThat(Integer.parseInt(one.substring(0, 2), 16) & 0x3).isEqualTo(2);
    }

    @Test
    void d4_a_pod_that_the_plugin_tuning_gives_another_hardware_address_after_us_is_found_and_put_right() {
        var chain = installed.chain(node(1), "{\"type\":\"tuning\",\"mac\":\"02:11:22:33:44:55\"}");
        try (var pod = Pod.attach("t1", node(1), chain)) {
            var fromNode = Caller.in(node(1).netns(), PATIENCE);
            assertThat(fromNode.tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Silence.class);
            assertThatThrownBy(() -> chain.check(pod.attachment().orElseThrow()))
                    .isInstanceOf(CniFailure.class)
                    .hasMessageContaining("route-fix CHECK");

            installed.appliance(node(1), "install");

            assertThat(fromNode.tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Answer.class);
            answersClient(pod);
            answers(pod, far);
            assertThat(neighbours(node(1).netns(), pod.address())).isEqualTo("02:11:22:33:44:55 PERMANENT");
            chain.check(pod.attachment().orElseThrow());
        }
    }

    private void answersClient(Pod pod) {
        assertThat(Caller.in(installed.lan().client().netns(), PATIENCE).tcp(pod.address(), Pod.PORT))
                .isInstanceOfSatisfying(
                        Reply.Answer.class, answer -> assertThat(answer.by()).isEqualTo(pod.name()));
    }

    private static void answers(Pod from, Pod to) {
        assertThat(Caller.in(from.netns(), PATIENCE).tcp(to.address(), Pod.PORT))
                .isInstanceOfSatisfying(
                        Reply.Answer.class,
                        answer -> assertThat(answer.seenAs()).isEqualTo(from.address()));
    }

    private Node node(int number) {
        return installed.lan().node(number);
    }

    private JsonNode mac0(int number) {
        return node(number).netns().show("link", "show", "dev", "mac0").path(0);
    }

    private static JsonNode routes(Netns inside, String... selector) {
        var arguments = new ArrayList<>(List.of("route", "show"));
        arguments.addAll(List.of(selector));
        return inside.show(arguments.toArray(String[]::new));
    }

    private static String neighbours(Netns inside, String address) {
        var entry = inside.show("neigh", "show", address).path(0);
        return entry.path("lladdr").asText() + " " + entry.at("/state/0").asText();
    }
}

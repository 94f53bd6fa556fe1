package dev.routefix.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.packet.Packet;
import dev.routefix.lab.run.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel does by itself, and why each step of the cure is needed: nothing of the cure's code runs here. */
class FactsIT {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<Pod> pods = new ArrayList<>();
    private Lan lan;
    private Node node;
    private Pod pod;
    private Pod neighbour;

    @BeforeEach
    void open() {
        lan = Lan.open();
        node = lan.node(1);
        Conflist plain = Conflist.of("1.0.0", "lan").thenMacvlan(node.hostLocal());
        for (String name : List.of("pod", "neighbour")) {
            pods.add(Pod.attach(name, node, node.chain(plain)));
        }
        pod = pods.getFirst();
        neighbour = pods.getLast();
    }

    @AfterEach
    void close() {
        pods.forEach(Pod::close);
        lan.close();
    }

    @Test
    void a_pod_that_asks_for_its_gateway_is_answered_by_every_node() {
        lan.nodes().forEach(ByHand::mac0);
        ByHand.routesOnly(pod);
        Node other = lan.node(2);

        assertAnswers(
                pod.netns(),
                ByHand.GATEWAY,
                node.netns().mac("mac0"),
                other.netns().mac("mac0"),
                other.host().mac());
    }

    @Test
    void a_mac0_without_arp_answers_nobody_but_another_nodes_eth0_still_does() {
        lan.nodes().forEach(ByHand::shim);
        ByHand.routesOnly(pod);

        assertAnswers(pod.netns(), ByHand.GATEWAY, lan.node(2).host().mac());
    }

    @Test
    void a_mac0_with_arp_makes_metallb_answer_with_a_second_mac() {
        String lb = lan.prefix().host(240);
        ByHand.mac0(node);
        lan.announce(lb, node);

        assertAnswers(lan.client().netns(), lb, node.host().mac(), node.netns().mac("mac0"));

        node.netns().ip("link set mac0 arp off\n");

        assertAnswers(lan.client().netns(), lb, node.host().mac());
    }

    @Test
    void mac0_going_down_takes_routes_and_permanent_neighbours_along_but_its_parent_does_not() {
        ByHand.shim(node);
        ByHand.nodeRoute(pod);

        node.netns().ip("link set eth0 down\nlink set eth0 up\n");

        assertThat(node.netns().show("route", "show", "dev", "mac0").toString()).contains(pod.address());
        assertThat(node.netns().show("neigh", "show", "dev", "mac0").toString()).contains(pod.address());

        node.netns().ip("link set mac0 down\nlink set mac0 up\n");

        assertThat(node.netns().show("route", "show", "dev", "mac0")).isEmpty();
        assertThat(node.netns().show("neigh", "show", "dev", "mac0").toString()).doesNotContain(pod.address());
    }

    @Test
    void the_reply_to_a_lan_client_is_invalid_to_kube_proxy_unless_a_rule_comes_first() {
        lan.serve(LoadBalancer.at(lan.prefix().host(240)), pods, KubeProxy.Options.DEFAULT);
        lan.nodes().forEach(ByHand::shim);
        ByHand.routes(pod);
        ByHand.nodeRoute(pod);
        Caller client = Caller.in(lan.client().netns(), SHORT);
        assertThat(client.tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Answer.class);

        ByHand.rule(node, "iptables-nft -D FORWARD -i mac0 -j ACCEPT");
        assertThat(client.tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Silence.class);

        ByHand.rule(node, "iptables-nft -A FORWARD -i mac0 -j ACCEPT");
        assertThat(client.tcp(pod.address(), Pod.PORT)).isInstanceOf(Reply.Silence.class);
    }

    @Test
    void the_node_redirects_pods_to_each_other_and_a_pod_that_listens_bypasses_it() {
        ByHand.shim(node);
        pods.forEach(ByHand::nodeRoute);
        pods.forEach(ByHand::routes);
        node.netns().ip("route replace %s/32 dev mac0\n".formatted(pod.address()));
        assertThat(bypassesItsNode()).isFalse();

        // One of the two sysctls is enough to listen.
        pod.netns().sysctl("net/ipv4/conf/eth0/accept_redirects", "1");

        assertThat(bypassesItsNode()).isTrue();
    }

    @Test
    void a_redirect_from_the_nodes_lan_address_is_not_taken_because_the_gateway_has_another() {
        ByHand.shim(node);
        pods.forEach(ByHand::nodeRoute);
        pods.forEach(ByHand::routes);
        pod.netns().sysctl("net/ipv4/conf/eth0/accept_redirects", "1");

        assertThat(bypassesItsNode()).isFalse();
    }

    @Test
    void macvlans_check_wants_some_route_to_the_connected_prefix() {
        ByHand.shim(node);
        ByHand.routes(pod);
        Conflist plain = Conflist.of("1.0.0", "lan").thenMacvlan(node.hostLocal());

        node.chain(plain).check(pod.attachment().orElseThrow());
    }

    /** Whether the pod goes past its node to its neighbour; if not, then in spite of several redirects. */
    private boolean bypassesItsNode() {
        try (Capture capture = Capture.on(pod.netns(), Pod.LINK)) {
            // The first one may be lost, as it goes before NAT has decided about a connection, and the
            // next one only makes the pod ask for its neighbour's hardware address.
            Poll.until("redirects", BOUND, () -> {
                Caller.in(pod.netns(), BOUND).ping(neighbour.address());
                return isRedirected()
                        || capture.packets().stream()
                                        .filter(FactsIT::isRedirect)
                                        .count()
                                > 3;
            });
        }
        return isRedirected();
    }

    private boolean isRedirected() {
        String way = pod.netns().run("ip", "route", "get", neighbour.address()).stdout();
        return way.contains("redirected");
    }

    private static boolean isRedirect(Packet packet) {
        return packet.content() instanceof Content.Icmp icmp && icmp.type() == Content.Icmp.REDIRECT;
    }

    /** Asserts who answers an ARP request for an address: these hardware addresses, and in a second round still nobody else. */
    private static void assertAnswers(Netns netns, String address, String... macs) {
        try (Capture capture = Capture.on(netns, "eth0")) {
            for (int round = 0; round < 2; round++) {
                netns.ip("neigh flush all\n");
                Poll.until("answers of " + List.of(macs), BOUND, () -> {
                    Caller.in(netns, SHORT).tcp(address, 9);
                    return answers(capture, address).containsAll(List.of(macs));
                });
            }
            assertThat(answers(capture, address)).containsExactlyInAnyOrder(macs);
        }
    }

    private static Set<String> answers(Capture capture, String address) {
        return capture.arp().stream()
                .filter(arp ->
                        arp.operation() == Content.Arp.REPLY && arp.sender().equals(address))
                .map(Content.Arp::senderMac)
                .collect(Collectors.toSet());
    }
}

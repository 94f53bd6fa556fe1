package dev.routefix.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.dhcp.DhcpServer;
import dev.routefix.lab.dhcp.Lease;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The LAN itself: what its hosts, its DHCP server and plain macvlan pods do. */
class LanIT {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Conflist PLAIN = Conflist.of("1.0.0", "lan");

    private static Lan lan;

    @BeforeAll
    static void open() {
        lan = Lan.open();
    }

    @AfterAll
    static void close() {
        lan.close();
    }

    @Test
    void hosts_reach_each_other() {
        Caller client = Caller.in(lan.client().netns(), PATIENCE);

        assertThat(client.ping(lan.router().address())).isInstanceOf(Reply.Answer.class);
        assertThat(client.ping(lan.node(1).address())).isInstanceOf(Reply.Answer.class);
        assertThat(client.ping(lan.node(2).address())).isInstanceOf(Reply.Answer.class);
        assertThat(Caller.in(lan.node(1).netns(), Duration.ofMillis(200))
                        .ping(lan.prefix().host(77)))
                .isInstanceOf(Reply.Silence.class);
    }

    @Test
    void a_pod_gets_its_address_from_the_dhcp_server() {
        Node node = lan.node(1);
        try (Pod pod = Pod.attach("leased", node, node.chain(PLAIN.thenMacvlan(node.dhcp())))) {
            assertThat(lan.leases()).extracting(Lease::address).contains(pod.address());
            assertThat(pod.netns().show("route").toString())
                    .contains(lan.router().address());
            assertThat(Caller.in(lan.client().netns(), PATIENCE).tcp(pod.address(), Pod.PORT))
                    .isEqualTo(new Reply.Answer("leased", lan.client().address()));
        }
    }

    @Test
    void a_dhcp_server_pings_an_address_before_it_offers_it_or_does_not() {
        assertThat(pingsBefore(DhcpServer.Kind.PINGING_DNSMASQ)).isTrue();
        assertThat(pingsBefore(DhcpServer.Kind.KEA)).isFalse();
        assertThat(pingsBefore(DhcpServer.Kind.DNSMASQ)).isFalse();
    }

    /** Whether the router asks for somebody else's echo while a new pod waits for its address. */
    private static boolean pingsBefore(DhcpServer.Kind kind) {
        Node node = lan.node(1);
        lan.serveDhcp(kind);
        try (Capture capture = Capture.on(lan.router().netns(), Host.LINK);
                Pod pod = Pod.attach("new", node, node.chain(PLAIN.thenMacvlan(node.dhcp())))) {
            assertThat(lan.leases()).extracting(Lease::address).contains(pod.address());
            return capture.packets().stream()
                    .anyMatch(packet -> packet.content() instanceof Content.Arp arp
                            && arp.operation() == Content.Arp.REQUEST
                            && arp.sender().equals(lan.router().address())
                            && arp.target().equals(pod.address()));
        }
    }

    @Test
    void a_pod_answers_the_client_over_tcp_udp_and_icmp() {
        try (Pod pod = plain("answering", lan.node(2))) {
            Caller client = Caller.in(lan.client().netns(), PATIENCE);
            Reply answer = new Reply.Answer("answering", lan.client().address());

            assertThat(client.tcp(pod.address(), Pod.PORT)).isEqualTo(answer);
            assertThat(client.udp(pod.address(), Pod.PORT)).isEqualTo(answer);
            assertThat(client.ping(pod.address())).isInstanceOf(Reply.Answer.class);
        }
    }

    @Test
    void a_closed_port_and_a_missing_host_are_told_apart() {
        Caller client = Caller.in(lan.client().netns(), Duration.ofMillis(300));

        assertThat(client.tcp(lan.node(1).address(), 9)).isEqualTo(new Reply.Silence("Connection refused"));
        assertThat(client.tcp(lan.prefix().host(77), 9)).isEqualTo(new Reply.Silence("Connect timed out"));
    }

    @Test
    void a_detached_pod_is_gone_and_its_address_free() {
        String address;
        try (Pod pod = plain("leaving", lan.node(1))) {
            address = pod.address();
            pod.attachment()
                    .ifPresent(a -> lan.node(1)
                            .chain(PLAIN.thenMacvlan(lan.node(1).hostLocal()))
                            .check(a));
        }

        assertThat(Caller.in(lan.client().netns(), Duration.ofMillis(300)).ping(address))
                .isInstanceOf(Reply.Silence.class);
    }

    @Test
    void the_announcing_node_alone_answers_arp_for_a_load_balancer() {
        String lb = lan.prefix().host(240);
        for (Node node : lan.nodes()) {
            lan.announce(lb, node);
            lan.client().netns().ip("neigh flush all\n");
            try (Capture capture = Capture.on(lan.client().netns(), Host.LINK)) {
                Caller.in(lan.client().netns(), Duration.ofMillis(200)).tcp(lb, 80);
                capture.await(
                        "an answer",
                        PATIENCE,
                        p -> p.content() instanceof Content.Arp arp
                                && arp.operation() == Content.Arp.REPLY
                                && arp.sender().equals(lb));

                assertThat(capture.arp())
                        .filteredOn(arp -> arp.operation() == Content.Arp.REPLY
                                && arp.sender().equals(lb))
                        .extracting(Content.Arp::senderMac)
                        .containsOnly(node.host().mac());
            }
        }
        lan.withdraw(lb);
    }

    private static Pod plain(String name, Node node) {
        return Pod.attach(name, node, node.chain(PLAIN.thenMacvlan(node.hostLocal())));
    }
}

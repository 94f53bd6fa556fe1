package dev.routefix.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.kube.Dialect;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The matrix on pods of plain macvlan, and on the same pods after everything the design asks for was done by hand. */
class MatrixIT {
    private final List<Pod> pods = new ArrayList<>();
    private Lan lan;
    private LoadBalancer service;

    @BeforeEach
    void open() {
        lan = Lan.open();
        service = LoadBalancer.at(lan.prefix().host(240));
        for (String name : List.of("a1", "b1", "a2")) {
            Node node = lan.node(name.charAt(1) - '0');
            Conflist plain = Conflist.of("1.0.0", "lan").thenMacvlan(node.hostLocal());
            pods.add(Pod.attach(name, node, node.chain(plain)));
        }
    }

    @AfterEach
    void close() {
        pods.forEach(Pod::close);
        lan.close();
    }

    @Test
    void plain_macvlan_breaks_exactly_what_must_pass_the_node() {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT);

        Map<String, String> scores = scores();

        assertThat(scores)
                .containsEntry("client -> LB announced by n1", "0/8")
                .containsEntry("client -> LB announced by n2", "0/8")
                .containsEntry("node -> its own pod", "0/6")
                .containsEntry("pod -> its own node", "0/6")
                .containsEntry("pod -> ClusterIP", "0/12");
        List.of("client -> LB announced by n1", "client -> LB announced by n2", "node -> its own pod")
                .forEach(scores::remove);
        List.of("pod -> its own node", "pod -> ClusterIP", "node -> ClusterIP").forEach(scores::remove);
        assertThat(scores)
                .hasSize(9)
                .allSatisfy((flow, score) -> assertThat(score).matches("(\\d+)/\\1"));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void by_hand_everything_works(Dialect dialect) {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT.dialect(dialect));
        lan.nodes().forEach(ByHand::shim);
        pods.forEach(ByHand::routes);
        pods.forEach(ByHand::nodeRoute);

        assertThat(matrix()).hasSize(15).allMatch(Flow::works);
    }

    @Test
    void by_hand_everything_works_with_legacy_iptables_and_forward_policy_drop() {
        lan.serve(
                service,
                pods,
                KubeProxy.Options.DEFAULT.backend(KubeProxy.Backend.LEGACY).forwardDrop(true));
        lan.nodes().forEach(node -> ByHand.shim(node, "iptables-legacy"));
        pods.forEach(ByHand::routes);
        pods.forEach(ByHand::nodeRoute);

        assertThat(matrix()).hasSize(15).allMatch(Flow::works);
    }

    @Test
    void where_the_lan_lies_inside_the_cluster_cidr_the_masquerade_makes_cluster_ips_work() {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT.clusterCidr("192.168.0.0/16"));
        lan.nodes().forEach(ByHand::shim);
        pods.forEach(ByHand::routes);
        pods.forEach(ByHand::nodeRoute);

        assertThat(scores()).containsEntry("pod -> ClusterIP", "12/12");
    }

    @Test
    void the_two_routes_alone_leave_the_load_balancer_broken_and_one_more_on_the_node_cures_it() {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT);
        lan.nodes().forEach(ByHand::shim);
        pods.forEach(ByHand::routes);

        assertThat(loadBalancer()).extracting(Flow::score).containsExactly("0/8", "0/8");

        pods.forEach(ByHand::nodeRoute);

        assertThat(loadBalancer()).extracting(Flow::score).containsExactly("8/8", "8/8");
    }

    @Test
    void a_pod_that_answers_past_its_node_shows_its_own_address_in_the_handshake() {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT);
        try (Shim shim = Shim.on(lan.node(2), pods)) {
            assertThat(synAckSource())
                    .as("with %s", shim)
                    .isEqualTo(pods.getLast().address());
        }

        lan.nodes().forEach(ByHand::shim);
        pods.forEach(ByHand::routes);
        pods.forEach(ByHand::nodeRoute);

        assertThat(synAckSource()).isEqualTo(service.address());
    }

    @Test
    void a_policy_drop_needs_a_rule_for_what_enters_mac0_too() {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT.forwardDrop(true));
        lan.nodes().forEach(ByHand::shim);
        pods.forEach(ByHand::routes);
        pods.forEach(ByHand::nodeRoute);
        lan.nodes().forEach(node -> ByHand.rule(node, "iptables-nft -D FORWARD -o mac0 -j ACCEPT"));

        assertThat(loadBalancer())
                .extracting(Flow::toString)
                .allMatch(row -> row.endsWith("0/8 (8 x Connect timed out)"));
    }

    @Test
    void one_node_on_another_prefix_has_the_flows_that_one_node_can_have() {
        try (Lan small = Lan.open(Lan.Options.DEFAULT.prefix("10.7.0.0/16").nodes(1))) {
            Node node = small.node(1);
            LoadBalancer alone = LoadBalancer.at(small.prefix().host(240));
            Conflist plain = Conflist.of("1.0.0", "lan").thenMacvlan(node.hostLocal());
            try (Pod pod = Pod.attach("alone", node, node.chain(plain))) {
                small.serve(alone, List.of(pod), KubeProxy.Options.DEFAULT);
                ByHand.shim(node);
                ByHand.routes(pod);
                ByHand.nodeRoute(pod);

                assertThat(Matrix.of(small, alone, List.of(pod)).run())
                        .allMatch(Flow::works)
                        .extracting(Flow::name)
                        .doesNotContain("pod -> pod, same node", "pod -> the other node")
                        .hasSize(10);
            }
        }
    }

    private List<Flow> loadBalancer() {
        return Matrix.of(lan, service, pods).patience(Duration.ofMillis(500)).loadBalancer();
    }

    private String synAckSource() {
        lan.announce(service.address(), lan.node(2));
        try (Capture capture = Capture.on(lan.client().netns(), Host.LINK)) {
            Caller.in(lan.client().netns(), Duration.ofMillis(300)).tcp(service.address(), service.port());
            Content.Tcp synAck = (Content.Tcp) capture.await(
                            "a SYN ACK",
                            Duration.ofSeconds(5),
                            packet -> packet.content() instanceof Content.Tcp tcp && tcp.isSynAck())
                    .content();
            return synAck.from();
        }
    }

    private Map<String, String> scores() {
        return matrix().stream().collect(Collectors.toMap(Flow::name, Flow::score));
    }

    private List<Flow> matrix() {
        return Matrix.of(lan, service, pods).run();
    }
}

package dev.routefix.installer;

import static dev.routefix.installer.ClusterNode.DEFAULT;
import static dev.routefix.installer.ClusterNode.LAN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Caller;
import dev.routefix.lab.Flow;
import dev.routefix.lab.Host;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Matrix;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.run.Background;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes of a cluster that has a network already: only pods that choose the handler {@code lan} get an address of the LAN, and both kinds reach each other and
 * are endpoints of one Service.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChosenPodsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TRIES = 12;
    private static final String CLUSTER = "10.88.0.0/16";

    private final Lan lan = Lan.open();
    private final List<ClusterNode> nodes = new ArrayList<>();
    private final List<Background> appliances = new ArrayList<>();
    private final List<Pod> chosen = new ArrayList<>();
    private final List<Pod> others = new ArrayList<>();
    private final LoadBalancer service = LoadBalancer.at(lan.prefix().host(240));

    @BeforeAll
    void start_two_pods_of_each_kind() throws IOException {
        for (var node : lan.nodes()) {
            nodes.add(new ClusterNode(node));
        }
        nodes.getFirst().knows(nodes.getLast());
        nodes.getLast().knows(nodes.getFirst());
        for (var node : nodes) {
            node.host().iptables("nft", "-A", "FORWARD", "-s", CLUSTER, "-j", "ACCEPT");
            node.host().iptables("nft", "-A", "FORWARD", "-d", CLUSTER, "-j", "ACCEPT");
        }
        for (var node : nodes) {
            appliances.add(node.appliance());
            var name = node.node().name();
            chosen.add(node.pod("lan-" + name, LAN));
            others.add(node.pod("other-" + name, DEFAULT));
        }
    }

    @AfterAll
    void stop() {
        appliances.forEach(Background::close);
        nodes.forEach(ClusterNode::close);
        lan.close();
    }

    @Test
    void a_pod_that_chooses_gets_an_address_of_the_LAN_and_every_other_one_of_the_clusters_network() {
        assertThat(chosen).allMatch(pod -> pod.address().startsWith("192.168.2."));
        assertThat(others).allMatch(pod -> pod.address().startsWith("10.88."));
        for (var node : nodes) {
            assertThat(node.lanDir().toFile().list()).containsExactly("0-route-fix.conflist");
            assertThat(node.host().confDir().toFile().list()).containsExactly("10-cluster.conflist");
        }
    }

    /** kube-proxy was told of the cluster's network only, so to it the others are strangers; where nothing is forwarded by default, flannel says what is. */
    private void serve(List<Pod> pods, boolean forwardDrop) {
        lan.serve(service, pods, KubeProxy.Options.DEFAULT.clusterCidr(CLUSTER).forwardDrop(forwardDrop));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void both_kinds_reach_each_other_on_one_node_and_across_nodes(boolean forwardDrop) {
        serve(all(), forwardDrop);

        var failed = new ArrayList<String>();
        for (var from : all()) {
            for (var to : all()) {
                var caller = Caller.in(from.netns(), PATIENCE);
                for (var reply : List.of(
                        caller.tcp(to.address(), Pod.PORT),
                        caller.udp(to.address(), Pod.PORT),
                        caller.ping(to.address()))) {
                    if (!(reply instanceof Reply.Answer)) {
                        failed.add(from.name() + " -> " + to.name() + ": " + reply);
                    }
                }
            }
        }
        assertThat(failed).isEmpty();
    }

    @Test
    void a_pod_that_has_chosen_is_seen_by_others_at_its_own_address_and_sees_them_at_their_nodes() {
        assertThat(Matrix.of(lan, service, chosen).patience(PATIENCE).besides(others))
                .hasSize(4)
                .allMatch(Flow::works);
    }

    @Test
    void the_whole_matrix_works_for_those_that_have_chosen() {
        lan.serve(service, chosen, KubeProxy.Options.DEFAULT);

        assertThat(Matrix.of(lan, service, chosen).run()).hasSize(14).allMatch(Flow::works);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_Service_has_endpoints_of_both_kinds_for_both_kinds_and_for_nodes(boolean forwardDrop) {
        serve(all(), forwardDrop);

        var callers = new ArrayList<>(all().stream().map(Pod::netns).toList());
        lan.nodes().forEach(node -> callers.add(node.netns()));
        for (var caller : callers) {
            var answered = new TreeSet<String>();
            for (int i = 0; i < TRIES; i++) {
                var reply = Caller.in(caller, PATIENCE).tcp(service.clusterIp(), service.port());
                assertThat(reply).as("try %d from %s", i, caller).isInstanceOf(Reply.Answer.class);
                answered.add(((Reply.Answer) reply).by());
            }
            assertThat(answered).hasSizeGreaterThan(1);
        }
    }

    @Test
    void a_load_balancer_keeps_the_clients_address_for_both_kinds() {
        for (var pods : List.of(chosen, others)) {
            serve(pods, false);
            for (var node : lan.nodes()) {
                lan.announce(service.address(), node);
                for (int i = 0; i < TRIES; i++) {
                    assertThat(Caller.in(client().netns(), PATIENCE).tcp(service.address(), service.port()))
                            .as("announced by %s", node.name())
                            .isEqualTo(new Reply.Answer(
                                    pods.get(lan.nodes().indexOf(node)).name(), client().address()));
                }
            }
            lan.withdraw(service.address());
        }
    }

    @Test
    void ports_of_the_node_lead_to_pods_of_either_kind_and_one_that_both_ask_for_to_the_clusters() {
        var node = nodes.getFirst();
        try (var own = node.withPorts("own", LAN, 8088, 8090);
                var other = node.withPorts("other", DEFAULT, 8089, 8090)) {
            var answers = Map.of(8088, own, 8089, other, 8090, other);
            for (var caller : List.of(
                    client().netns(), chosen.getLast().netns(), others.getLast().netns())) {
                answers.forEach((port, pod) -> assertThat(
                                Caller.in(caller, PATIENCE).tcp(node.node().address(), port))
                        .as("port %d from %s", port, caller)
                        .isInstanceOfSatisfying(
                                Reply.Answer.class,
                                answer -> assertThat(answer.by()).isEqualTo(pod.name())));
            }
        }
    }

    private Host client() {
        return lan.client();
    }

    private List<Pod> all() {
        var all = new ArrayList<>(chosen);
        all.addAll(others);
        return all;
    }
}

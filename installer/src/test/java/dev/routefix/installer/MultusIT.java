package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.installer.docs.DocsPage;
import dev.routefix.lab.Caller;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The calls that Multus makes of its delegates (multus-cni, pkg/multus: the cluster's network first, then each NetworkAttachmentDefinition's, DEL in reverse, each by libcni
 * with its configuration as it was at ADD), with the definition that docs/multus.md shows.
 */
class MultusIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TRIES = 4;

    private Lan lan;
    private TestNode host;
    private Background appliance;
    private Netns pod;
    private final String id = Run.current().name("sandbox");

    @BeforeEach
    void a_node_whose_networks_are_Multus_matter() throws IOException {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        host = new TestNode(lan.node(1).netns());
        host.bring("bridge", "loopback");
        appliance = host.run("CONFLIST=none");
        pod = Netns.create("pod");
        pod.ip("link set lo up\n");
    }

    @AfterEach
    void gone() {
        pod.close();
        appliance.close();
        host.close();
        lan.close();
    }

    private CniChain cluster() {
        return chain(Conflist.parse("""
                {"cniVersion": "1.0.0", "name": "cluster", "plugins": [
                  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "dataDir": "%s", "routes": [{"dst": "0.0.0.0/0"}],
                            "ranges": [[{"subnet": "10.88.1.0/24"}]]}}]}
                """.formatted(node().directory().resolve("cluster"))));
    }

    /** As a NetworkAttachmentDefinition's {@code config}, which is that of one plugin. */
    private CniChain definition() {
        var config = definitionInDocs();
        var version = config.remove("cniVersion").asText();
        return chain(Conflist.of(version, config.remove("name").asText()).then(config));
    }

    private static ObjectNode definitionInDocs() {
        var yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(new DocsPage("multus.md").text());
        assertThat(yaml.find()).isTrue();
        try {
            JsonNode definition = new YAMLMapper().readTree(yaml.group(1));
            assertThat(definition.path("kind").asText()).isEqualTo("NetworkAttachmentDefinition");
            return (ObjectNode) new YAMLMapper()
                    .readTree(definition.path("spec").path("config").asText());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CniChain chain(Conflist conflist) {
        return node().chain(conflist, List.of(host.binDir()))
                .env(Map.of(
                        "CNI_ARGS",
                        "IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=hass;K8S_POD_INFRA_CONTAINER_ID="
                                + id + ";K8S_POD_UID=1ee7"));
    }

    private Node node() {
        return lan.node(1);
    }

    private Attachment attach(CniChain chain, String ifname) {
        return chain.add(id, pod.path(), ifname);
    }

    @Test
    void net1_beside_the_clusters_network_is_the_pods_way_to_the_LAN_and_back_and_to_nowhere_else() {
        var eth0 = attach(cluster(), "eth0");
        var theirs = inPod("ip route show dev eth0");
        var net1 = attach(definition(), "net1");

        assertThat(net1.address()).startsWith("192.168.2.");
        assertThat(inPod("ip route show dev eth0")).isEqualTo(theirs);
        assertThat(inPod("ip route get 10.43.0.10")).contains("via 10.88.1.1 dev eth0");
        assertThat(inPod("ip route get 192.0.2.1")).contains("via 10.88.1.1 dev eth0");
        assertThat(inPod("ip route get 192.168.2.50 from " + eth0.address())).contains("via 10.88.1.1 dev eth0");
        assertThat(inPod("ip route get 192.168.2.50")).contains("via 169.254.1.1 dev net1", "src " + net1.address());
        assertThat(inPod("ip route get 192.0.2.1 from " + net1.address())).contains("via 169.254.1.1 dev net1");
        try (var client = found("client", lan.client().netns(), lan.client().address());
                var own = found("node", node().netns(), node().address());
                var hass = found("hass", pod, eth0.address())) {
            for (int i = 0; i < TRIES; i++) {
                for (var machine : List.of(client, own)) {
                    assertThat(call(pod, machine.address()))
                            .isEqualTo(new Reply.Answer(machine.name(), net1.address()));
                    assertThat(call(machine.netns(), net1.address()))
                            .isEqualTo(new Reply.Answer("hass", machine.address()));
                }
                assertThat(call(node().netns(), hass.address())).isEqualTo(new Reply.Answer("hass", "10.88.1.1"));
            }
        }
    }

    private String inPod(String command) {
        return pod.run(command.split(" ", -1)).stdout();
    }

    /** A server on somebody's machine, which is left alone afterwards. */
    private Pod found(String name, Netns netns, String address) {
        return Pod.found(name, node(), Netns.at(netns.path()), address);
    }

    private static Reply call(Netns from, String address) {
        return Caller.in(from, PATIENCE).tcp(address, Pod.PORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void a_load_balancer_still_leads_LAN_clients_to_the_pod_in_the_clusters_network(String reversePathFilter) {
        for (var each : List.of("all", "eth0", "mac0")) {
            node().netns().sysctl("net/ipv4/conf/" + each + "/rp_filter", reversePathFilter);
        }
        var eth0 = attach(cluster(), "eth0");
        attach(definition(), "net1");
        var service = LoadBalancer.at(lan.prefix().host(240));
        try (var inside = found("hass", pod, eth0.address())) {
            lan.serve(service, List.of(inside), KubeProxy.Options.DEFAULT.clusterCidr("10.88.0.0/16"));
            lan.announce(service.address(), node());
            for (int i = 0; i < TRIES; i++) {
                assertThat(Caller.in(lan.client().netns(), PATIENCE).tcp(service.address(), service.port()))
                        .isEqualTo(new Reply.Answer("hass", lan.client().address()));
            }
        }
    }

    @Test
    void DELs_in_reverse_leave_nothing_and_may_be_repeated() {
        var eth0 = attach(cluster(), "eth0");
        var net1 = attach(definition(), "net1");
        for (int i = 0; i < 2; i++) {
            definition().del(net1);
            cluster().del(eth0);
        }

        assertThat(inPod("ip rule").lines()).hasSize(3);
        assertThat(inPod("ip -br link")).doesNotContain("net1");
        assertThat(node().netns().run("ip", "route", "show", "dev", "mac0").stdout())
                .isEmpty();
    }

    @Test
    void as_the_default_network_it_is_the_pods_only_one() {
        var eth0 = attach(definition(), "eth0");

        try (var client = Pod.found(
                        "client", node(), lan.client().netns(), lan.client().address());
                var inside = found("hass", pod, eth0.address())) {
            assertThat(call(pod, client.address())).isEqualTo(new Reply.Answer("client", eth0.address()));
            assertThat(call(client.netns(), inside.address())).isEqualTo(new Reply.Answer("hass", client.address()));
            assertThat(call(node().netns(), inside.address())).isEqualTo(new Reply.Answer("hass", node().address()));
        }
        assertThat(inPod("ip route get 192.0.2.1")).contains("via 169.254.1.1 dev eth0");
        definition().del(eth0);
    }

    @Test
    void the_hardware_address_that_the_pods_annotation_asks_for_is_its_own() {
        attach(cluster(), "eth0");
        var mac = "02:00:00:00:00:17";

        attach(definition().telling("{\"mac\":\"" + mac + "\"}"), "net1");

        assertThat(pod.mac("net1")).isEqualTo(mac);
        assertThat(lan.leases()).anyMatch(lease -> lease.toString().contains(mac));
    }

    @Test
    void a_node_that_is_given_up_waits_for_the_pods_net1() {
        attach(cluster(), "eth0");
        var net1 = attach(definition(), "net1");

        assertThat(host.ctl("uninstall").stdout()).contains("retired", "default/hass (" + net1.address() + ")");
        assertThat(Caller.in(lan.client().netns(), PATIENCE).ping(net1.address()))
                .isInstanceOf(Reply.Answer.class);
        assertThat(appliance.stop(SOON)).isZero();
        definition().del(net1);
        pod.close();

        Poll.until("everything is gone", SOON, () -> host.files().isEmpty());
    }
}

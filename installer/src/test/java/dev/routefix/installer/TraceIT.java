package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.Json;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** A packet is followed on a node with two pods and a Service; a fault that is planted is where it is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceIT {

    private InstalledLan installed;
    private Pod pod;
    private Pod other;
    private Pod far;

    @BeforeAll
    void install_on_two_nodes_and_start_pods(@TempDir Path directory) {
        installed = new InstalledLan(2, directory, Map.of());
        pod = installed.pod("a1", node());
        other = installed.pod("a2", node());
        far = installed.pod("b1", installed.lan().node(2));
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.appliance(node(), "install");
    }

    /** What was planted is put right by the appliance. */
    @AfterEach
    void what_was_planted_is_taken_back() {
        installed.lan().withdraw(service());
        pod.netns().ip("link set eth0 up\naddress replace " + pod.address() + "/24 dev eth0 noprefixroute\n");
        // the pod's side is looked at now and then only, the node's at once
        node().netns()
                .command("ip", "route", "delete", pod.address(), "dev", "mac0")
                .attempt();
        installed.serve(KubeProxy.Options.DEFAULT);
        installed.appliance(node(), "install");
    }

    @AfterAll
    void stop() {
        installed.close();
    }

    @Test
    void a_LAN_clients_packet_to_a_load_balancer_is_drawn_there_and_back() {
        var said = trace(client(), service() + ":80");

        assertThat(said.stdout())
                .startsWith("machine " + client() + " -> machine " + service() + ", port 80\n")
                .contains(
                        "nobody else on the LAN announces " + service(),
                        "led by KUBE-",
                        " dev mac0 src " + node().address(),
                        "FORWARD lets it pass",
                        "neighbour in the pod: 169.254.1.1 is ",
                        "the translation is undone: the answer comes from " + service(),
                        client() + " answers there by ARP")
                .endsWith("\nit arrives, and the answer comes back\n");
        assertThat(said.stdout().lines()).allMatch(line -> line.length() <= 100);
        assertThat(said.exit()).isZero();
    }

    @Test
    void every_pair_that_reaches_each_other_is_seen_to() {
        var node = node().address();
        for (var pair : List.of(
                List.of(client(), pod.address()),
                List.of(pod.address(), client()),
                List.of(pod.address(), other.address()),
                List.of(pod.address(), far.address()),
                List.of(far.address(), pod.address()),
                List.of(pod.address(), installed.service().clusterIp() + ":80"),
                List.of(node, pod.address()),
                List.of(pod.address(), node),
                List.of(node, installed.service().clusterIp() + ":80"))) {
            var said = trace(pair.getFirst(), pair.getLast());

            assertThat(said.exit()).as("%s: %s", pair, said.stdout()).isZero();
        }
    }

    @Test
    void what_is_lost_in_the_pod_is_said_where() throws IOException {
        pod.netns().run("ip", "route", "delete", "default");
        lost("pod ", "the pod has no route to 10.9.9.9", "10.9.9.9", pod.address());
        pod.netns().run("ip", "neigh", "delete", "169.254.1.1", "dev", "eth0");
        lost("pod ", "the pod does not have the permanent neighbour 169.254.1.1", client(), pod.address());
        pod.netns().run("ip", "link", "set", "eth0", "down");
        lost("pod ", "the pod's interface eth0 is down", client(), pod.address());
    }

    @Test
    void what_is_lost_on_the_node_is_said_where() throws IOException {
        node().netns().run("ip", "neigh", "delete", pod.address(), "dev", "mac0");
        lost("this node", "does not have the permanent neighbour " + pod.address(), node().address(), pod.address());
        node().netns().run("ip", "route", "delete", pod.address(), "dev", "mac0");
        lost("this node", "and not by mac0", node().address(), pod.address());
        node().netns().run("iptables-nft", "-F", "FORWARD");
        node().netns().run("iptables-nft", "-A", "FORWARD", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
        lost("this node, mac0", "FORWARD drops it by the rule \"FORWARD -m conntrack", client(), other.address());
        node().netns().run("iptables-nft", "-F", "FORWARD");
    }

    @Test
    void a_client_that_is_not_there_and_an_address_that_another_node_announces_are_said() throws IOException {
        lost("this node, mac0", "no 192.168.2.9 answers there by ARP", "192.168.2.9", pod.address());

        installed.lan().announce(service(), installed.lan().node(2));
        lost("this node, eth0", "the LAN sends it to ", client(), service() + ":80");
    }

    @Test
    void a_Service_without_an_endpoint_on_this_node_is_said() throws IOException {
        installed.lan().serve(installed.service(), List.of(far), KubeProxy.Options.DEFAULT);

        lost("this node", "endpoint", client(), service() + ":80");
    }

    @Test
    void whoever_asks_for_what_is_not_there_is_told_what_is() {
        for (var words : List.of(List.of("nobody", client()), List.of(client(), "192.168.2.99"))) {
            var said = trace(words.getFirst(), words.getLast());

            assertThat(said.exit()).isEqualTo(2);
            assertThat(said.stdout())
                    .contains("no such pod: ", "; these are attached: ", pod.address(), other.address());
        }
        assertThat(trace(client()).exit()).isEqualTo(2);
        assertThat(trace(client(), pod.address() + ":http").stdout()).contains("usage: ctl trace CLIENT TARGET[:PORT]");
    }

    /** That is where, and why. */
    private void lost(String place, String why, String client, String target) throws IOException {
        var said = trace(client, target, "--json");
        var json = Json.read(said.stdout().getBytes(StandardCharsets.UTF_8));

        assertThat(said.exit()).isEqualTo(1);
        assertThat(json).containsEntry("arrives", false).containsOnlyKeys("arrives", "lost", "hops");
        assertThat(String.valueOf(json.get("lost"))).startsWith(place).contains(why);
        var drawn = trace(client, target).stdout();
        assertThat(drawn).contains("    |  LOST  ", "\nlost at ");
        assertThat(drawn.lines()).allMatch(line -> line.length() <= 100);
    }

    private Output trace(String... words) {
        var all = new ArrayList<>(List.of("trace"));
        all.addAll(List.of(words));
        return installed.attempt(node(), all.toArray(String[]::new));
    }

    private String client() {
        return installed.lan().client().address();
    }

    private String service() {
        return installed.service().address();
    }

    private Node node() {
        return installed.lan().node(1);
    }
}

package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs against a real kernel: what ADD makes, what it puts back, what CHECK notices and what DEL leaves. */
class RouteFixIT {

    @TempDir
    Path run;

    private LabNode lab;
    private Attachment pod;
    private Netns inside;
    private List<String> routesBefore = List.of();

    @BeforeEach
    void start_a_pod_on_a_node() {
        lab = new LabNode(run);
        pod = lab.pod("pod");
        inside = Netns.at(Path.of(pod.netns()));
        routesBefore = ip(inside, "route");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void ADD_leads_everything_of_the_pod_through_mac0() {
        succeeds("ADD");
        assertThat(ip(inside, "route"))
                .containsExactlyInAnyOrder(
                        "default via 169.254.1.1 dev eth0 proto 96 src " + pod.address(),
                        "169.254.1.1 dev eth0 proto 96 scope link",
                        "192.168.2.0/24 via 169.254.1.1 dev eth0 proto 96 src " + pod.address());
    }

    @Test
    void ADD_gives_the_pod_its_gateways_hardware_address_for_good() {
        succeeds("ADD");
        assertThat(ip(inside, "neigh show 169.254.1.1"))
                .containsExactly("169.254.1.1 dev eth0 lladdr " + LabNode.MAC0 + " PERMANENT");
    }

    @Test
    void ADD_tells_the_lan_whose_the_address_is_now() {
        var before = "0"; // macvlan leaves 1, other plugins need not
        inside.sysctl("net/ipv4/conf/eth0/arp_notify", before);
        try (Capture capture = Capture.on(lab.netns(), "eth0")) {
            succeeds("ADD");
            capture.await(
                    "an announcement of " + pod.address(),
                    Duration.ofSeconds(5),
                    packet -> packet.content() instanceof Content.Arp arp
                            && arp.sender().equals(pod.address())
                            && arp.target().equals(pod.address())
                            && arp.senderMac().equals(pod.mac()));
        }
        assertThat(inside.sysctl("net/ipv4/conf/eth0/arp_notify")).isEqualTo(before);
    }

    @Test
    void ADD_makes_the_pod_deaf_to_redirects() {
        succeeds("ADD");
        assertThat(inside.sysctl("net/ipv4/conf/all/accept_redirects")).isEqualTo("0");
        assertThat(inside.sysctl("net/ipv4/conf/eth0/accept_redirects")).isEqualTo("0");
    }

    @Test
    void ADD_gives_the_node_a_way_to_the_pod() {
        succeeds("ADD");
        assertThat(ip(lab.netns(), "route show dev mac0"))
                .containsExactly(pod.address() + " proto 96 scope link src 192.168.2.21");
        assertThat(ip(lab.netns(), "neigh show dev mac0"))
                .containsExactly(pod.address() + " lladdr " + pod.mac() + " PERMANENT");
    }

    @Test
    void ADD_answers_with_the_routes_that_are_in_the_kernel() {
        var result = json(succeeds("ADD"));
        assertThat(result.path("routes").toString())
                .isEqualTo("[{'dst':'169.254.1.1/32','scope':253},{'dst':'0.0.0.0/0','gw':'169.254.1.1'},"
                        .concat("{'dst':'192.168.2.0/24','gw':'169.254.1.1'}]")
                        .replace('\'', '"'));
        assertThat(result.at("/ips/0/gateway").asText()).isEqualTo("169.254.1.1");
        assertThat(result.path("interfaces")).isEqualTo(pod.result().path("interfaces"));
    }

    @Test
    void ADD_twice_is_as_good_as_once() {
        var once = succeeds("ADD");
        assertThat(succeeds("ADD").stdout()).isEqualTo(once.stdout());
        succeeds("CHECK");
    }

    @Test
    void ADD_works_through_a_process_path_too() throws IOException {
        try (var sleeper = inside.command("sleep", "1000").start(run.resolve("sleep.log"))) {
            var path = "/proc/" + sleeper.pid() + "/ns/net";
            var result = pod.result().toString().replace(pod.netns(), path);
            var answer = lab.call(
                    "ADD",
                    new Attachment(pod.containerId(), path, "eth0", pod.result()),
                    new ObjectMapper().readTree(result));
            assertThat(answer.exitCode()).as(answer.stdout()).isZero();
            assertThat(ip(inside, "route")).hasSize(3);
        }
    }

    @Test
    void ADD_overrides_what_option_121_brought() {
        inside.ip("route add 172.16.0.0/12 via 192.168.2.254\nroute add 10.1.0.0/16 dev eth0 scope link\n");
        succeeds("ADD");
        assertThat(ip(inside, "route")).hasSize(3).noneMatch(route -> route.startsWith("172.16"));
    }

    @Test
    void ADD_that_the_node_refuses_leaves_the_pod_as_it_was() {
        lab.netns().ip("address del 192.168.2.21/24 dev eth0\n");
        fails("ADD", 11).contains("eth0");
        everything_is_as_before();
    }

    @Test
    void ADD_that_the_kernel_refuses_in_the_pod_leaves_it_as_it_was() {
        // an address the pod does not have cannot be the source of its routes
        ObjectNode result = pod.result().deepCopy();
        ((ObjectNode) result.at("/ips/0")).put("address", "192.168.2.222/24");
        var answer = lab.call("ADD", pod, result);
        assertThat(json(answer).path("code").asInt()).as(answer.stdout()).isEqualTo(100);
        assertThat(answer.log()).contains("192.168.2.222").contains("EINVAL").contains("Invalid prefsrc address");
        everything_is_as_before();
    }

    private void everything_is_as_before() {
        assertThat(ip(inside, "route")).isEqualTo(routesBefore);
        assertThat(ip(inside, "neigh show nud permanent")).isEmpty();
        assertThat(inside.sysctl("net/ipv4/conf/all/accept_redirects")).isEqualTo("1");
        assertThat(inside.sysctl("net/ipv4/conf/eth0/accept_redirects")).isEqualTo("1");
        node_is_clean();
    }

    private void node_is_clean() {
        assertThat(ip(lab.netns(), "route show proto 96")).isEmpty();
        assertThat(ip(lab.netns(), "neigh show nud permanent")).isEmpty();
        try (var files = Files.walk(run)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("lock")))
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void ADD_without_mac0_asks_the_runtime_to_try_again() {
        lab.netns().ip("link del mac0\n");
        fails("ADD", 11).contains("mac0").contains("DaemonSet");
        everything_is_as_before();
        lab.makeMac0();
        succeeds("ADD");
    }

    @Test
    void ADD_asks_to_try_again_while_mac0_is_down_or_has_no_address() {
        lab.netns().ip("link set mac0 down\n");
        fails("ADD", 11).contains("down");
        lab.netns().ip("link set mac0 up\naddress del 169.254.1.1/32 dev mac0\n");
        fails("ADD", 11).contains("169.254.1.1");
        everything_is_as_before();
    }

    @Test
    void ADD_refuses_a_host_interface_that_is_no_macvlan_or_sits_on_another_parent() {
        lab.netns().ip("link del mac0\nlink add mac0 type veth peer name mac1\n");
        fails("ADD", 7).contains("mac0").contains("macvlan");
        lab.netns().ip("""
                        link del mac0
                        link add v0 type veth peer name v1
                        link add mac0 link v0 type macvlan mode bridge
                        link set mac0 up
                        address add 169.254.1.1/32 dev mac0
                        """);
        fails("ADD", 7).contains("eth0").contains("v0");
        everything_is_as_before_but_for_mac0();
    }

    private void everything_is_as_before_but_for_mac0() {
        assertThat(ip(inside, "route")).isEqualTo(routesBefore);
    }

    @Test
    void ADD_demands_a_prevResult_with_an_interface_in_the_sandbox() {
        assertThat(json(lab.call("ADD", pod, null)).path("code").asInt()).isEqualTo(7);
        ObjectNode other = pod.result().deepCopy();
        ((ObjectNode) other.at("/interfaces/0")).put("sandbox", "/var/run/netns/other");
        var answer = lab.call("ADD", pod, other);
        assertThat(json(answer).path("code").asInt()).isEqualTo(7);
        assertThat(answer.log()).contains("eth0").contains(pod.netns());
    }

    @Test
    void ADD_hands_a_result_without_IPv4_addresses_on_as_it_is() {
        ObjectNode result = pod.result().deepCopy();
        ((ObjectNode) result.at("/ips/0")).put("address", "fd00::7/64");
        assertThat(json(lab.call("ADD", pod, result))).isEqualTo(result);
        result.remove("ips");
        assertThat(json(lab.call("ADD", pod, result))).isEqualTo(result);
        everything_is_as_before();
    }

    @Test
    void ADD_refuses_the_nodes_own_namespace() {
        var self = new Attachment(pod.containerId(), lab.netns().path().toString(), "eth0", pod.result());
        var result = pod.result().deepCopy();
        ((ObjectNode) result.at("/interfaces/0")).put("sandbox", self.netns());
        assertThat(json(lab.call("ADD", self, result)).path("code").asInt()).isEqualTo(8);
    }

    @Test
    void ADD_names_a_sandbox_that_is_gone_or_no_namespace() throws IOException {
        for (var path : List.of(
                "/var/run/netns/gone", Files.createFile(run.resolve("file")).toString())) {
            var result = new ObjectMapper().readTree(pod.result().toString().replace(pod.netns(), path));
            var answer = lab.call("ADD", new Attachment(pod.containerId(), path, "eth0", result));
            assertThat(answer.exitCode()).isEqualTo(1);
            assertThat(json(answer).path("msg").asText()).contains(path);
        }
        Files.delete(run.resolve("file"));
        node_is_clean();
    }

    @Test
    void CHECK_succeeds_after_ADD_and_so_does_macvlans_own_with_our_result() {
        var result = json(succeeds("ADD"));
        assertThat(lab.call("CHECK", pod, result).exitCode()).isZero();
        lab.macvlan().check(new Attachment(pod.containerId(), pod.netns(), "eth0", result));
    }

    @Test
    void CHECK_names_what_is_missing() {
        succeeds("ADD");
        var damages = new ArrayList<>(
                List.of("route del default", "neigh del 169.254.1.1 dev eth0", "route del 192.168.2.0/24"));
        for (var damage : damages) {
            inside.ip(damage + "\n");
            fails("CHECK", 101).contains("the pod lacks");
            succeeds("ADD");
        }
        inside.sysctl("net/ipv4/conf/all/accept_redirects", "1");
        fails("CHECK", 101).contains("accept_redirects");
        succeeds("ADD");
        for (var damage : List.of("route del " + pod.address(), "neigh del " + pod.address() + " dev mac0")) {
            lab.netns().ip(damage + "\n");
            fails("CHECK", 101).contains("the node lacks").contains(pod.address());
            succeeds("ADD");
        }
        succeeds("CHECK");
    }

    @Test
    void CHECK_changes_nothing() {
        fails("CHECK", 101).contains("the pod lacks");
        everything_is_as_before();
    }

    @Test
    void DEL_takes_away_what_ADD_left_on_the_node_and_nothing_else() {
        var other = lab.pod("other");
        succeeds("ADD");
        assertThat(lab.call("ADD", other).exitCode()).isZero();
        succeeds("DEL");
        assertThat(ip(lab.netns(), "route show dev mac0"))
                .singleElement()
                .asString()
                .startsWith(other.address());
        assertThat(ip(lab.netns(), "neigh show dev mac0"))
                .singleElement()
                .asString()
                .startsWith(other.address());
        assertThat(lab.call("CHECK", other).exitCode()).isZero();
    }

    @Test
    void DEL_needs_neither_prevResult_nor_sandbox_and_works_twice() {
        succeeds("ADD");
        var bare = new Attachment(pod.containerId(), "", "eth0", pod.result());
        assertThat(lab.call("DEL", bare, null).exitCode()).isZero();
        node_is_clean();
        assertThat(lab.call("DEL", bare, null)).isEqualTo(new Answer(0, "", ""));
    }

    @Test
    void DEL_needs_no_record_where_it_has_a_prevResult() throws IOException {
        succeeds("ADD");
        for (var directory : List.of("attachments", "addresses")) {
            try (var files = Files.list(run.resolve(directory))) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        succeeds("DEL");
        node_is_clean();
    }

    @Test
    void DEL_succeeds_when_mac0_is_gone() {
        succeeds("ADD");
        lab.netns().ip("link del mac0\n");
        succeeds("DEL");
        lab.makeMac0();
        node_is_clean();
    }

    @Test
    void DEL_leaves_an_address_to_the_pod_that_has_got_it_since() {
        succeeds("ADD");
        var heir = lab.pod("heir");
        inside.ip("address flush dev eth0\n");
        var renamed = renumber(heir, pod.address());
        assertThat(lab.call("ADD", renamed).exitCode()).isZero();
        succeeds("DEL");
        assertThat(ip(lab.netns(), "neigh show dev mac0"))
                .containsExactly(pod.address() + " lladdr " + heir.mac() + " PERMANENT");
        assertThat(ip(lab.netns(), "route show dev mac0")).hasSize(1);
        assertThat(lab.call("DEL", renamed).exitCode()).isZero();
        node_is_clean();
    }

    private static Attachment renumber(Attachment heir, String address) {
        Netns.at(Path.of(heir.netns()))
                .ip("address flush dev eth0\naddress add " + address
                        + "/24 dev eth0\nroute add default via 192.168.2.1\n");
        ObjectNode result = heir.result().deepCopy();
        ((ObjectNode) result.at("/ips/0")).put("address", address + "/24");
        return new Attachment(heir.containerId(), heir.netns(), "eth0", result);
    }

    @Test
    void STATUS_says_whether_an_ADD_would_find_mac0() {
        var env = Map.of("CNI_COMMAND", "STATUS", "CNI_PATH", "/opt/cni/bin");
        assertThat(lab.call(env, LabNode.conf("1.1.0"))).isEqualTo(new Answer(0, "", ""));
        lab.netns().ip("link del mac0\n");
        var answer = lab.call(env, LabNode.conf("1.1.0"));
        assertThat(json(answer).path("code").asInt()).isEqualTo(50);
        assertThat(answer.log()).contains("mac0");
    }

    @Test
    void GC_takes_away_what_is_not_listed_and_nothing_where_there_is_no_list() {
        var other = lab.pod("other");
        succeeds("ADD");
        assertThat(lab.call("ADD", other).exitCode()).isZero();
        var env = Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/opt/cni/bin");
        assertThat(lab.call(env, LabNode.conf("1.1.0"))).isEqualTo(new Answer(0, "", ""));
        succeeds("CHECK");
        var conf = LabNode.conf("1.1.0");
        conf.putArray("cni.dev/valid-attachments")
                .addObject()
                .put("containerID", other.containerId())
                .put("ifname", "eth0");
        assertThat(lab.call(env, conf).exitCode()).isZero();
        assertThat(ip(lab.netns(), "route show dev mac0"))
                .singleElement()
                .asString()
                .startsWith(other.address());
        conf.putArray("cni.dev/valid-attachments");
        assertThat(lab.call(env, conf).exitCode()).isZero();
        node_is_clean();
    }

    @ParameterizedTest
    @ValueSource(ints = {8})
    void many_pods_at_once_do_not_disturb_each_other(int pods) throws Exception {
        var attachments = new ArrayList<Attachment>();
        for (int i = 0; i < pods; i++) {
            attachments.add(lab.pod("many" + i));
        }
        try (var threads = Executors.newFixedThreadPool(pods)) {
            var calls = attachments.stream()
                    .<Callable<Answer>>map(each -> () -> lab.call("ADD", each))
                    .toList();
            for (var answer : threads.invokeAll(calls)) {
                assertThat(answer.get().exitCode()).as(answer.get().log()).isZero();
            }
        }
        for (var each : attachments) {
            assertThat(lab.call("CHECK", each).exitCode()).isZero();
            assertThat(lab.call("DEL", each).exitCode()).isZero();
        }
        node_is_clean();
    }

    private Answer succeeds(String verb) {
        var answer = lab.call(verb, pod);
        assertThat(answer.exitCode()).as("%s: %s", verb, answer).isZero();
        return answer;
    }

    private AbstractStringAssert<?> fails(String verb, int code) {
        var answer = lab.call(verb, pod);
        assertThat(answer.exitCode()).as("%s: %s", verb, answer).isEqualTo(1);
        assertThat(json(answer).path("code").asInt()).as(answer.stdout()).isEqualTo(code);
        assertThat(answer.log().lines()).hasSize(1);
        return assertThat(json(answer).path("msg").asText());
    }
}

package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.packet.Content;
import dev.routefix.lab.packet.Packet;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ADD against a real kernel: what it makes, what it refuses, and what it puts back. */
class AddIT extends PodOnNode {

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
            capture.await("an announcement of " + pod.address(), Duration.ofSeconds(5), this::announcesThePod);
        }
        assertThat(inside.sysctl("net/ipv4/conf/eth0/arp_notify")).isEqualTo(before);
    }

    @Test
    void ADD_of_a_process_that_stays_tells_the_lan_and_spares_the_nodes_other_pods() {
        lab.stays();
        try (Capture onLan = Capture.on(lab.netns(), "eth0");
                Capture onNode = Capture.on(lab.netns(), "mac0")) {
            succeeds("ADD");
            onLan.await("an announcement of " + pod.address(), Duration.ofSeconds(5), this::announcesThePod);
            assertThat(onNode.packets()).noneMatch(this::announcesThePod);
        }
    }

    @Test
    void ADD_of_a_process_that_stays_leaves_the_announcement_for_when_the_answer_is_sent() {
        lab.stays();
        var afterwards = new ArrayList<Runnable>();
        var logged = new ArrayList<String>();
        try (Capture onLan = Capture.on(lab.netns(), "eth0")) {
            assertThat(lab.add(pod, afterwards::add, logged::add).exitCode()).isZero();
            assertThat(onLan.packets()).noneMatch(this::announcesThePod);
            afterwards.forEach(Runnable::run);
            onLan.await("an announcement of " + pod.address(), Duration.ofSeconds(5), this::announcesThePod);
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void an_announcement_that_fails_after_the_answer_is_a_line_of_the_log() {
        lab.fallsSilent();
        var afterwards = new ArrayList<Runnable>();
        var logged = new ArrayList<String>();
        var answer = lab.add(pod, afterwards::add, logged::add);
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.log()).isEmpty();
        afterwards.forEach(Runnable::run);
        assertThat(logged)
                .singleElement()
                .asString()
                .startsWith("route-fix ADD: the LAN has not been told")
                .contains(pod.address());
    }

    private boolean announcesThePod(Packet packet) {
        return packet.content() instanceof Content.Arp arp
                && arp.sender().equals(pod.address())
                && arp.target().equals(pod.address())
                && arp.senderMac().equals(pod.mac());
    }

    @Test
    void an_announcement_that_cannot_be_sent_is_a_line_of_the_log_and_no_failure() {
        lab.fallsSilent();
        var answer = succeeds("ADD");
        assertThat(answer.log().lines())
                .singleElement()
                .asString()
                .startsWith("route-fix ADD: the LAN has not been told")
                .contains(pod.address());
        succeeds("CHECK");
    }

    @Test
    void ADD_that_announced_the_pod_has_its_gateways_hardware_address_all_the_same() {
        succeeds("ADD"); // by a process that lives for one call, so by an event that empties the pod's neighbour table
        succeeds("CHECK");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void ADD_remembers_of_CNI_ARGS_what_names_the_pod_however_long_they_are(int size) {
        var args = "IgnoreUnknown=1;X=" + "x".repeat(size) + ";K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID="
                + "y".repeat(size > 300 ? 300 : size) + ";=;";
        var answer = lab.call("ADD", pod, pod.result(), Map.of("CNI_ARGS", args));
        assertThat(answer.exitCode()).as(answer.stdout()).isZero();
        var record = Objects.requireNonNull(new Attachments(run).find(new AttachmentId(pod.containerId(), "eth0")));
        assertThat(record.name()).isEqualTo("shop/web-0 (" + pod.address() + ")");
        assertThat(record.pod())
                .startsWith("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0")
                .hasSizeLessThan(100);
        succeeds("DEL");
        node_is_clean();
    }

    @Test
    void ADD_refuses_more_than_could_be_read_again() {
        ObjectNode result = pod.result().deepCopy();
        for (int i = 0; i < 9_000; i++) {
            result.withArray("routes").addObject().put("dst", "10." + i / 250 + "." + i % 250 + ".0/24");
        }
        var answer = lab.call("ADD", pod, result);
        assertThat(json(answer).path("code").asInt()).isEqualTo(7);
        assertThat(json(answer).path("msg").asText()).contains("9000 routes");
        everything_is_as_before();
    }

    @Test
    void ADD_makes_the_pod_deaf_to_redirects() {
        succeeds("ADD");
        assertThat(inside.sysctl("net/ipv4/conf/all/accept_redirects")).isEqualTo("0");
        assertThat(inside.sysctl("net/ipv4/conf/eth0/accept_redirects")).isEqualTo("0");
    }

    @Test
    void ADD_remembers_what_the_pod_was_set_up_with() {
        succeeds("ADD");
        var id = new AttachmentId(pod.containerId(), "eth0");
        var gateway = new dev.routefix.attachment.Attachment.Gateway(
                IpAddress.parse("169.254.1.1"), MacAddress.parse(LabNode.MAC0));
        assertThat(new Attachments(run).find(id))
                .isEqualTo(new dev.routefix.attachment.Attachment(
                        id,
                        "lan",
                        pod.netns(),
                        Sandboxes.identity(inside.path()),
                        "",
                        "mac0",
                        gateway,
                        List.of(Prefix.parse(pod.address() + "/24")),
                        MacAddress.parse(pod.mac()),
                        List.of(),
                        0));
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
            sleeper.await("it is in the pod", Duration.ofSeconds(10), () -> isSame(path, pod.netns()));
            var result = pod.result().toString().replace(pod.netns(), path);
            var answer = lab.call(
                    "ADD",
                    new Attachment(pod.containerId(), path, "eth0", pod.result()),
                    new ObjectMapper().readTree(result));
            assertThat(answer.exitCode()).as(answer.stdout()).isZero();
            assertThat(ip(inside, "route")).hasSize(3);
        }
    }

    private static boolean isSame(String namespace, String other) {
        try {
            return Files.isSameFile(Path.of(namespace), Path.of(other));
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void ADD_leads_what_option_121_brought_through_the_gateway() {
        inside.ip("route add 172.16.0.0/12 via 192.168.2.254\nroute add 10.1.0.0/16 dev eth0 scope link\n");
        succeeds("ADD");
        assertThat(ip(inside, "route"))
                .hasSize(5)
                .contains(
                        "172.16.0.0/12 via 169.254.1.1 dev eth0 proto 96 src " + pod.address(),
                        "10.1.0.0/16 via 169.254.1.1 dev eth0 proto 96 src " + pod.address());
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
}

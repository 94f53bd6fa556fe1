package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.attachment.Attachments;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other verbs against a real kernel: what CHECK notices, what DEL and GC leave, and many pods at once. */
class RouteFixIT extends PodOnNode {

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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void DEL_finds_what_to_take_away_where_the_record_is_damaged(boolean withPrevResult) throws IOException {
        succeeds("ADD");
        Files.writeString(run.resolve("attachments/" + pod.containerId() + "@eth0"), "{");

        var answer = lab.call("DEL", pod, withPrevResult ? pod.result() : null);

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.log().lines()).singleElement().asString().contains("cannot be used", "attachments/bad/");
        Files.delete(run.resolve("attachments/bad/" + pod.containerId() + "@eth0"));
        node_is_clean();
    }

    @Test
    void ADD_writes_a_damaged_record_anew() throws IOException {
        succeeds("ADD");
        Files.writeString(run.resolve("attachments/" + pod.containerId() + "@eth0"), "{");
        succeeds("ADD");
        assertThat(lab.call("DEL", pod, null)).isEqualTo(new Answer(0, "", ""));
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

    @Test
    void a3_GC_of_one_network_leaves_the_attachments_of_others_alone() {
        var own = lab.pod("own");
        var dead = lab.pod("dead");
        assertThat(call("ADD", pod, "lan-a").exitCode()).isZero();
        assertThat(call("ADD", own, "lan-b").exitCode()).isZero();
        assertThat(call("ADD", dead, "lan-b").exitCode()).isZero();
        forgetNetwork(lab.pod("old"));

        var conf = LabNode.conf("1.1.0").put("name", "lan-b");
        conf.putArray("cni.dev/valid-attachments")
                .addObject()
                .put("containerID", own.containerId())
                .put("ifname", "eth0");
        assertThat(lab.call(GC, conf)).isEqualTo(new Answer(0, "", ""));

        assertThat(call("CHECK", pod, "lan-a").exitCode()).isZero();
        assertThat(call("CHECK", own, "lan-b").exitCode()).isZero();
        assertThat(call("CHECK", dead, "lan-b").exitCode()).isEqualTo(1);
        assertThat(new Attachments(run).all())
                .extracting(each -> each.id().containerId())
                .contains(pod.containerId(), own.containerId())
                .doesNotContain(dead.containerId())
                .hasSize(3);
    }

    private static final Map<String, String> GC = Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/opt/cni/bin");

    /** Attaches it, and makes its record one of an older version, which tells no network. */
    private void forgetNetwork(Attachment old) {
        assertThat(call("ADD", old, "lan-b").exitCode()).isZero();
        var record = run.resolve("attachments/" + old.containerId() + "@eth0");
        try {
            var text = Files.readString(record);
            assertThat(text).contains("\"network\":\"lan-b\",");
            Files.writeString(record, text.replace("\"network\":\"lan-b\",", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer call(String verb, Attachment attached, String network) {
        var conf = LabNode.conf("1.1.0").put("name", network);
        conf.set("prevResult", attached.result());
        return lab.call(env(verb, attached), conf);
    }

    private static Map<String, String> env(String verb, Attachment attached) {
        return Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", attached.containerId(),
                "CNI_NETNS", attached.netns(),
                "CNI_IFNAME", attached.ifname());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    logLevel                  | "verbose"
                    logLevel                  | {}
                    gateway                   | "169.254.1.300"
                    gateway                   | ""
                    gateway                   | [1]
                    hostInterface             | 7
                    hostInterface             | "br-0123456789abcdef"
                    master                    | ["eth0"]
                    cniVersion                | 1
                    cniVersion                | "9.9.9"
                    name                      | "a b"
                    prevResult                | "none"
                    prevResult                | {"ips":[{"address":"192.168.2.7"}]}
                    """)
    void a4_a_DEL_with_a_bad_key_succeeds_and_names_it_in_one_line(String key, String value) {
        succeeds("ADD");
        var conf = LabNode.conf("1.1.0");
        conf.set("prevResult", pod.result());
        conf.set(key, json(new Answer(0, value, "")));

        var answer = lab.call(env("DEL", pod), conf);

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.stdout()).isEmpty();
        assertThat(answer.log().lines())
                .singleElement()
                .asString()
                .startsWith("route-fix DEL: ")
                .contains(key);
        node_is_clean();
        assertThat(lab.call(env("ADD", pod), conf).exitCode())
                .as("ADD stays strict")
                .isEqualTo(1);
        node_is_clean();
    }

    @Test
    void a4_a_DEL_with_several_bad_keys_names_each_in_a_line() {
        succeeds("ADD");
        var conf = LabNode.conf("1.1.0")
                .put("logLevel", "loud")
                .put("gateway", "nowhere")
                .put("hostInterface", "a/b");
        var answer = lab.call(env("DEL", pod), conf);
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.log().lines()).hasSize(3).allMatch(line -> line.startsWith("route-fix DEL: "));
        node_is_clean();
    }

    @Test
    void a4_an_ADD_with_several_bad_keys_is_told_all_of_them_at_once() {
        var conf = LabNode.conf("1.1.0")
                .put("logLevel", "loud\nly")
                .put("gateway", "nowhere")
                .put("hostInterface", "a/b");
        conf.set("prevResult", pod.result());
        var answer = lab.call(env("ADD", pod), conf);
        assertThat(json(answer).path("code").asInt()).isEqualTo(7);
        assertThat(json(answer).path("msg").asText().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("\"logLevel\""))
                .anyMatch(line -> line.startsWith("\"gateway\""))
                .anyMatch(line -> line.startsWith("\"hostInterface\""));
        assertThat(answer.log().lines()).hasSize(3).allMatch(line -> line.startsWith("route-fix ADD: \""));
        everything_is_as_before();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link set eth0 down\nlink set eth0 address 02:11:22:33:44:55\nlink set eth0 up",
                "link set eth0 address 02:11:22:33:44:55",
                "link set eth0 down\nlink set eth0 up",
                "neigh flush dev eth0 nud permanent",
                "route replace default via 192.168.2.1 dev eth0 onlink",
                "route add 192.168.2.0/25 dev eth0 scope link\nroute add 192.168.2.128/25 dev eth0 scope link"
            })
    void d4_CHECK_says_that_a_pod_was_changed_after_us(String change) {
        succeeds("ADD");
        inside.ip(change + "\n");
        fails("CHECK", 101);
        succeeds("ADD");
        succeeds("CHECK");
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
}

package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.delegate.Delegates;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.dhcp.DhcpSettings.SentOption;
import dev.routefix.dhcp.Granted;
import dev.routefix.lab.run.Output;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a pod that route-fix makes gets its addresses: from other plugins, and from what asks a DHCP server. */
class IpamIT extends EmptyPod {

    /** Gives every pod the same, and remembers who came and who went. */
    private static final class OneAddress implements AddressSource {

        final List<AddressRequest> asked = new ArrayList<>();
        final List<AttachmentId> released = new ArrayList<>();

        @Override
        public Granted acquire(AddressRequest request) {
            asked.add(request);
            return new Granted(
                    request.mac() == null ? MacAddress.parse("02:00:00:00:00:76") : request.mac(),
                    Prefix.parse("192.168.2.76/24"),
                    IpAddress.parse("192.168.2.1"),
                    List.of(
                            new Granted.OtherRoute(Prefix.parse("10.1.0.0/16"), IpAddress.parse("192.168.2.254")),
                            new Granted.OtherRoute(Prefix.parse("10.2.0.0/16"), null)),
                    1400,
                    new Granted.Resolver(
                            List.of(IpAddress.parse("192.168.2.1")), "lan.test", List.of("lan.test", "x.test")));
        }

        @Override
        public void release(AttachmentId attachment) {
            released.add(attachment);
        }
    }

    private final OneAddress source = new OneAddress();

    private AttachmentId attachment() {
        return new AttachmentId(env.getOrDefault("CNI_CONTAINERID", ""), "eth0");
    }

    private void leases(AddressSource leases) {
        lab.provides(new Provisions(() -> leases, new Delegates(HostPrograms.asGiven()), Path.of("/sys/class/net")));
    }

    @Test
    void a_lease_gives_the_interface_its_hardware_address_mtu_address_routes_and_names() {
        leases(source);
        ipam("{\"type\":\"dhcp\",\"priority\":7}");
        conf.put("cniVersion", "1.1.0");
        var result = add();
        assertThat(inside.mac("eth0")).isEqualTo("02:00:00:00:00:76");
        assertThat(result.at("/interfaces/0/mac").asText()).isEqualTo("02:00:00:00:00:76");
        assertThat(result.at("/interfaces/0/mtu").asInt()).isEqualTo(1400);
        assertThat(result.at("/ips/0/address").asText()).isEqualTo("192.168.2.76/24");
        assertThat(ip(inside, "route"))
                .contains(
                        "10.1.0.0/16 via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76 metric 7",
                        "10.2.0.0/16 via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76 metric 7");
        assertThat(result.at("/dns/nameservers")).extracting(JsonNode::asText).containsExactly("192.168.2.1");
        assertThat(result.at("/dns/domain").asText()).isEqualTo("lan.test");
        assertThat(result.at("/dns/search")).extracting(JsonNode::asText).containsExactly("lan.test", "x.test");
        succeeds("CHECK");
        succeeds("DEL");
        assertThat(source.released).containsExactly(attachment());
        nothing_is_left();
    }

    @Test
    void the_source_is_told_who_asks_and_for_what() {
        leases(source);
        ipam("""
                {"type":"dhcp",
                 "provide":[{"option":"host-name","fromArg":"K8S_POD_NAME"},{"option":"60","value":"x"},{"option":77,"fromArg":"ABSENT"}],
                 "request":[{"option":"routers"},{"option":42},{"option":"12","skipDefault":true}]}""");
        conf.putObject("runtimeConfig").put("mac", "02:00:00:00:00:08");
        env.put("CNI_ARGS", "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0");
        add();
        assertThat(source.asked).singleElement().satisfies(request -> {
            assertThat(request.attachment()).isEqualTo(attachment());
            assertThat(request.network()).isEqualTo("lan");
            assertThat(request.namespace()).isEqualTo("shop");
            assertThat(request.pod()).isEqualTo("web-0");
            assertThat(request.parent()).isEqualTo("eth0");
            assertThat(request.mac()).isEqualTo(MacAddress.parse("02:00:00:00:00:08"));
            assertThat(request.settings().provide())
                    .containsExactly(new SentOption(12, "web-0"), new SentOption(60, "x"));
            assertThat(request.settings().request()).containsExactly(3, 42);
            assertThat(request.settings().skipDefault()).containsExactly(12);
        });
        assertThat(inside.mac("eth0")).isEqualTo("02:00:00:00:00:08");
    }

    @Test
    void options_that_are_none_are_named() {
        ipam("""
                {"type":"dhcp","provide":[{"option":"hostname","value":"x"}],"request":[{"option":300},{"option":1,"skipDefault":false}],"priority":-1}""");
        assertThat(json(call("ADD")).path("msg").asText().lines())
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("\"ipam.provide[0].option\"", "\"ipam.request[0].option\"", "\"ipam.priority\"");
    }

    @Test
    void no_answer_of_a_server_is_passed_on_and_leaves_nothing() {
        leases(new AddressSource() {
            @Override
            public Granted acquire(AddressRequest request) {
                throw new CniException(ErrorCode.TRY_AGAIN_LATER, "nobody answers on " + request.parent());
            }

            @Override
            public void release(AttachmentId attachment) {}
        });
        ipam("{\"type\":\"dhcp\"}");
        fails("ADD", 11).isEqualTo("nobody answers on eth0");
        nothing_is_left();
    }

    @Test
    void a_lease_is_given_back_if_the_pod_cannot_be_made() {
        leases(source);
        inside.ip("link add eth0 type veth peer name other\n");
        ipam("{\"type\":\"dhcp\"}");
        fails("ADD", 7).contains("eth0");
        assertThat(source.released).hasSize(1);
    }

    @Test
    void a_plugin_gets_our_environment_and_our_whole_configuration() throws IOException {
        script("mine", """
                printf '%s' "$conf" > $here/conf.$CNI_COMMAND
                env > $here/env.$CNI_COMMAND
                ip -o link > $here/links.$CNI_COMMAND
                [ $CNI_COMMAND != ADD ] || echo '{"cniVersion":"1.1.0","ips":[{"address":"192.168.2.76/24"}]}'""");
        conf.put("unknown", "kept").put("cniVersion", "1.1.0");
        ipam("{\"type\":\"mine\",\"more\":[1,2.50]}");
        env.put("CNI_ARGS", "A=b");
        env.put("TRACEPARENT", "00-1");
        var asked = conf.deepCopy();
        add();
        assertThat(parse(Files.readString(directory.resolve("conf.ADD")))).isEqualTo(asked);
        assertThat(Files.readAllLines(directory.resolve("env.ADD")))
                .contains("CNI_COMMAND=ADD", "CNI_ARGS=A=b", "TRACEPARENT=00-1", "CNI_NETNS=" + inside.path());
        succeeds("CHECK");
        succeeds("STATUS");
        conf.putArray("cni.dev/valid-attachments");
        conf.put("name", "another");
        succeeds("GC");
        conf.put("name", "lan");
        succeeds("DEL");
        assertThat(verbs()).isEqualTo("ADD CHECK STATUS GC DEL");
        // in the node's namespace, as a plugin of the runtime's is
        assertThat(Files.readString(directory.resolve("links.DEL"))).contains("mac0");
        nothing_is_left();
    }

    @Test
    void a_plugin_that_fails_is_told_to_undo_it_and_its_error_is_ours() throws IOException {
        script("mine", """
                [ $CNI_COMMAND != ADD ] || { echo '{"cniVersion":"1.1.0","code":117,"msg":"all given","details":"of 3"}'; exit 1; }""");
        ipam("{\"type\":\"mine\"}");
        fails("ADD", 117).endsWith("mine ADD: all given");
        assertThat(json(call("ADD")).path("details").asText()).isEqualTo("of 3");
        assertThat(verbs()).isEqualTo("ADD DEL ADD DEL");
        nothing_is_left();
    }

    @Test
    void a_plugin_that_ends_without_an_error_object_is_named_with_its_last_words() throws IOException {
        script("mine", "echo lost >&2; exit 3");
        ipam("{\"type\":\"mine\"}");
        fails("ADD", 999).contains("mine ADD: exit code 3, lost");
    }

    @Test
    void a_result_that_cannot_be_understood_is_refused_and_taken_back() throws IOException {
        script("mine", "[ $CNI_COMMAND != ADD ] || echo '{\"ips\":[{\"address\":\"everywhere\"}]}'");
        ipam("{\"type\":\"mine\"}");
        fails("ADD", 6).contains("ips[0].address", "everywhere");
        assertThat(verbs()).isEqualTo("ADD DEL");
        nothing_is_left();
    }

    @Test
    void a_plugin_that_is_not_there_is_named_with_where_it_was_looked_for() {
        ipam("{\"type\":\"whereabouts\"}");
        fails("ADD", 7).contains("whereabouts", "/usr/lib/cni");
        assertThat(succeeds("DEL").log()).contains("whereabouts");
        nothing_is_left();
    }

    @Test
    void DEL_that_the_plugin_refuses_is_an_error_and_done_when_it_is_repeated() throws IOException {
        script("mine", """
                [ $CNI_COMMAND != ADD ] || echo '{"ips":[{"address":"192.168.2.76/24"}]}'
                [ $CNI_COMMAND != DEL -o -e $here/well ] || { echo '{"code":11,"msg":"busy"}'; exit 1; }""");
        ipam("{\"type\":\"mine\"}");
        add();
        fails("DEL", 11).endsWith("busy");
        Files.createFile(directory.resolve("well"));
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void CHECK_passes_on_what_the_plugin_says() throws IOException {
        hostLocal();
        add();
        var leases = lab.node().directory().resolve("host-local/lan");
        try (var files = Files.list(leases)) {
            for (var file : files.filter(each -> each.getFileName().toString().startsWith("192."))
                    .toList()) {
                Files.delete(file);
            }
        }
        fails("CHECK", 999).contains("host-local CHECK");
    }

    @Test
    void a_plugin_that_hangs_does_not_hold_up_other_calls() throws Exception {
        script("mine", """
                [ $CNI_COMMAND != ADD ] || { touch $here/waits; while [ ! -e $here/go ]; do sleep 0.05; done
                echo '{"ips":[{"address":"192.168.2.76/24"}]}'; }""");
        lab.stays();
        ipam("{\"type\":\"mine\"}");
        var slow = Thread.ofPlatform().start(() -> succeeds("ADD"));
        while (!Files.exists(directory.resolve("waits"))) {
            Thread.sleep(10);
        }
        var other = lab.pod("other");
        assertThat(lab.call("ADD", other).exitCode()).isZero();
        Files.createFile(directory.resolve("go"));
        slow.join();
        assertThat(ip(lab.netns(), "route show dev mac0")).hasSize(2);
        Output ping = inside.command("ping", "-c1", "-W5", other.address()).attempt();
        assertThat(ping.ok()).as("%s", ping).isTrue();
    }
}

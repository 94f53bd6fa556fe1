package dev.routefix.installer.pods;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.Command;
import dev.routefix.cni.IpamConf;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.DhcpSettings.SentOption;
import dev.routefix.lifecycle.ContainerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containerd remembers of a pod's network. */
class CachedNetworkTest {

    private static final AttachmentId ID = new AttachmentId("c1", "eth0");
    private static final String REFERENCE = """
            {"cniVersion":"1.0.0","name":"dhcp-cni-network","plugins":[
             {"type":"macvlan","master":"eth0","mode":"bridge","ipam":{"type":"dhcp",
              "provide":[{"option":"host-name","fromArg":"K8S_POD_NAME"},{"option":"60","value":"pod"}],
              "request":[{"option":"42"},{"option":"routers","skipDefault":true}]}},
             {"type":"route-fix","hostInterface":"mac0","gateway":"169.254.1.1","master":"eth0"}]}
            """;

    @TempDir
    private Path root;

    /** As containerd 1.6 writes it. */
    private static String cached(String conflist) {
        return """
                {"kind":"cniCacheV1","containerId":"c1","config":"%s","ifName":"eth0","networkName":"dhcp-cni-network",
                 "cniArgs":[["K8S_POD_NAMESPACE","default"],["K8S_POD_NAME","web-0"]],"capabilityArgs":{"portMappings":null},
                 "result":{"cniVersion":"1.0.0","dns":{},"interfaces":[{"mac":"02:00:5e:00:01:76","name":"eth0","sandbox":"/var/run/netns/x"}],
                  "ips":[{"address":"192.168.2.176/24","gateway":"192.168.2.1","interface":0}],
                  "routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1"}]}}
                """.formatted(Base64.getEncoder().encodeToString(conflist.getBytes(UTF_8)));
    }

    private static CachedNetwork read(String conflist) throws IOException {
        return CachedNetwork.read(cached(conflist).getBytes(UTF_8), ID);
    }

    private static AddressRequest request(CachedNetwork network) {
        var ipam = Objects.requireNonNull(network.dhcp());
        var call = CachedNetwork.call(
                network.asOurs(ID, "/var/run/netns/x", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0", "eth0", ipam));
        assertThat(call.command()).isEqualTo(Command.ADD);
        assertThat(call.netns()).isEqualTo("/var/run/netns/x");
        var dhcp = (IpamConf.Leased) Objects.requireNonNull(call.conf().own().ipam());
        return AddressRequest.of(call, dhcp, "eth0", null, Duration.ZERO);
    }

    @Test
    void a_pod_of_the_reference_chain_is_asked_for_by_what_its_chain_was_told() throws IOException {
        var network = read(REFERENCE);
        var request = request(network);

        assertThat(network.name()).isEqualTo("dhcp-cni-network");
        assertThat(request.attachment()).isEqualTo(ID);
        assertThat(request.network()).isEqualTo("dhcp-cni-network");
        assertThat(request.namespace()).isEqualTo("default");
        assertThat(request.pod()).isEqualTo("web-0");
        assertThat(request.settings().provide())
                .containsExactly(new SentOption(12, "web-0"), new SentOption(60, "pod"));
        assertThat(request.settings().request()).containsExactly(42);
        assertThat(request.settings().skipDefault()).containsExactly(3);
    }

    @Test
    void what_another_plugin_gave_is_none_of_the_LANs() throws IOException {
        assertThat(read(REFERENCE.replace("\"dhcp\"", "\"host-local\"")).dhcp()).isNull();
        assertThat(read("""
                        {"cniVersion":"1.0.0","name":"lan","plugins":[{"type":"route-fix","master":"eth0","ipam":{"type":"dhcp"}}]}
                        """).dhcp()).isNull();
        assertThat(read("{\"plugins\":[7,{\"ipam\":8}]}").dhcp()).isNull();
        assertThat(read("{}").dhcp()).isNull();
    }

    @Test
    void what_is_given_stays_known() throws IOException {
        var network = read(REFERENCE);
        var made = network.asOurs(ID, "/x", "", "eth0", Map.of("type", "dhcp"));

        assertThat(made.given()).containsKeys("ips", "routes", "dns").doesNotContainKey("interfaces");
        assertThat(made.network()).isEqualTo("dhcp-cni-network");
    }

    @Test
    void anything_else_is_refused() {
        for (var text : new String[] {
            "{}",
            "[]",
            "{",
            cached(REFERENCE).replace("cniCacheV1", "cniCacheV9"),
            cached(REFERENCE).replace("\"c1\"", "\"c2\""),
            cached(REFERENCE).replace("\"config\":\"", "\"config\":\"%"),
            cached("no JSON")
        }) {
            assertThatThrownBy(() -> CachedNetwork.read(text.getBytes(UTF_8), ID))
                    .as(text)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void it_is_found_by_the_attachment_alone() throws IOException {
        var networks = new CachedNetworks(new ContainerRuntime(root.resolve("proc"), root));
        assertThat(networks.find(ID)).isNull();

        var place = Files.createDirectories(root.resolve("var/lib/cni/results"));
        Files.writeString(place.resolve("dhcp-cni-network-c11-eth0"), "{");
        Files.writeString(place.resolve("dhcp-cni-network-c1-eth0"), cached(REFERENCE));

        assertThat(Objects.requireNonNull(networks.find(ID)).name()).isEqualTo("dhcp-cni-network");
        assertThat(networks.find(new AttachmentId("c1", "net1"))).isNull();
    }
}

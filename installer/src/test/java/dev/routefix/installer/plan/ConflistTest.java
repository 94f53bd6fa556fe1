package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConflistTest {

    private static final Path USUAL = Path.of("/run/cni/dhcp.sock");

    @Test
    void is_a_macvlan_with_dhcp_and_then_our_plugin_in_the_reference_chain() throws Exception {
        var text = Conflist.of(
                Sample.configuration("CHAIN=reference", "CNI_VERSION=0.4.0", "CNI_NETWORK_NAME=home"), "eth0", USUAL);

        assertThat(text).endsWith("}\n");
        assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Map.of(
                        "cniVersion",
                        "0.4.0",
                        "name",
                        "home",
                        "plugins",
                        List.of(
                                Map.of(
                                        "type",
                                        "macvlan",
                                        "master",
                                        "eth0",
                                        "mode",
                                        "bridge",
                                        "ipam",
                                        Map.of("type", "dhcp")),
                                Map.of(
                                        "type",
                                        "route-fix",
                                        "hostInterface",
                                        "mac0",
                                        "gateway",
                                        "169.254.1.1",
                                        "master",
                                        "eth0",
                                        "capabilities",
                                        Map.of("portMappings", true)))));
    }

    @Test
    void a_given_ipam_is_passed_on_as_it_is() throws Exception {
        var ipam = "{\"type\":\"static\",\"addresses\":[{\"address\":\"192.168.2.9/24\"}],\"n\":1.50}";

        assertThat(firstPlugin(Conflist.of(Sample.configuration("IPAM=" + ipam), "eth0", USUAL))
                        .get("ipam"))
                .isEqualTo(Json.read(ipam.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void is_our_plugin_alone() throws Exception {
        var text = Conflist.of(Sample.configuration(), "eth0", USUAL);

        assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8)).get("plugins"))
                .isEqualTo(List.of(Map.of(
                        "type",
                        "route-fix",
                        "hostInterface",
                        "mac0",
                        "gateway",
                        "169.254.1.1",
                        "master",
                        "eth0",
                        "ipam",
                        Map.of("type", "dhcp"),
                        "capabilities",
                        Map.of("portMappings", true, "mac", true))));
    }

    @Test
    void a_daemon_elsewhere_is_named() throws Exception {
        assertThat(firstPlugin(Conflist.of(Sample.configuration("CHAIN=reference"), "eth0", Path.of("/tmp/x.sock")))
                        .get("ipam"))
                .isEqualTo(Map.of("type", "dhcp", "daemonSocketPath", "/tmp/x.sock"));
    }

    private static Map<?, ?> firstPlugin(String text) throws Exception {
        var plugins = Json.read(text.getBytes(StandardCharsets.UTF_8)).get("plugins");
        return plugins instanceof List<?> list && list.getFirst() instanceof Map<?, ?> first ? first : Map.of();
    }
}

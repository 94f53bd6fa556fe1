package dev.routefix.installer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.routefix.netlink.IpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {

    @Test
    void an_empty_environment_gives_every_default() throws Exception {
        var configuration = Configuration.parse(Map.of(), "node-1");

        assertThat(configuration)
                .isEqualTo(new Configuration(
                        "0",
                        null,
                        "mac0",
                        IpAddress.parse("169.254.1.1"),
                        Path.of("/opt/cni/bin"),
                        Path.of("/etc/cni/net.d"),
                        NetworkMode.NODE,
                        Path.of("/etc/cni/lan.d"),
                        "dhcp-cni-network",
                        "1.0.0",
                        new Ipam.Dhcp(),
                        ChainKind.OWN,
                        2,
                        true,
                        ForwardRule.ACCEPT,
                        true,
                        IptablesMode.AUTO,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        UninstallPolicy.WHEN_EMPTY,
                        LogLevel.INFO,
                        LogFormat.TEXT,
                        null,
                        "node-1",
                        null,
                        Stay.KEPT,
                        List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "MASTER_IFCE, MASTER_IFACE",
        "MASTER_IFACEE, MASTER_IFACE",
        "MASTRE_IFACE, MASTER_IFACE",
        "MASTER-IFACES, MASTER_IFACE",
        "master_iface, MASTER_IFACE",
        "CNI_CONFDIR, CNI_CONF_DIR",
        "CNI_BIN_DIRS, CNI_BIN_DIR",
        "IPMA, IPAM",
        "UNINSTAL, UNINSTALL"
    })
    void a_misspelt_variable_is_refused_and_the_one_that_was_meant_is_named(String wrong, String right) {
        assertThat(problems(Map.of(wrong, "x")))
                .containsExactly(
                        wrong + " is no variable of route-fix: " + right + " is; correct its name, or remove it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "HOME",
                "HOSTNAME",
                "KUBERNETES_SERVICE_HOST",
                "POD_NAME",
                "POD_IP",
                "NODE_IP",
                "CHAIN_PORT",
                "MASTER_SERVICE_HOST",
                "CNI_PATH",
                "XTABLES_LIBDIR",
                ""
            })
    void other_variables_of_the_environment_are_none_of_our_business(String name) throws Exception {
        assertThat(Configuration.parse(Map.of(name, "x"), "n")).isEqualTo(Configuration.parse(Map.of(), "n"));
    }

    @Test
    void directories_may_be_left_to_us_in_three_ways() throws Exception {
        for (var text : List.of("", "auto")) {
            var environment = Map.of("CNI_BIN_DIR", text, "CNI_CONF_DIR", text);

            assertThat(Configuration.parse(environment, "n")).isEqualTo(Configuration.parse(Map.of(), "n"));
            assertThat(Option.CNI_BIN_DIR.isLeftToUs(environment)).isTrue();
        }
        assertThat(Option.CNI_CONF_DIR.isLeftToUs(Map.of())).isTrue();
        assertThat(Option.CNI_CONF_DIR.isLeftToUs(Map.of("CNI_CONF_DIR", "/etc/cni/net.d")))
                .isFalse();
        assertThat(Option.MASTER_IFACE.isLeftToUs(Map.of())).isFalse();
    }

    @Test
    void an_empty_value_counts_as_not_given() throws Exception {
        var empty = new HashMap<String, String>();
        for (var option : Option.values()) {
            empty.put(option.name(), "");
        }

        assertThat(Configuration.parse(empty, "n")).isEqualTo(Configuration.parse(Map.of(), "n"));
    }

    @Test
    void every_value_can_be_given() throws Exception {
        var configuration = Configuration.parse(
                Map.ofEntries(
                        Map.entry("PRIORITY", "05-lan"),
                        Map.entry("MASTER_IFACE", "enp3s0.7"),
                        Map.entry("HOST_IFACE", "lan0"),
                        Map.entry("GATEWAY", "169.254.7.1"),
                        Map.entry("CNI_BIN_DIR", "/var/lib/rancher/k3s/data/cni"),
                        Map.entry("CNI_CONF_DIR", "/var/lib/rancher/k3s/agent/etc/cni/net.d"),
                        Map.entry("MODE", "runtime-class"),
                        Map.entry("LAN_CONF_DIR", "/etc/cni/home.d"),
                        Map.entry("CNI_NETWORK_NAME", "home"),
                        Map.entry("CNI_VERSION", "0.4.0"),
                        Map.entry("IPAM", "{\"type\":\"host-local\",\"subnet\":\"192.168.2.0/24\"}"),
                        Map.entry("CHAIN", "reference"),
                        Map.entry("WARM_LEASES", "5"),
                        Map.entry("CONFLIST", "none"),
                        Map.entry("FORWARD_RULE", "invalid-only"),
                        Map.entry("MASQUERADE", "off"),
                        Map.entry("IPTABLES_MODE", "legacy"),
                        Map.entry("RESYNC_SECONDS", "60"),
                        Map.entry("LEARNING_SECONDS", "0"),
                        Map.entry("UNINSTALL", "never"),
                        Map.entry("LOG_LEVEL", "debug"),
                        Map.entry("LOG_FORMAT", "json"),
                        Map.entry("METRICS", "192.168.2.21:9464"),
                        Map.entry("NODE_NAME", "pi")),
                "n");

        assertThat(configuration)
                .isEqualTo(new Configuration(
                        "05-lan",
                        "enp3s0.7",
                        "lan0",
                        IpAddress.parse("169.254.7.1"),
                        Path.of("/var/lib/rancher/k3s/data/cni"),
                        Path.of("/var/lib/rancher/k3s/agent/etc/cni/net.d"),
                        NetworkMode.RUNTIME_CLASS,
                        Path.of("/etc/cni/home.d"),
                        "home",
                        "0.4.0",
                        new Ipam.Given("host-local", Map.of("type", "host-local", "subnet", "192.168.2.0/24")),
                        ChainKind.REFERENCE,
                        5,
                        false,
                        ForwardRule.INVALID_ONLY,
                        false,
                        IptablesMode.LEGACY,
                        Duration.ofSeconds(60),
                        Duration.ZERO,
                        UninstallPolicy.NEVER,
                        LogLevel.DEBUG,
                        LogFormat.JSON,
                        new InetSocketAddress("192.168.2.21", 9464),
                        "pi",
                        null,
                        Stay.KEPT,
                        List.of()));
        assertThat(configuration.conflistFile()).hasToString("/etc/cni/home.d/05-lan-route-fix.conflist");
    }

    @Test
    void the_network_of_every_pod_goes_where_every_pod_gets_its_own() throws Exception {
        var configuration = Configuration.parse(Map.of("LAN_CONF_DIR", "/etc/cni/home.d"), "n");

        assertThat(configuration.conflistFile()).hasToString("/etc/cni/net.d/0-route-fix.conflist");
    }

    @Test
    void a_network_for_pods_that_choose_cannot_be_where_every_pod_gets_its_own() {
        assertThat(problems(Map.of("MODE", "runtime-class", "LAN_CONF_DIR", "/etc/cni/net.d")))
                .singleElement()
                .asString()
                .startsWith("CNI_CONF_DIR and LAN_CONF_DIR are both \"/etc/cni/net.d\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "PRIORITY | ../0",
                "PRIORITY | .0",
                "PRIORITY | a b",
                "MASTER_IFACE | a-name-of-16-chr",
                "MASTER_IFACE | a/b",
                "HOST_IFACE | mac:0",
                "HOST_IFACE | mac 0",
                "HOST_IFACE | ..",
                "GATEWAY | 169.254.1",
                "GATEWAY | 169.254.1.256",
                "GATEWAY | fe80::1",
                "GATEWAY | router.lan",
                "GATEWAY | 0.0.0.0",
                "GATEWAY | 127.0.0.1",
                "GATEWAY | 224.0.0.1",
                "CNI_BIN_DIR | opt/cni/bin",
                "CNI_CONF_DIR | /etc/../cni",
                "MODE | pod",
                "LAN_CONF_DIR | lan.d",
                "CNI_NETWORK_NAME | -x",
                "CNI_NETWORK_NAME | a network",
                "CNI_VERSION | 0.2.0",
                "CNI_VERSION | 1.0",
                "IPAM | static",
                "IPAM | {",
                "IPAM | []",
                "IPAM | {\"subnet\":\"10.0.0.0/8\"}",
                "IPAM | {\"type\":7}",
                "IPAM | {\"type\":\"static\"} {}",
                "CONFLIST | no",
                "FORWARD_RULE | drop",
                "MASQUERADE | true",
                "IPTABLES_MODE | nftables",
                "RESYNC_SECONDS | 0",
                "RESYNC_SECONDS | 3601",
                "RESYNC_SECONDS | 10s",
                "LEARNING_SECONDS | -1",
                "LEARNING_SECONDS | 3601",
                "LEARNING_SECONDS | off",
                "CHAIN | both",
                "WARM_LEASES | -1",
                "WARM_LEASES | 17",
                "WARM_LEASES | two",
                "UNINSTALL | always",
                "LOG_LEVEL | INFO",
            })
    void refuses_a_wrong_value_naming_variable_and_value(String variable, String value) {
        assertThat(problems(Map.of(variable, value)))
                .singleElement()
                .asString()
                .startsWith(variable + "=\"" + value + "\"");
    }

    @Test
    void tells_every_problem_at_once_one_line_each() {
        assertThat(problems(Map.of("PRIORITY", "/", "GATEWAY", "x", "RESYNC_SECONDS", "-1", "CNI_VERSION", "9")))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("PRIORITY="))
                .anyMatch(line -> line.startsWith("GATEWAY="))
                .anyMatch(line -> line.startsWith("RESYNC_SECONDS="))
                .anyMatch(
                        line -> line.startsWith("CNI_VERSION=\"9\" must be one of 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"));
    }

    @Test
    void refuses_one_name_for_both_interfaces() {
        assertThat(problems(Map.of("MASTER_IFACE", "eth0", "HOST_IFACE", "eth0")))
                .singleElement()
                .asString()
                .startsWith("HOST_IFACE and MASTER_IFACE are both \"eth0\"");
    }

    @Test
    void says_where_the_json_of_IPAM_is_wrong() {
        assertThat(problems(Map.of("IPAM", "{\"type\" \"static\"}")))
                .singleElement()
                .asString()
                .contains("character 9, in $.type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dhcp", "{\"type\":\"dhcp\",\"provide\":[]}"})
    void dhcp_needs_the_daemon(String ipam) throws Exception {
        assertThat(Configuration.parse(Map.of("IPAM", ipam), "n").ipam().needsDhcpDaemon())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"static\"}", "{\"type\":\"dhcp\",\"daemonSocketPath\":\"/run/mine.sock\"}"})
    void other_ipam_and_a_daemon_of_the_users_own_do_not(String ipam) throws Exception {
        assertThat(Configuration.parse(Map.of("IPAM", ipam), "n").ipam().needsDhcpDaemon())
                .isFalse();
    }

    @Test
    void leases_are_held_ready_only_where_we_ask_for_them_ourselves() throws Exception {
        assertThat(Configuration.parse(Map.of(), "n").leasesHeldReady()).isEqualTo(2);
        for (var other : List.of(
                Map.of("WARM_LEASES", "0"),
                Map.of("CHAIN", "reference"),
                Map.of("IPAM", "{\"type\":\"static\"}"),
                Map.of("CONFLIST", "none"))) {
            assertThat(Configuration.parse(other, "n").leasesHeldReady())
                    .as(other.toString())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "own, dhcp, ''",
        "own, static, ''",
        "own, none, ''",
        "own, host-local, host-local",
        "reference, static, macvlan static"
    })
    void only_plugins_that_are_executed_have_to_be_on_the_node(String chain, String type, String others)
            throws Exception {
        var environment = Map.of("CHAIN", chain, "IPAM", "{\"type\":\"" + type + "\"}");
        var plugins = new ArrayList<>(Configuration.parse(environment, "n").plugins());
        plugins.remove("route-fix");
        assertThat(String.join(" ", plugins)).isEqualTo(others);
    }

    @Test
    void only_the_reference_chain_needs_the_reference_daemon() throws Exception {
        assertThat(Configuration.parse(Map.of("CHAIN", "reference"), "n").needsDhcpDaemon())
                .isTrue();
        assertThat(Configuration.parse(Map.of(), "n").needsDhcpDaemon()).isFalse();
    }

    @Test
    void the_plugins_are_those_that_the_conflist_has_executed() throws Exception {
        var ipam = "{\"type\":\"host-local\"}";
        assertThat(Configuration.parse(Map.of(), "n").plugins()).containsExactly("route-fix");
        assertThat(Configuration.parse(Map.of("IPAM", ipam), "n").plugins()).containsExactly("route-fix", "host-local");
        assertThat(Configuration.parse(Map.of("CHAIN", "reference", "IPAM", ipam), "n")
                        .plugins())
                .containsExactly("macvlan", "host-local", "route-fix");
    }

    @ParameterizedTest
    @CsvSource({
        "[fd00::21]:9464, fd00:0:0:0:0:0:0:21",
        "fd00::21:9464, fd00:0:0:0:0:0:0:21",
        "127.0.0.1:9464, 127.0.0.1"
    })
    void an_address_of_IPv6_may_be_in_brackets_as_the_kubelet_does_not_write_it(String metrics, String host)
            throws Exception {
        var where = Objects.requireNonNull(
                Configuration.parse(Map.of("METRICS", metrics), "n").metrics());

        assertThat(where.getAddress().getHostAddress()).isEqualTo(host);
        assertThat(where.getPort()).isEqualTo(9464);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9464", ":9464", "on", "node-1:9464", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1"})
    void Prometheus_is_answered_at_an_address_and_a_port(String metrics) {
        assertThat(problems(Map.of("METRICS", metrics)))
                .containsExactly(
                        "METRICS=\"" + metrics + "\" must be off, or an address and a port such as 127.0.0.1:9464");
    }

    private static List<String> problems(Map<String, String> environment) {
        var refusal = catchThrowableOfType(InvalidConfiguration.class, () -> Configuration.parse(environment, "n"));
        return String.valueOf(refusal.getMessage()).lines().toList();
    }
}

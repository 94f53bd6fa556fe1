package dev.routefix.installer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkListTest {

    private static final String LAN = """
            {"CNI_NETWORK_NAME": "lan", "MASTER_IFACE": "eth0"}""";

    private static final String IOT = """
            {"CNI_NETWORK_NAME": "iot", "MASTER_IFACE": "eth0.20", "HOST_IFACE": "mac1", "GATEWAY": "169.254.2.1",
             "MODE": "runtime-class", "LAN_CONF_DIR": "/etc/cni/iot.d", "WARM_LEASES": 0,
             "IPAM": {"type": "static", "addresses": [{"address": "192.168.20.9/24"}]}}""";

    private static Configuration parse(String list, String... variables) throws InvalidConfiguration {
        var environment = new HashMap<>(Map.of("NETWORKS", list));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return Configuration.parse(environment, "n");
    }

    private static List<String> problems(String list, String... variables) {
        try {
            parse(list, variables);
            return List.of();
        } catch (InvalidConfiguration e) {
            return String.valueOf(e.getMessage()).lines().toList();
        }
    }

    @Test
    void each_network_has_what_its_entry_says_and_else_what_the_variables_say() throws Exception {
        var networks = parse("[" + LAN + ", " + IOT + "]", "FORWARD_RULE", "none", "LOG_LEVEL", "debug")
                .networks();

        assertThat(networks).extracting(Configuration::networkName).containsExactly("lan", "iot");
        assertThat(networks).extracting(Configuration::master).containsExactly("eth0", "eth0.20");
        assertThat(networks).extracting(Configuration::hostInterface).containsExactly("mac0", "mac1");
        assertThat(networks.getFirst().gateway()).hasToString("169.254.1.1");
        assertThat(networks.getLast().gateway()).hasToString("169.254.2.1");
        assertThat(networks.getLast().conflistFile()).hasToString("/etc/cni/iot.d/0-route-fix.conflist");
        assertThat(networks.getLast().warmLeases()).isZero();
        assertThat(networks.getLast().ipam().type()).isEqualTo("static");
        assertThat(networks).allMatch(network -> network.forwardRule() == ForwardRule.NONE);
        assertThat(networks).allMatch(network -> network.logLevel() == LogLevel.DEBUG);
    }

    @Test
    void the_list_may_be_in_a_file(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("networks.json"), "[" + LAN + "]\n");

        assertThat(parse(file.toString()).networkName()).isEqualTo("lan");
        assertThat(problems(directory.resolve("none.json").toString()))
                .singleElement()
                .asString()
                .contains("NETWORKS=", "none.json");
    }

    @Test
    void one_network_in_a_list_is_the_same_as_by_variables() throws Exception {
        assertThat(parse("[" + LAN + "]"))
                .isEqualTo(Configuration.parse(Map.of("CNI_NETWORK_NAME", "lan", "MASTER_IFACE", "eth0"), "n"));
    }

    @Test
    void a_list_that_is_written_is_read_again() throws Exception {
        var configuration = parse("[" + LAN + ", " + IOT + "]");

        assertThat(parse(configuration.asList())).isEqualTo(configuration);
    }

    @ParameterizedTest
    @CsvSource({"MASTER_IFCE, MASTER_IFACE", "gateway, GATEWAY", "HOSTIFACE, HOST_IFACE", "NAME, "})
    void a_key_that_is_none_is_refused_and_the_nearest_one_named(String wrong, String right) {
        assertThat(problems("[{\"" + wrong + "\": \"x\"}]"))
                .singleElement()
                .asString()
                .startsWith("network 1 of the list: " + wrong + " is no key of a network: ")
                .contains(right == null ? "there are PRIORITY, MASTER_IFACE, " : right + " is; correct its name");
    }

    @Test
    void what_is_the_nodes_is_no_networks() {
        assertThat(problems("[{\"CNI_BIN_DIR\": \"/opt\"}]"))
                .containsExactly(
                        "network 1 of the list: CNI_BIN_DIR is the node's and not a network's: set it as a variable");
    }

    @Test
    void all_that_is_wrong_is_said_at_once_with_the_networks_name_and_what_is_the_nodes_once() {
        assertThat(problems(
                        "[%s, {\"CNI_NETWORK_NAME\": \"iot\", \"GATEWAY\": \"no\"}, 5]".formatted(LAN),
                        "RESYNC_SECONDS",
                        "0"))
                .anyMatch(problem -> problem.startsWith("RESYNC_SECONDS=\"0\""))
                .anyMatch(problem -> problem.startsWith("network iot: GATEWAY=\"no\""))
                .contains("network 3 of the list is no JSON object")
                .filteredOn(problem -> problem.contains("RESYNC_SECONDS"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "MASTER_IFACE, eth0, MASTER_IFACE",
        "HOST_IFACE, mac0, HOST_IFACE",
        "GATEWAY, 169.254.1.1, GATEWAY",
        "CNI_NETWORK_NAME, lan, CNI_NETWORK_NAME",
        "MODE, node, directory for the conflist"
    })
    void two_networks_with_the_same_are_both_named(String key, String value, String what) {
        var other = IOT.replaceFirst("\"" + key + "\": \"[^\"]*\"", "\"" + key + "\": \"" + value + "\"");

        assertThat(problems("[" + LAN + ", " + other + "]"))
                .singleElement()
                .asString()
                .startsWith("the networks lan, " + (key.equals("CNI_NETWORK_NAME") ? "lan" : "iot"))
                .contains("have the same " + what, value.equals("node") ? "/etc/cni/net.d" : value);
    }

    @Test
    void a_parent_that_is_another_ones_new_interface_is_named() {
        assertThat(problems("[" + LAN + ", " + IOT.replace("eth0.20", "mac0") + "]"))
                .singleElement()
                .asString()
                .contains("HOST_IFACE of the network lan and MASTER_IFACE of iot are both \"mac0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[", "{}", "[] []", "\0"})
    void what_is_no_list_is_refused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("NETWORKS");
    }
}

package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.Configuration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KubeProxyFindingsTest {

    @Test
    void a_network_that_contains_the_LAN_is_named_and_one_that_does_not_is_told_from_it() {
        assertThat(texts("! -s 192.168.0.0/16"))
                .singleElement()
                .asString()
                .startsWith("kube-proxy's --cluster-cidr 192.168.0.0/16 contains the LAN");
        assertThat(texts("! -s 10.42.0.0/16"))
                .singleElement()
                .asString()
                .startsWith("kube-proxy takes pods for strangers, as its --cluster-cidr 10.42.0.0/16 is not theirs");
    }

    @Test
    void interfaces_that_are_ours_are_right_and_others_are_not() {
        assertThat(texts("! -i mac0+")).isEmpty();
        assertThat(texts("! -i mac+")).isEmpty();
        assertThat(texts("! -i cali+"))
                .singleElement()
                .asString()
                .contains("it knows pods by the interface cali+", "interfaceNamePrefix: mac0");
    }

    @Test
    void beside_another_network_the_cure_is_none_that_takes_the_other_pods_for_strangers() {
        assertThat(texts("runtime-class", "! -s 10.42.0.0/16"))
                .singleElement()
                .asString()
                .contains("a prefix that HOST_IFACE has in common with the other network's interfaces")
                .doesNotContain("interfaceNamePrefix: mac0");
        assertThat(texts("runtime-class", "! -i mac+")).isEmpty();
    }

    @Test
    void the_cure_for_several_networks_is_what_the_names_of_their_interfaces_begin_with() {
        var several = Sample.configuration(
                "NETWORKS=[{\"CNI_NETWORK_NAME\": \"lan\", \"MASTER_IFACE\": \"eth0\"}, {\"CNI_NETWORK_NAME\": \"iot\","
                        + " \"MASTER_IFACE\": \"eth1\", \"HOST_IFACE\": \"mac1\", \"GATEWAY\": \"169.254.2.1\", \"MODE\": \"runtime-class\"}]");

        assertThat(KubeProxyFindings.of(several, around(false, "! -i cali+")))
                .singleElement()
                .extracting(Finding::cure)
                .asString()
                .endsWith("{interfaceNamePrefix: mac}");
    }

    @Test
    void a_mode_that_we_are_not_made_for_is_told() {
        assertThat(texts(true, "node"))
                .singleElement()
                .asString()
                .startsWith("kube-proxy is in ipvs mode")
                .endsWith("--proxy-mode=iptables");
    }

    @Test
    void what_is_not_understood_is_not_told() {
        assertThat(texts("! -s nonsense")).isEmpty();
        assertThat(KubeProxyFindings.of(configuration("node"), Surroundings.NONE))
                .isEmpty();
    }

    private static List<String> texts(String strangers) {
        return texts("node", strangers);
    }

    private static List<String> texts(String mode, String strangers) {
        return texts(false, mode, strangers);
    }

    private static List<String> texts(boolean ipvs, String mode, String... strangers) {
        return Finding.texts(KubeProxyFindings.of(configuration(mode), around(ipvs, strangers)), false);
    }

    private static Surroundings around(boolean ipvs, String... strangers) {
        return new Surroundings(
                NativeRules.NONE,
                List.of(strangers),
                List.of(),
                List.of(),
                List.of(),
                List.of(Sample.address(2, "192.168.2.21/24")),
                ipvs,
                false);
    }

    private static Configuration configuration(String mode) {
        return Sample.configuration("MODE=" + mode);
    }
}

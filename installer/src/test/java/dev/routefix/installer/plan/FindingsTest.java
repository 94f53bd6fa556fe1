package dev.routefix.installer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {

    @Test
    void a_network_that_sorts_before_ours_is_named_and_one_after_is_not() {
        var names = List.of("-x.conf", "0-route-fix.conflist", "00-multus.conf", "05-cilium.conflist");

        assertThat(warnings(names, Map.of()))
                .singleElement()
                .asString()
                .startsWith("/etc/cni/net.d/-x.conf sorts before");
        assertThat(warnings(names, Map.of(), "PRIORITY=10"))
                .hasSize(3)
                .noneMatch(warning -> warning.startsWith("/etc/cni/net.d/0-route-fix.conflist"));
        assertThat(warnings(names, Map.of(), "CONFLIST=none")).isEmpty();
    }

    @Test
    void a_runtime_that_looks_elsewhere_takes_no_pod_to_this_network() {
        var around =
                new Surroundings(NativeRules.NONE, List.of(), List.of(), List.of(), List.of(), List.of(), false, true);
        var wanted = Sample.wanted("MODE=runtime-class");

        assertThat(Findings.of(Sample.configuration("MODE=runtime-class"), wanted, Sample.met(wanted), around, "eth0"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.blocks()).isTrue();
                    assertThat(finding.text()).contains("cni_conf_dir = \"/etc/cni/lan.d\"");
                });
    }

    @Test
    void an_address_that_somebody_gave_our_interface_is_named() {
        var link = Sample.hostLink();
        var addresses = new ArrayList<>(link.addresses());
        addresses.add(Sample.address(7, "192.168.2.250/32"));
        var found = Sample.with(
                Sample.met(Sample.wanted()),
                new HostLink(7, "mac0", link.kind(), link.parent(), link.mac(), true, true, false, 1500, addresses));

        assertThat(Findings.of(Sample.configuration(), Sample.wanted(), found, Surroundings.NONE, "eth0"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.blocks()).isFalse();
                    assertThat(finding.text())
                            .startsWith("mac0 has the address 192.168.2.250/32, which route-fix did not");
                });
        assertThat(Findings.of(
                        Sample.configuration(),
                        Sample.wanted(),
                        Sample.met(Sample.wanted()),
                        Surroundings.NONE,
                        "eth0"))
                .isEmpty();
    }

    private static List<String> warnings(List<String> networks, Map<Path, FoundFile> files, String... environment) {
        var found =
                new Found(Map.of(), files, networks, null, List.of(), Map.of(), Map.of(), false, List.of(), List.of());
        return Finding.texts(
                Findings.of(
                        Sample.configuration(environment),
                        Sample.wanted(environment),
                        found,
                        Surroundings.NONE,
                        "eth0"),
                false);
    }
}

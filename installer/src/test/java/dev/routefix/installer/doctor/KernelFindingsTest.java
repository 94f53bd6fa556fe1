package dev.routefix.installer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.plan.Finding;
import dev.routefix.netlink.Sysctls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KernelFindingsTest {

    private static final String MOST = "net/netfilter/nf_conntrack_max";
    private static final String USED = "net/netfilter/nf_conntrack_count";

    @Test
    void a_kernel_that_has_everything_is_well() {
        assertThat(causes(true, Map.of(MOST, "1000", USED, "899"))).isEmpty();
    }

    @Test
    void a_kernel_without_nftables_or_without_conntrack_is_named_with_what_it_lacks() {
        assertThat(causes(false, Map.of(MOST, "1000", USED, "1")))
                .singleElement()
                .asString()
                .contains("CONFIG_NF_TABLES");
        assertThat(causes(true, Map.of())).singleElement().asString().contains("CONFIG_NF_CONNTRACK");
    }

    @Test
    void a_table_of_connections_that_is_nearly_full_is_named() {
        assertThat(KernelFindings.of(true, sysctls(Map.of(MOST, "1000", USED, "900"))))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.cause()).contains("900 of at most 1000");
                    assertThat(finding.cure()).isEqualTo("sysctl -w net.netfilter.nf_conntrack_max=2000");
                });
    }

    private static List<String> causes(boolean nftables, Map<String, String> settings) {
        return KernelFindings.of(nftables, sysctls(settings)).stream()
                .map(Finding::cause)
                .toList();
    }

    private static Sysctls sysctls(Map<String, String> settings) {
        return new Sysctls() {
            @Override
            public @Nullable String read(String name) {
                return settings.get(name);
            }

            @Override
            public void write(String name, String value) {
                throw new AssertionError("nothing is changed");
            }
        };
    }
}

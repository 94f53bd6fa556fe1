package dev.routefix.netlink.namespace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.sys.LongLife;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kernel as a process that stays calls it: the same answers and the same errors by the shorter way. */
final class LongLifeIT {

    private static final String SETTING = "net/ipv4/conf/eth0/accept_redirects";

    @BeforeAll
    static void begins() {
        LongLife.begins();
    }

    @Test
    void reads_and_changes_a_namespace() {
        try (var namespace = TestNamespace.withEth0()) {
            var neighbour = Neighbour.permanent(
                    namespace.eth0, IpAddress.parse("192.168.2.1"), MacAddress.parse("02:00:00:00:00:01"));
            var setting = Namespace.inside(namespace.path(), (netlink, sysctls) -> {
                assertThat(requireNonNull(netlink.link("eth0")).index()).isEqualTo(namespace.eth0);
                assertThat(netlink.routes(Family.IPV4, namespace.eth0)).hasSize(1);
                netlink.apply(List.of(new Change.PutNeighbour(neighbour)));
                sysctls.write(SETTING, "0");
                return requireNonNull(sysctls.read(SETTING));
            });
            assertThat(setting).isEqualTo("0");
            assertThat(namespace.ip("neigh show nud permanent"))
                    .contains("192.168.2.1 dev eth0 lladdr 02:00:00:00:00:01");
        }
    }

    @Test
    void says_what_the_kernel_refused() {
        try (var namespace = new TestNamespace()) {
            assertThatThrownBy(() -> Namespace.<Integer>inside(namespace.path(), (netlink, _) -> {
                        netlink.apply(List.of(new Change.SetFlags(1, 1, 1), new Change.SetFlags(4711, 1, 1)));
                        return 0;
                    }))
                    .hasMessage("cannot set flags 0x1 of 0x1 on #4711: ENODEV, no such interface");
            assertThatThrownBy(() -> Namespace.<Integer>inside(namespace.path(), (_, sysctls) -> {
                        sysctls.write("net/ipv4/conf/nosuch/accept_redirects", "0");
                        return 0;
                    }))
                    .hasMessageEndingWith(": ENOENT, no such file or entry");
        }
        assertThatThrownBy(() -> Namespace.<Integer>inside(Path.of("/proc/self/ns/mnt"), (_, _) -> 0))
                .hasMessageContaining("EINVAL");
    }
}

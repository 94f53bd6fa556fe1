package dev.routefix.netlink.namespace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every question, asked of a real kernel, with iproute2 as the witness. */
final class RtnetlinkIT {

    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");

    private TestNamespace namespace;
    private Netlink netlink;

    @BeforeEach
    void makes_a_namespace_with_a_pods_interface() {
        namespace = TestNamespace.withEth0();
        netlink = namespace.open();
    }

    @AfterEach
    void removes_it() {
        netlink.close();
        namespace.close();
    }

    @Test
    void shows_interfaces_as_ip_link_does() {
        namespace.ip("link add br0 type bridge");
        namespace.ip("link set peer0 master br0");
        namespace.ip("link add mac0 link eth0 address 02:fc:00:00:00:01 mtu 1400 arp off type macvlan mode bridge");

        for (Map<String, Object> shown : namespace.json("link show")) {
            Link link = link(String.valueOf(shown.get("ifname")));

            assertThat(link.index()).isEqualTo(shown.get("ifindex"));
            assertThat(link.mtu()).isEqualTo(shown.get("mtu"));
            assertThat(String.valueOf(link.mac())).isEqualTo(shown.get("address"));
            var flags = String.valueOf(shown.get("flags"));
            assertThat(link.isUp()).isEqualTo(flags.matches(".*\\bUP\\b.*"));
            assertThat(link.hasCarrier()).isEqualTo(flags.contains("LOWER_UP"));
            assertThat(link.isNoArp()).isEqualTo(flags.contains("NOARP"));
            var info = (Map<?, ?>) shown.getOrDefault("linkinfo", Map.of());
            assertThat(link.kind()).isEqualTo(info.containsKey("info_kind") ? info.get("info_kind") : "");
        }
        assertThat(netlink.links())
                .extracting(Link::name)
                .containsExactlyInAnyOrder("lo", "eth0", "peer0", "br0", "mac0");
        assertThat(link("mac0").parent()).isEqualTo(namespace.eth0);
        assertThat(link("peer0").controller()).isEqualTo(link("br0").index());
    }

    @Test
    void finds_an_interface_by_its_alternative_names_too() {
        namespace.ip("link property add dev eth0 altname lan0 altname enp3s0f0np0with16");

        assertThat(link("lan0").index()).isEqualTo(namespace.eth0);
        assertThat(link("enp3s0f0np0with16").index()).isEqualTo(namespace.eth0);
    }

    @Test
    void finds_an_interface_by_its_index() {
        assertThat(netlink.link(namespace.eth0)).isEqualTo(link("eth0"));
    }

    @Test
    void finds_no_interface_where_there_is_none() {
        assertThat(netlink.link("nosuch0")).isNull();
        assertThat(netlink.link(4711)).isNull();
        assertThat(netlink.link(0)).isNull();
        assertThat(netlink.link("nosuchinterface0")).isNull();
        assertThat(netlink.link("")).isNull();
    }

    @Test
    void shows_the_addresses_of_one_interface() {
        namespace.ip("addr add 10.1.2.3/8 dev peer0");
        namespace.ip("addr add fd00::76/64 dev eth0 nodad");

        assertThat(netlink.addresses(Family.IPV4, namespace.eth0))
                .containsExactly(new LinkAddress(namespace.eth0, Prefix.parse("192.168.2.76/24"), Scope.UNIVERSE));
        assertThat(netlink.addresses(Family.IPV6, namespace.eth0))
                .contains(new LinkAddress(namespace.eth0, Prefix.parse("fd00::76/64"), Scope.UNIVERSE));
        assertThat(netlink.addresses(Family.IPV4, 1))
                .containsExactly(new LinkAddress(1, Prefix.parse("127.0.0.1/8"), Scope.HOST));
    }

    @Test
    void shows_an_interface_that_is_gone_with_nothing_on_it() {
        assertThat(netlink.addresses(Family.IPV4, 4711)).isEmpty();
        assertThat(netlink.routes(Family.IPV4, 4711)).isEmpty();
        assertThat(netlink.neighbours(Family.IPV4, 4711)).isEmpty();
        assertThat(netlink.neighbour(4711, GATEWAY)).isNull();
    }

    @Test
    void shows_the_main_tables_routes_through_one_interface_or_all() {
        namespace.ip("addr add 10.1.2.3/8 dev peer0");
        namespace.ip("route add default via 192.168.2.1 proto dhcp metric 100");
        namespace.ip("route add blackhole 172.16.0.0/12");
        namespace.ip("route add 172.32.0.0/12 via 192.168.2.1 table 300");

        Route connected = kernelRoute("192.168.2.0/24", "192.168.2.76");
        Route fallback = new Route(
                Prefix.defaultOf(Family.IPV4),
                IpAddress.parse("192.168.2.1"),
                namespace.eth0,
                null,
                Scope.UNIVERSE,
                16,
                100);
        assertThat(netlink.routes(Family.IPV4, namespace.eth0)).containsExactlyInAnyOrder(connected, fallback);
        assertThat(netlink.routes(Family.IPV4, 0))
                .extracting(route -> route.destination().toString())
                .containsExactlyInAnyOrder("default", "192.168.2.0/24", "10.0.0.0/8");
    }

    @Test
    void shows_no_routes_where_there_never_was_one() {
        try (var empty = new TestNamespace()) {
            assertThat(Namespace.<List<Route>>inside(empty.path(), (inside, _) -> inside.routes(Family.IPV4, 0)))
                    .isEmpty();
            assertThat(Namespace.<@Nullable Route>inside(
                            empty.path(), (inside, _) -> inside.route(Prefix.parse("10.0.0.1/32"))))
                    .isNull();
        }
    }

    @Test
    void finds_the_route_of_exactly_one_prefix() {
        namespace.ip("route add default via 192.168.2.1");
        namespace.ip("route add 192.168.2.90 dev eth0 src 192.168.2.76");
        namespace.ip("route add 192.168.2.0/28 dev eth0");

        assertThat(found("192.168.2.90/32"))
                .hasToString("192.168.2.90/32 dev #" + namespace.eth0 + " src 192.168.2.76");
        assertThat(found("192.168.2.91/32")).isNull();
        assertThat(found("192.168.2.0/24")).isEqualTo(kernelRoute("192.168.2.0/24", "192.168.2.76"));
        assertThat(found("192.168.2.0/28")).isNotNull();
        assertThat(found("192.168.2.0/25")).isNull();
        assertThat(found("0.0.0.0/0")).hasToString("default via 192.168.2.1 dev #" + namespace.eth0);
    }

    @Test
    void finds_the_route_with_the_lowest_metric() {
        namespace.ip("route add 10.0.0.1 via 192.168.2.1 metric 200");
        namespace.ip("route add 10.0.0.1 via 192.168.2.2 metric 100");
        namespace.ip("route add 10.0.0.0/8 via 192.168.2.1 metric 200");
        namespace.ip("route add 10.0.0.0/8 via 192.168.2.2 metric 100");

        assertThat(requireNonNull(found("10.0.0.1/32")).metric()).isEqualTo(100);
        assertThat(requireNonNull(found("10.0.0.0/8")).metric()).isEqualTo(100);
    }

    @Test
    void finds_an_address_own_route_although_the_address_is_the_machines() {
        assertThat(found("192.168.2.76/32")).isNull();

        namespace.ip("route add 192.168.2.76 dev eth0");

        assertThat(found("192.168.2.76/32")).isNotNull();
    }

    @Test
    void finds_a_route_of_the_main_table_past_a_policy_rule_that_leads_elsewhere() {
        namespace.ip("route add 10.0.0.1 via 192.168.2.1");
        namespace.ip("route add 10.0.0.0/8 via 192.168.2.2 table 300");
        namespace.ip("rule add to 10.0.0.0/8 lookup 300");
        namespace.ip("rule add to 172.16.0.0/12 prohibit");
        namespace.ip("route add 172.16.0.1 via 192.168.2.1");

        assertThat(found("10.0.0.1/32")).hasToString("10.0.0.1/32 via 192.168.2.1 dev #" + namespace.eth0);
        assertThat(found("10.0.0.2/32")).isNull();
        assertThat(found("172.16.0.1/32")).isNotNull();
    }

    @Test
    void finds_ipv6_routes_as_well() {
        namespace.ip("addr add fd00::76/64 dev eth0 nodad");
        namespace.ip("route add fd01::1/128 via fd00::1");

        assertThat(found("fd01::1/128")).hasToString("fd01::1/128 via fd00::1 dev #" + namespace.eth0 + " metric 1024");
        assertThat(found("fd01::2/128")).isNull();
        assertThat(found("fd00::/64")).isNotNull();
    }

    @Test
    void shows_neighbours_as_ip_neigh_does() {
        namespace.ip("neigh add 169.254.1.1 lladdr 02:fc:00:00:00:01 dev eth0 nud permanent");
        namespace.ip("neigh add 192.168.2.1 lladdr 02:fc:00:00:00:02 dev eth0 nud stale");
        namespace.ip("neigh add 192.168.2.1 lladdr 02:fc:00:00:00:03 dev peer0");
        var permanent = Neighbour.permanent(namespace.eth0, GATEWAY, MacAddress.parse("02:fc:00:00:00:01"));

        assertThat(netlink.neighbour(namespace.eth0, GATEWAY)).isEqualTo(permanent);
        assertThat(netlink.neighbour(namespace.eth0, IpAddress.parse("192.168.2.9")))
                .isNull();
        assertThat(netlink.neighbours(Family.IPV4, namespace.eth0))
                .hasSize(2)
                .contains(permanent)
                .anyMatch(neighbour -> neighbour.state() == 0x4 && neighbour.link() == namespace.eth0);
    }

    @Test
    void reads_a_table_of_5000_routes(@TempDir Path folder) throws IOException {
        var batch = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            batch.append("route add 10.%d.%d.0/24 via 192.168.2.1\n".formatted(i / 256, i % 256));
        }
        Path file = Files.writeString(folder.resolve("routes"), batch);
        TestNamespace.run("ip", "-n", namespace.name, "-batch", file.toString());

        assertThat(netlink.routes(Family.IPV4, 0)).hasSize(5001).doesNotHaveDuplicates();
        assertThat(netlink.routes(Family.IPV4, link("peer0").index())).isEmpty();
        assertThat(found("10.19.135.0/24")).isNotNull();
        assertThat(found("10.19.136.0/24")).isNull();
    }

    @Test
    void closes_once_and_answers_no_more() {
        netlink.close();
        netlink.close();

        assertThatThrownBy(netlink::links)
                .isInstanceOfSatisfying(
                        NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF.number))
                .hasMessageStartingWith("cannot list interfaces: EBADF, closed already");
    }

    private Link link(String name) {
        return requireNonNull(netlink.link(name), name);
    }

    private @Nullable Route found(String prefix) {
        return netlink.route(Prefix.parse(prefix));
    }

    private Route kernelRoute(String destination, String source) {
        return new Route(
                Prefix.parse(destination), null, namespace.eth0, IpAddress.parse(source), Scope.LINK, Route.KERNEL, 0);
    }
}

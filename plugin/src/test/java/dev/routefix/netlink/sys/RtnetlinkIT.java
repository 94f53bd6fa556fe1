package dev.routefix.netlink.sys;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every question and every change, on a real kernel, with iproute2 as the witness. */
final class RtnetlinkIT {

    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final MacAddress MAC = MacAddress.parse("02:fc:00:00:00:01");

    private TestNamespace namespace;
    private int eth0;

    @BeforeEach
    void makes_a_namespace_with_a_veth() {
        namespace = new TestNamespace();
        namespace.ip("link add eth0 address 02:00:00:00:00:76 type veth peer name peer0");
        namespace.ip("link set eth0 up");
        namespace.ip("link set peer0 up");
        namespace.ip("addr add 192.168.2.76/24 dev eth0");
        eth0 = link("eth0").index();
    }

    @AfterEach
    void removes_it() {
        namespace.close();
    }

    @Test
    void shows_an_interface_as_ip_link_does() {
        var shown = namespace.json("link show eth0").getFirst();

        var link = link("eth0");

        assertThat(link.index()).isEqualTo(shown.get("ifindex"));
        assertThat(link.mtu()).isEqualTo(shown.get("mtu"));
        assertThat(String.valueOf(link.mac())).isEqualTo(shown.get("address"));
        assertThat(link.kind()).isEqualTo("veth");
        assertThat(link.isUp()).isTrue();
        assertThat(link.hasCarrier()).isTrue();
        assertThat(link.isNoArp()).isFalse();
    }

    @Test
    void puts_a_pods_routes_and_neighbour_at_one_stroke() {
        namespace.ip("route add default via 192.168.2.1");

        apply(
                new Change.PutRoute(route("169.254.1.1/32", null, Scope.LINK)),
                new Change.PutRoute(route("0.0.0.0/0", GATEWAY, Scope.UNIVERSE)),
                new Change.PutNeighbour(Neighbour.permanent(eth0, GATEWAY, MAC)));

        assertThat(namespace.ip("route show default")).startsWith("default via 169.254.1.1 dev eth0 proto 96");
        assertThat(namespace.ip("route show 169.254.1.1")).contains("scope link");
        assertThat(namespace.ip("neigh show")).contains("169.254.1.1 dev eth0 lladdr 02:fc:00:00:00:01 PERMANENT");
    }

    @Test
    void says_in_the_kernels_own_words_why_a_route_was_refused() {
        var route = route("10.0.0.0/8", IpAddress.parse("172.16.0.1"), Scope.UNIVERSE);

        assertThatThrownBy(() -> apply(new Change.PutRoute(route)))
                .isInstanceOf(NetlinkException.class)
                .hasMessage("cannot add route 10.0.0.0/8 via 172.16.0.1 dev #" + eth0
                        + ": ENETUNREACH, gateway is not reachable (Nexthop has invalid gateway)");
    }

    private Link link(String name) {
        return Namespace.inside(namespace.path(), (netlink, _) -> requireNonNull(netlink.link(name), name));
    }

    private Route route(String destination, @Nullable IpAddress gateway, Scope scope) {
        return new Route(Prefix.parse(destination), gateway, eth0, null, scope, Route.OURS, 0);
    }

    private void apply(Change... changes) {
        Namespace.inside(namespace.path(), (netlink, _) -> {
            netlink.apply(List.of(changes));
            return changes.length;
        });
    }
}

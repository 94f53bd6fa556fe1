package dev.routefix.netlink.namespace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.CreateMacvlan;
import dev.routefix.netlink.Change.DeleteAddress;
import dev.routefix.netlink.Change.DeleteLink;
import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutAddress;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.Change.SeekNeighbour;
import dev.routefix.netlink.Change.SetFlags;
import dev.routefix.netlink.Change.SetMac;
import dev.routefix.netlink.Change.SetMtu;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every change, made by a real kernel, with iproute2 as the witness. */
final class ChangesIT {

    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final IpAddress POD = IpAddress.parse("192.168.2.76");
    private static final MacAddress MAC = MacAddress.parse("02:fc:00:00:00:01");

    private TestNamespace namespace;
    private Netlink netlink;
    private int eth0;

    @BeforeEach
    void makes_a_namespace_with_a_pods_interface() {
        namespace = TestNamespace.withEth0();
        netlink = namespace.open();
        eth0 = namespace.eth0;
    }

    @AfterEach
    void removes_it() {
        netlink.close();
        namespace.close();
    }

    @Test
    void puts_a_pods_routes_and_neighbour_at_one_stroke() {
        namespace.ip("route add default via 192.168.2.1");

        apply(
                new PutRoute(route("169.254.1.1/32", null, null, Scope.LINK, 0)),
                new PutRoute(route("0.0.0.0/0", GATEWAY, POD, Scope.UNIVERSE, 0)),
                new PutRoute(route("192.168.2.0/24", GATEWAY, POD, Scope.UNIVERSE, 0)),
                new PutNeighbour(Neighbour.permanent(eth0, GATEWAY, MAC)));

        assertThat(namespace.ip("route show").lines().map(String::strip))
                .containsExactly(
                        "default via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76",
                        "169.254.1.1 dev eth0 proto 96 scope link",
                        "192.168.2.0/24 via 169.254.1.1 dev eth0 proto 96 src 192.168.2.76");
        assertThat(namespace.ip("neigh show")).contains("169.254.1.1 dev eth0 lladdr 02:fc:00:00:00:01 PERMANENT");
    }

    @Test
    void puts_back_any_route_it_has_read() {
        namespace.ip("route add default via 192.168.2.1 proto dhcp src 192.168.2.76 metric 100");
        namespace.ip("route add 10.0.0.0/8 via inet6 fe80::1 dev eth0");
        namespace.ip("addr add fd00::76/64 dev eth0 nodad");
        namespace.ip("route add fd01::/64 via fd00::1");
        String before = namespace.ip("route show") + namespace.ip("-6 route show dev eth0 proto boot");
        var routes = new ArrayList<>(netlink.routes(Family.IPV4, eth0));
        routes.addAll(netlink.routes(Family.IPV6, eth0).stream()
                .filter(route -> route.protocol() == Route.BOOT)
                .toList());
        // a gateway has to be reachable before a route leads through it
        routes.sort(Comparator.comparing(route -> route.gateway() != null));
        assertThat(routes).hasSize(4);

        netlink.apply(routes.reversed().stream().<Change>map(DeleteRoute::new).toList());
        assertThat(namespace.ip("route show") + namespace.ip("-6 route show dev eth0 proto boot"))
                .isBlank();
        netlink.apply(routes.stream().<Change>map(PutRoute::new).toList());

        assertThat(namespace.ip("route show") + namespace.ip("-6 route show dev eth0 proto boot"))
                .isEqualTo(before);
    }

    @Test
    void puts_the_same_twice() {
        var changes = List.<Change>of(
                new PutRoute(route("10.0.0.0/8", null, POD, Scope.LINK, 0)),
                new PutNeighbour(Neighbour.permanent(eth0, GATEWAY, MAC)),
                new PutAddress(new LinkAddress(eth0, GATEWAY.host(), Scope.UNIVERSE)));
        netlink.apply(changes);
        String once = namespace.ip("route show") + namespace.ip("addr show eth0") + namespace.ip("neigh show");

        netlink.apply(changes);

        assertThat(namespace.ip("route show") + namespace.ip("addr show eth0") + namespace.ip("neigh show"))
                .isEqualTo(once);
    }

    @Test
    void replaces_a_learnt_neighbour_by_a_permanent_one() {
        namespace.ip("neigh add 169.254.1.1 lladdr 02:ff:00:00:00:01 dev eth0 nud stale");

        apply(new PutNeighbour(Neighbour.permanent(eth0, GATEWAY, MAC)));

        assertThat(namespace.ip("neigh show")).contains("169.254.1.1 dev eth0 lladdr 02:fc:00:00:00:01 PERMANENT");
    }

    @Test
    void deletes_exactly_the_one_route() {
        for (String other : List.of(
                "10.0.0.0/8 via 192.168.2.1 metric 100 proto 96",
                "10.0.0.0/8 via 192.168.2.2 metric 200 proto 96",
                "10.0.0.0/8 via 192.168.2.1 metric 300 proto static",
                "10.0.0.0/9 via 192.168.2.1 proto 96")) {
            namespace.ip("route add " + other);
        }
        String others = namespace.ip("route show");
        IpAddress router = IpAddress.parse("192.168.2.1");
        Route wanted = route("10.0.0.0/8", router, null, Scope.UNIVERSE, 0);

        apply(new PutRoute(wanted), new DeleteRoute(wanted));
        assertThat(namespace.ip("route show")).isEqualTo(others);

        // none of these is there, each has a neighbour the kernel would take for it
        apply(
                new DeleteRoute(wanted),
                new DeleteRoute(route("10.0.0.0/8", IpAddress.parse("192.168.2.2"), null, Scope.UNIVERSE, 100)),
                new DeleteRoute(route("10.0.0.0/8", router, null, Scope.UNIVERSE, 300)),
                new DeleteRoute(route("10.0.0.0/8", null, null, Scope.UNIVERSE, 100)),
                new DeleteRoute(route("10.0.0.0/8", router, null, Scope.LINK, 100)));
        assertThat(namespace.ip("route show")).isEqualTo(others);
    }

    @Test
    void takes_absence_for_done_when_it_deletes() {
        int gone = 4711;

        assertThatCode(() -> apply(
                        new DeleteRoute(route("10.0.0.0/8", null, null, Scope.LINK, 0)),
                        new DeleteRoute(
                                new Route(Prefix.parse("10.0.0.0/8"), null, gone, null, Scope.LINK, Route.OURS, 0)),
                        new DeleteNeighbour(Neighbour.permanent(eth0, GATEWAY, MAC)),
                        new DeleteNeighbour(Neighbour.permanent(gone, GATEWAY, MAC)),
                        new DeleteAddress(new LinkAddress(eth0, GATEWAY.host(), Scope.UNIVERSE)),
                        new DeleteAddress(new LinkAddress(gone, GATEWAY.host(), Scope.UNIVERSE)),
                        new DeleteLink(gone)))
                .doesNotThrowAnyException();
    }

    @Test
    void seeks_a_neighbour_that_is_not_known_by_the_kernels_own_ARP() {
        apply(new SeekNeighbour(eth0, GATEWAY));
        assertThat(namespace.ip("neigh show")).contains("169.254.1.1 dev eth0 INCOMPLETE");
    }

    @Test
    void deletes_neighbours_addresses_and_interfaces() {
        var neighbour = Neighbour.permanent(eth0, GATEWAY, MAC);
        var address = new LinkAddress(eth0, GATEWAY.host(), Scope.UNIVERSE);
        apply(new PutNeighbour(neighbour), new PutAddress(address));

        apply(new DeleteNeighbour(neighbour), new DeleteAddress(address));
        assertThat(namespace.ip("neigh show")).doesNotContain("169.254.1.1");
        assertThat(namespace.ip("addr show eth0")).doesNotContain("169.254.1.1");

        apply(new DeleteLink(eth0));
        assertThat(namespace.ip("link show")).doesNotContain("eth0");
    }

    @Test
    void makes_a_macvlan_that_neither_asks_nor_answers_arp() {
        apply(new CreateMacvlan("mac0", eth0, MAC, Link.NOARP, Link.NOARP));
        int mac0 = requireNonNull(netlink.link("mac0")).index();
        apply(
                new PutAddress(new LinkAddress(mac0, GATEWAY.host(), Scope.UNIVERSE)),
                new SetFlags(mac0, Link.UP, Link.UP));

        assertThat(namespace.ip("-d link show mac0"))
                .contains("mac0@eth0", "NOARP", "UP", "02:fc:00:00:00:01", "macvlan mode bridge");
        assertThat(namespace.ip("addr show mac0")).contains("inet 169.254.1.1/32 scope global mac0");
    }

    @Test
    void makes_a_macvlan_with_arp() {
        apply(new CreateMacvlan("mac0", eth0, MAC, 0, 0));

        assertThat(namespace.ip("-d link show mac0"))
                .contains("macvlan mode bridge")
                .doesNotContain("NOARP");
    }

    @Test
    void makes_a_macvlan_without_multicast() {
        apply(new CreateMacvlan("mac0", eth0, MAC, 0, Link.MULTICAST));

        assertThat(requireNonNull(netlink.link("mac0")).isMulticast()).isFalse();
        assertThat(namespace.ip("link show mac0")).contains("BROADCAST").doesNotContain("MULTICAST");
    }

    @Test
    void sets_an_mtu() {
        apply(new SetMtu(eth0, 9000));

        assertThat(namespace.ip("link show eth0")).contains("mtu 9000");
    }

    @Test
    void tells_the_mode_of_a_macvlan() {
        namespace.ip("link add priv0 link eth0 type macvlan mode private");
        apply(new CreateMacvlan("mac0", eth0, MAC, 0, 0));

        assertThat(requireNonNull(netlink.link("mac0")).macvlanMode()).isEqualTo(Link.BRIDGE);
        assertThat(requireNonNull(netlink.link("priv0")).macvlanMode()).isEqualTo(1);
        assertThat(requireNonNull(netlink.link(eth0)).macvlanMode()).isZero();
    }

    @Test
    void sets_some_flags_and_leaves_the_others() {
        apply(new SetFlags(eth0, Link.NOARP, Link.NOARP));
        assertThat(namespace.ip("link show eth0")).contains("NOARP", ",UP,LOWER_UP");

        apply(new SetFlags(eth0, 0, Link.UP));
        assertThat(namespace.ip("link show eth0")).contains("NOARP").doesNotContain("UP");
    }

    @Test
    void sets_a_hardware_address() {
        apply(new SetMac(eth0, MAC));

        assertThat(namespace.ip("link show eth0")).contains("02:fc:00:00:00:01");
    }

    @Test
    void says_in_the_kernels_own_words_why_a_route_was_refused() {
        Route route = route("10.0.0.0/8", IpAddress.parse("172.16.0.1"), null, Scope.UNIVERSE, 0);

        assertThatThrownBy(() -> apply(new PutRoute(route)))
                .isInstanceOfSatisfying(
                        NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENETUNREACH.number))
                .hasMessage("cannot add route 10.0.0.0/8 via 172.16.0.1 dev #" + eth0
                        + ": ENETUNREACH, gateway is not reachable (Nexthop has invalid gateway)");
    }

    @Test
    void refuses_what_is_there_already_or_cannot_be() {
        assertThatThrownBy(() -> apply(new CreateMacvlan("eth0", eth0, MAC, 0, 0)))
                .hasMessageContaining("create macvlan eth0")
                .hasMessageContaining("EEXIST");
        assertThatThrownBy(() -> apply(new CreateMacvlan("mac0", 4711, MAC, 0, 0)))
                .isInstanceOf(NetlinkException.class);
        assertThatThrownBy(() -> apply(new SetFlags(4711, Link.UP, Link.UP))).hasMessageContaining("ENODEV");
        assertThatThrownBy(() -> apply(new PutNeighbour(Neighbour.permanent(4711, GATEWAY, MAC))))
                .hasMessageContaining("ENODEV");
    }

    @Test
    void goes_on_after_a_refused_change_and_then_names_the_first() {
        IpAddress unreachable = IpAddress.parse("172.16.0.1");

        assertThatThrownBy(() -> apply(
                        new PutRoute(route("10.1.0.0/16", null, null, Scope.LINK, 0)),
                        new PutRoute(route("10.2.0.0/16", unreachable, null, Scope.UNIVERSE, 0)),
                        new PutRoute(route("10.3.0.0/16", unreachable, null, Scope.UNIVERSE, 0)),
                        new PutRoute(route("10.4.0.0/16", null, null, Scope.LINK, 0))))
                .hasMessageContaining("add route 10.2.0.0/16");
        assertThat(namespace.ip("route show"))
                .contains("10.1.0.0/16", "10.4.0.0/16")
                .doesNotContain("10.2.", "10.3.");
    }

    @Test
    void puts_and_deletes_300_routes_in_one_call() {
        var routes = new ArrayList<Route>();
        for (int i = 0; i < 300; i++) {
            routes.add(route("10.%d.%d.0/24".formatted(i / 256, i % 256), null, null, Scope.LINK, 0));
        }

        netlink.apply(routes.stream().<Change>map(PutRoute::new).toList());
        assertThat(namespace.ip("route show proto 96").lines()).hasSize(300);

        netlink.apply(routes.stream().<Change>map(DeleteRoute::new).toList());
        assertThat(namespace.ip("route show proto 96")).isBlank();
    }

    @Test
    void reads_the_answers_to_1000_refused_changes() {
        var changes = new ArrayList<Change>();
        IpAddress unreachable = IpAddress.parse("172.16.0.1");
        for (int i = 0; i < 1000; i++) {
            changes.add(new PutRoute(
                    route("10.%d.%d.0/24".formatted(i / 256, i % 256), unreachable, null, Scope.UNIVERSE, 0)));
        }

        assertThatThrownBy(() -> netlink.apply(changes)).hasMessageContaining("add route 10.0.0.0/24");
        assertThat(netlink.links()).isNotEmpty();
    }

    private Route route(
            String destination, @Nullable IpAddress gateway, @Nullable IpAddress source, Scope scope, int metric) {
        return new Route(Prefix.parse(destination), gateway, eth0, source, scope, Route.OURS, metric);
    }

    private void apply(Change... changes) {
        netlink.apply(List.of(changes));
    }
}

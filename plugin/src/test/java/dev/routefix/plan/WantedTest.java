package dev.routefix.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WantedTest {

    private static final int ETH0 = 2;
    private static final int NET1 = 3;
    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final MacAddress MAC0 = MacAddress.parse("02:00:00:00:00:aa");
    private static final Prefix POD = Prefix.parse("192.168.2.76/24");
    private static final Map<String, String> TAKES_REDIRECTS = Map.of("all", "1", "eth0", "1");

    private static final Route ROUTER_DEFAULT = route("0.0.0.0/0", "192.168.2.1", ETH0);
    private static final Route CONNECTED =
            new Route(POD.network(), null, ETH0, POD.address(), Scope.LINK, Route.KERNEL, 0);

    @Test
    void leads_everything_of_the_pod_through_the_gateway() {
        var wanted = wanted(List.of(ROUTER_DEFAULT, CONNECTED));
        assertThat(wanted.routes())
                .extracting(Route::toString)
                .containsExactly(
                        "169.254.1.1/32 dev #2",
                        "default via 169.254.1.1 dev #2 src 192.168.2.76",
                        "192.168.2.0/24 via 169.254.1.1 dev #2 src 192.168.2.76");
        assertThat(wanted.routes().getFirst().scope()).isEqualTo(Scope.LINK);
    }

    @Test
    void knows_the_gateways_hardware_address_for_good_and_takes_no_redirects() {
        var wanted = wanted(List.of(CONNECTED));
        assertThat(wanted.neighbours()).containsExactly(new Neighbour(ETH0, GATEWAY, MAC0, Neighbour.PERMANENT));
        assertThat(wanted.sysctls()).containsOnly(Map.entry("all", "0"), Map.entry("eth0", "0"));
    }

    @Test
    void leaves_the_routes_of_other_interfaces_alone_and_the_default_route_to_the_one_that_has_it() {
        var other = route("0.0.0.0/0", "10.0.0.1", NET1);
        var beside = new Route(Prefix.parse("10.0.0.0/8"), null, NET1, null, Scope.LINK, Route.KERNEL, 0);
        var wanted = wanted(List.of(other, beside, CONNECTED));
        assertThat(wanted.routes()).contains(other, beside);
        assertThat(wanted.routes().stream().filter(route -> route.destination().isDefault()))
                .containsExactly(other);
    }

    @Test
    void drops_what_DHCP_option_121_added_because_the_default_covers_it() {
        var option121 = route("172.16.0.0/12", "192.168.2.254", ETH0);
        var now = state(List.of(ROUTER_DEFAULT, CONNECTED, option121));
        assertThat(Difference.between(now, wanted(now)).deletes()).containsExactly(new Change.DeleteRoute(option121));
    }

    @Test
    void puts_the_link_route_before_the_routes_through_it_and_deletes_last() {
        var option121 = route("172.16.0.0/12", "192.168.2.254", ETH0);
        var now = state(List.of(option121, ROUTER_DEFAULT, CONNECTED));
        var changes = Difference.between(now, wanted(now)).changes();
        assertThat(changes.getFirst()).isInstanceOf(Change.PutNeighbour.class);
        assertThat(changes.get(1))
                .isEqualTo(new Change.PutRoute(wanted(now).routes().getFirst()));
        assertThat(changes.getLast()).isInstanceOf(Change.DeleteRoute.class);
    }

    @Test
    void wants_nothing_more_once_it_is_done() {
        var done = wanted(List.of(ROUTER_DEFAULT, CONNECTED));
        var again = Difference.between(done, wanted(done));
        assertThat(again.changes()).isEmpty();
        assertThat(again.sysctls()).isEmpty();
    }

    @Test
    void overlooks_what_later_plugins_added_when_it_checks() {
        var done = wanted(List.of(ROUTER_DEFAULT, CONNECTED));
        var routes = new ArrayList<>(done.routes());
        routes.add(route("172.16.0.0/12", "169.254.1.1", ETH0));
        var now = new StackState(routes, done.neighbours(), done.sysctls());
        assertThat(Difference.between(now, wanted(now)).nothingMissing()).isTrue();
    }

    @Test
    void notices_each_thing_that_is_missing() {
        var done = wanted(List.of(ROUTER_DEFAULT, CONNECTED));
        for (var route : done.routes()) {
            var routes = new ArrayList<>(done.routes());
            routes.remove(route);
            assertThat(missing(new StackState(routes, done.neighbours(), done.sysctls())))
                    .as("without %s", route)
                    .isTrue();
        }
        assertThat(missing(new StackState(done.routes(), List.of(), done.sysctls())))
                .isTrue();
        assertThat(missing(new StackState(done.routes(), done.neighbours(), Map.of("all", "0", "eth0", "1"))))
                .isTrue();
    }

    @Test
    void leads_back_to_exactly_what_was_there() {
        var before = state(List.of(ROUTER_DEFAULT, CONNECTED));
        var back = Difference.between(wanted(before), before);
        assertThat(back.changes())
                .containsExactly(
                        new Change.PutRoute(CONNECTED),
                        new Change.PutRoute(ROUTER_DEFAULT),
                        new Change.DeleteNeighbour(Neighbour.permanent(ETH0, GATEWAY, MAC0)),
                        new Change.DeleteRoute(wanted(before).routes().getFirst()));
        assertThat(back.sysctls()).isEqualTo(TAKES_REDIRECTS);
    }

    @Test
    void gives_the_node_a_way_to_the_pod_with_its_own_source_address() {
        var mac = MacAddress.parse("02:00:00:00:00:76");
        var node = Wanted.onNode(9, List.of(POD.address()), mac, IpAddress.parse("192.168.2.21"));
        assertThat(node.routes())
                .containsExactly(new Route(
                        POD.address().host(), null, 9, IpAddress.parse("192.168.2.21"), Scope.LINK, Route.OURS, 0));
        assertThat(node.neighbours()).containsExactly(Neighbour.permanent(9, POD.address(), mac));
    }

    @Test
    void shows_the_pod_the_nodes_address_in_its_own_network_else_the_first_that_reaches_further_than_the_link() {
        var linkLocal = new LinkAddress(3, Prefix.parse("169.254.7.7/16"), Scope.LINK);
        var other = new LinkAddress(3, Prefix.parse("10.0.0.21/8"), Scope.UNIVERSE);
        var lan = new LinkAddress(3, Prefix.parse("192.168.2.21/24"), Scope.UNIVERSE);
        assertThat(Wanted.nodeAddress(List.of(linkLocal, other, lan), POD.address()))
                .hasToString("192.168.2.21");
        assertThat(Wanted.nodeAddress(List.of(linkLocal, other), POD.address())).hasToString("10.0.0.21");
        assertThat(Wanted.nodeAddress(List.of(linkLocal), POD.address())).isNull();
    }

    @Test
    void plans_IPv6_with_the_same_code() {
        var pod = Prefix.parse("fd00::76/64");
        var wanted = Wanted.inPod(
                new StackState(List.of(), List.of(), Map.of()), ETH0, List.of(pod), IpAddress.parse("fe80::1"), MAC0);
        assertThat(wanted.routes())
                .extracting(Route::toString)
                .containsExactly(
                        "fe80::1/128 dev #2",
                        "default via fe80::1 dev #2 src fd00::76",
                        "fd00::/64 via fe80::1 dev #2 src fd00::76");
    }

    private static boolean missing(StackState now) {
        return !Difference.between(now, wanted(now)).nothingMissing();
    }

    private static StackState wanted(List<Route> routes) {
        return wanted(state(routes));
    }

    private static StackState wanted(StackState now) {
        return Wanted.inPod(now, ETH0, List.of(POD), GATEWAY, MAC0);
    }

    private static StackState state(List<Route> routes) {
        return new StackState(routes, List.of(), TAKES_REDIRECTS);
    }

    private static Route route(String destination, String gateway, int link) {
        return new Route(
                Prefix.parse(destination), IpAddress.parse(gateway), link, null, Scope.UNIVERSE, Route.BOOT, 0);
    }
}

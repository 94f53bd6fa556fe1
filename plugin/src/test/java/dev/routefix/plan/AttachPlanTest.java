package dev.routefix.plan;

import static dev.routefix.plan.Sample.CONNECTED;
import static dev.routefix.plan.Sample.ETH0;
import static dev.routefix.plan.Sample.GATEWAY;
import static dev.routefix.plan.Sample.MAC0;
import static dev.routefix.plan.Sample.NET1;
import static dev.routefix.plan.Sample.NODE;
import static dev.routefix.plan.Sample.PARENT;
import static dev.routefix.plan.Sample.POD;
import static dev.routefix.plan.Sample.POD_LINK;
import static dev.routefix.plan.Sample.POD_MAC;
import static dev.routefix.plan.Sample.ROUTER_DEFAULT;
import static dev.routefix.plan.Sample.TAKES_REDIRECTS;
import static dev.routefix.plan.Sample.asked;
import static dev.routefix.plan.Sample.macvlan;
import static dev.routefix.plan.Sample.node;
import static dev.routefix.plan.Sample.pod;
import static dev.routefix.plan.Sample.route;
import static dev.routefix.plan.Sample.unicast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachment.StaticRoute;
import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The plan of an attachment, from what pod and node have to what they should have. */
class AttachPlanTest {

    @Test
    void leads_everything_of_the_pod_through_the_gateway() {
        var after = plan(ROUTER_DEFAULT, CONNECTED).podAfter();
        assertThat(after.routes())
                .extracting(Route::toString)
                .containsExactly(
                        "169.254.1.1/32 dev #2",
                        "default via 169.254.1.1 dev #2 src 192.168.2.76",
                        "192.168.2.0/24 via 169.254.1.1 dev #2 src 192.168.2.76");
        assertThat(after.routes().getFirst().scope()).isEqualTo(Scope.LINK);
        assertThat(after.rules()).isEmpty();
    }

    @Test
    void knows_the_gateways_hardware_address_for_good_and_takes_no_redirects() {
        var after = plan(CONNECTED).podAfter();
        assertThat(after.neighbours()).containsExactly(new Neighbour(ETH0, GATEWAY, MAC0, Neighbour.PERMANENT));
        assertThat(after.sysctls()).containsOnly(Map.entry("all", "0"), Map.entry("eth0", "0"));
    }

    @Test
    void leaves_the_routes_of_other_interfaces_alone_and_the_default_route_to_the_one_that_has_it() {
        var other = route("0.0.0.0/0", "10.0.0.1", NET1);
        var beside = new Route(Prefix.parse("10.0.0.0/8"), null, NET1, null, Scope.LINK, Route.KERNEL, 0);
        var plan = plan(other, beside, CONNECTED);
        assertThat(plan.inPod().deletes()).isEmpty();
        assertThat(inMain(plan)).noneMatch(route -> route.destination().isDefault());
        assertThat(plan.podAfter().rules())
                .containsExactly(PolicyRule.ours(POD.address(), plan.record().table()));
        assertThat(inTable(plan, plan.record().table()))
                .extracting(Route::toString)
                .containsExactly(
                        "169.254.1.1/32 dev #2 table 960002",
                        "default via 169.254.1.1 dev #2 src 192.168.2.76 table 960002");
    }

    @Test
    void beside_somebody_elses_default_route_it_leads_to_the_network_what_the_pod_begins_and_not_others_answers() {
        var other = route("0.0.0.0/0", "10.0.0.1", NET1);
        var plan = plan(other);
        int table = plan.record().table();
        assertThat(inMain(plan)).extracting(Route::toString).containsExactly("169.254.1.1/32 dev #2");
        assertThat(plan.podAfter().rules())
                .containsExactly(PolicyRule.ours(POD.address(), table), PolicyRule.oursTowards(POD.network(), table));
        assertThat(inTable(plan, table))
                .extracting(Route::toString)
                .containsExactlyInAnyOrder(
                        "169.254.1.1/32 dev #2 table 960002",
                        "default via 169.254.1.1 dev #2 src 192.168.2.76 table 960002",
                        "192.168.2.0/24 via 169.254.1.1 dev #2 src 192.168.2.76 table 960002");
        var routes = new ArrayList<>(plan.podAfter().routes());
        routes.add(other);
        assertThat(again(plan, routes).inPod().changes()).isEmpty();
    }

    @Test
    void in_a_network_where_somebody_else_is_first_it_comes_behind() {
        var other = route("0.0.0.0/0", "192.168.2.1", NET1);
        var theirs = new Route(POD.network(), null, NET1, null, Scope.LINK, Route.KERNEL, 0);
        var plan = plan(other, theirs);
        assertThat(inMain(plan))
                .extracting(Route::toString)
                .contains("192.168.2.0/24 via 169.254.1.1 dev #2 src 192.168.2.76 metric 1");
        assertThat(plan.podAfter().rules())
                .containsExactly(PolicyRule.ours(POD.address(), plan.record().table()));
    }

    @Test
    void says_so_where_it_takes_a_default_route_away_because_the_pod_has_another() {
        var other = route("0.0.0.0/0", "10.0.0.1", NET1);
        assertThat(plan(other, ROUTER_DEFAULT, CONNECTED).notices())
                .singleElement()
                .asString()
                .contains("default via 192.168.2.1", "default via 10.0.0.1");
        assertThat(plan(ROUTER_DEFAULT, CONNECTED).notices()).isEmpty();
    }

    @Test
    void d6_keeps_what_DHCP_option_121_or_IPAM_added_through_the_gateway_and_remembers_where_it_led() {
        var option121 = route("172.16.0.0/12", "192.168.2.254", ETH0);
        var onLink = new Route(Prefix.parse("10.1.0.0/16"), null, ETH0, null, Scope.LINK, Route.BOOT, 50);
        var plan = plan(ROUTER_DEFAULT, CONNECTED, option121, onLink);
        assertThat(inMain(plan))
                .extracting(Route::toString)
                .contains(
                        "172.16.0.0/12 via 169.254.1.1 dev #2 src 192.168.2.76",
                        "10.1.0.0/16 via 169.254.1.1 dev #2 src 192.168.2.76 metric 50");
        assertThat(plan.inPod().deletes()).isEmpty();
        assertThat(plan.record().routes())
                .containsExactly(
                        new StaticRoute(option121.destination(), option121.gateway(), 0),
                        new StaticRoute(onLink.destination(), null, 50));
        assertThat(plan.ways().left())
                .extracting(left -> left.way().gateway())
                .containsExactly(IpAddress.parse("192.168.2.254"), null);
    }

    @Test
    void d6_makes_routes_that_IPAM_only_spoke_of_but_for_those_of_other_interfaces() {
        var asked = asked(
                new StaticRoute(Prefix.parse("10.8.0.0/24"), IpAddress.parse("192.168.2.5"), 0),
                new StaticRoute(Prefix.parse("10.9.0.0/24"), null, 0),
                new StaticRoute(Prefix.defaultOf(GATEWAY.family()), IpAddress.parse("192.168.2.1"), 0));
        var elsewhere = route("10.9.0.0/24", "10.0.0.1", NET1);
        var plan = AttachPlan.of(asked, pod(POD_LINK, CONNECTED, elsewhere), node());
        assertThat(inMain(plan))
                .hasSize(4)
                .extracting(Route::toString)
                .contains("10.8.0.0/24 via 169.254.1.1 dev #2 src 192.168.2.76");
        assertThat(plan.record().routes()).hasSize(1);
    }

    @Test
    void leaves_routes_to_groups_on_the_link() {
        var groups = new Route(Prefix.parse("224.0.0.0/4"), null, ETH0, null, Scope.LINK, Route.BOOT, 0);
        assertThat(inMain(plan(ROUTER_DEFAULT, CONNECTED, groups))).contains(groups);
    }

    @Test
    void puts_the_link_route_before_the_routes_through_it() {
        var plan = plan(ROUTER_DEFAULT, CONNECTED);
        var changes = plan.inPod().changes();
        assertThat(changes.getFirst()).isInstanceOf(Change.PutNeighbour.class);
        assertThat(changes.get(1))
                .isEqualTo(new Change.AddRoute(plan.podAfter().routes().getFirst()));
        assertThat(changes).hasSize(4);
    }

    @Test
    void wants_nothing_more_once_it_is_done() {
        var done = plan(ROUTER_DEFAULT, CONNECTED);
        var again = again(done, done.podAfter().routes());
        assertThat(again.inPod().changes()).isEmpty();
        assertThat(again.inPod().sysctls()).isEmpty();
        assertThat(again.record()).isEqualTo(done.record());
    }

    @Test
    void leaves_what_later_plugins_added_alone_when_it_checks_or_repairs() {
        var done = plan(ROUTER_DEFAULT, CONNECTED);
        var routes = new ArrayList<>(done.podAfter().routes());
        routes.add(route("172.16.0.0/12", "169.254.1.1", ETH0));
        routes.add(route("172.17.0.0/16", "192.168.2.5", ETH0));
        routes.add(route("10.0.0.0/8", "10.1.1.1", NET1));
        var again = again(done, routes);
        assertThat(again.inPod().nothingMissing()).isTrue();
        assertThat(again.inPod().repairs()).isEmpty();
        assertThat(again.record()).isEqualTo(done.record());
    }

    @Test
    void notices_each_thing_that_is_missing() {
        var done = plan(ROUTER_DEFAULT, CONNECTED, route("10.8.0.0/24", "192.168.2.5", ETH0));
        for (var route : done.podAfter().routes()) {
            var routes = new ArrayList<>(done.podAfter().routes());
            routes.remove(route);
            assertThat(again(done, routes).inPod().nothingMissing())
                    .as("without %s", route)
                    .isFalse();
        }
        var after = done.podAfter();
        assertThat(missing(done, List.of(), after.sysctls())).isTrue();
        assertThat(missing(done, after.neighbours(), Map.of("all", "0", "eth0", "1")))
                .isTrue();
        assertThat(missing(done, after.neighbours(), after.sysctls())).isFalse();
    }

    private static boolean missing(AttachPlan done, List<Neighbour> neighbours, Map<String, String> sysctls) {
        var now = new PodSide(POD_LINK, PARENT, done.podAfter().routes(), List.of(), List.of(), neighbours, sysctls);
        return !AttachPlan.again(done.record(), now, node()).inPod().nothingMissing();
    }

    @Test
    void leads_back_to_exactly_what_was_there() {
        var plan = plan(ROUTER_DEFAULT, CONNECTED);
        assertThat(plan.undoInPod().changes())
                .containsExactly(
                        new Change.PutRoute(CONNECTED),
                        new Change.PutRoute(ROUTER_DEFAULT),
                        new Change.DeleteNeighbour(Neighbour.permanent(ETH0, GATEWAY, MAC0)),
                        new Change.DeleteRoute(plan.podAfter().routes().getFirst()));
        assertThat(plan.undoInPod().sysctls()).isEqualTo(TAKES_REDIRECTS);
    }

    @Test
    void d5_a_second_interface_comes_behind_the_first_and_answers_by_a_table_of_its_own() {
        var first = plan(ROUTER_DEFAULT, CONNECTED).podAfter().routes();
        var second = second(first);
        assertThat(second.inPod().changes())
                .extracting(Object::toString)
                .containsExactly(
                        "set neighbour 169.254.1.1 dev #3 lladdr 02:00:00:00:00:aa permanent",
                        "add route 169.254.1.1/32 dev #3 metric 1",
                        "add route 169.254.1.1/32 dev #3 table 960003",
                        "add route default via 169.254.1.1 dev #3 src 192.168.2.77 metric 1",
                        "add route 192.168.2.0/24 via 169.254.1.1 dev #3 src 192.168.2.77 metric 1",
                        "add route default via 169.254.1.1 dev #3 src 192.168.2.77 table 960003",
                        "add rule from 192.168.2.77 lookup 960003",
                        "delete route default via 192.168.2.1 dev #3",
                        "delete route 192.168.2.0/24 dev #3 src 192.168.2.77");
        assertThat(second.inPod().puts()).noneMatch(Change.PutRoute.class::isInstance);
        assertThat(second.undoInPod().puts()).noneMatch(Change.PutRoute.class::isInstance);
        assertThat(second.undoInPod().deletes())
                .contains(new Change.DeletePolicyRule(PolicyRule.ours(IpAddress.parse("192.168.2.77"), 960003)));
    }

    @Test
    void d5_the_first_interface_stays_what_it_is_when_a_second_has_come() {
        var done = plan(ROUTER_DEFAULT, CONNECTED);
        var routes = new ArrayList<>(done.podAfter().routes());
        routes.addAll(inMain(second(done.podAfter().routes())));
        var again = again(done, routes);
        assertThat(again.inPod().changes()).isEmpty();
        assertThat(again.record().table()).isZero();
    }

    /** The plan for net1 with .77, beside what eth0 has, and after macvlan has put its own routes in front. */
    private static AttachPlan second(List<Route> first) {
        var routes = new ArrayList<Route>();
        routes.add(route("0.0.0.0/0", "192.168.2.1", NET1));
        routes.addAll(first);
        routes.add(new Route(POD.network(), null, NET1, IpAddress.parse("192.168.2.77"), Scope.LINK, Route.KERNEL, 0));
        var asked = new Attachment(
                new AttachmentId("c1", "net1"),
                "lan",
                "/run/netns/p",
                null,
                "",
                "mac0",
                new Attachment.Gateway(GATEWAY, MAC0),
                List.of(Prefix.parse("192.168.2.77/24")),
                null,
                List.of(),
                0);
        var link = macvlan(NET1, "net1", POD_MAC, 0, Link.BRIDGE);
        return AttachPlan.of(asked, pod(link, routes.toArray(Route[]::new)), node());
    }

    @Test
    void gives_the_node_a_way_to_the_pod_with_its_own_source_address() {
        var plan = plan(CONNECTED);
        assertThat(plan.nodeAfter().routes())
                .containsExactly(new Route(POD.address().host(), null, 9, NODE, Scope.LINK, Route.OURS, 0));
        assertThat(plan.nodeAfter().neighbours()).containsExactly(Neighbour.permanent(9, POD.address(), POD_MAC));
        assertThat(plan.record().mac()).isEqualTo(POD_MAC);
    }

    @Test
    void shows_the_pod_the_nodes_address_in_its_own_network_else_the_first_that_reaches_further_than_the_link() {
        var linkLocal = new LinkAddress(3, Prefix.parse("169.254.7.7/16"), Scope.LINK);
        var other = new LinkAddress(3, Prefix.parse("10.0.0.21/8"), Scope.UNIVERSE);
        var lan = new LinkAddress(3, Prefix.parse("192.168.2.21/24"), Scope.UNIVERSE);
        assertThat(NodeSide.addressFor(POD.address(), List.of(linkLocal, other, lan)))
                .hasToString("192.168.2.21");
        assertThat(NodeSide.addressFor(POD.address(), List.of(linkLocal, other)))
                .hasToString("10.0.0.21");
        assertThat(NodeSide.addressFor(POD.address(), List.of(linkLocal))).isNull();
    }

    @Test
    void plans_IPv6_with_the_same_code() {
        var asked = asked(Prefix.parse("fd00::76/64"), IpAddress.parse("fe80::1"));
        var plan = AttachPlan.of(asked, pod(POD_LINK), node(IpAddress.parse("fd00::21"), unicast("fd00::/64", 5)));
        assertThat(plan.podAfter().routes())
                .extracting(Route::toString)
                .containsExactly(
                        "fe80::1/128 dev #2",
                        "default via fe80::1 dev #2 src fd00::76",
                        "fd00::/64 via fe80::1 dev #2 src fd00::76");
        assertThat(plan.refusals()).isEmpty();
    }

    @Test
    void asks_of_a_packet_to_the_router_the_node_and_far_away_and_of_what_comes_back() {
        var ways = plan(ROUTER_DEFAULT, CONNECTED).ways();
        assertThat(ways.inPod())
                .extracting(way -> way.question().destination().toString())
                .containsExactly("192.168.2.1", "192.168.2.21", "192.0.2.1");
        assertThat(ways.onNode())
                .extracting(Way::kind)
                .containsExactly(
                        Way.Kind.FROM_NODE_TO_POD,
                        Way.Kind.FROM_POD_TO_NODE,
                        Way.Kind.FROM_POD_TO_LAN,
                        Way.Kind.FROM_LAN_TO_POD);
    }

    private static List<Route> inMain(AttachPlan plan) {
        return inTable(plan, Route.MAIN);
    }

    private static List<Route> inTable(AttachPlan plan, int table) {
        return plan.podAfter().routes().stream()
                .filter(route -> route.table() == table)
                .toList();
    }

    private static AttachPlan plan(Route... routes) {
        return AttachPlan.of(asked(), pod(POD_LINK, routes), node());
    }

    /** The plan of one who finds these routes after all was made as planned. */
    private static AttachPlan again(AttachPlan done, List<Route> routes) {
        var after = done.podAfter();
        var now = new PodSide(POD_LINK, PARENT, routes, after.rules(), List.of(), after.neighbours(), after.sysctls());
        return AttachPlan.again(done.record(), now, node());
    }
}

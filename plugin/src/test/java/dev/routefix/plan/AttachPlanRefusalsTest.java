package dev.routefix.plan;

import static dev.routefix.plan.Sample.CONNECTED;
import static dev.routefix.plan.Sample.ETH0;
import static dev.routefix.plan.Sample.GATEWAY;
import static dev.routefix.plan.Sample.HOST;
import static dev.routefix.plan.Sample.NODE;
import static dev.routefix.plan.Sample.PARENT;
import static dev.routefix.plan.Sample.POD;
import static dev.routefix.plan.Sample.POD_LINK;
import static dev.routefix.plan.Sample.POD_MAC;
import static dev.routefix.plan.Sample.ROUTER_DEFAULT;
import static dev.routefix.plan.Sample.asked;
import static dev.routefix.plan.Sample.macvlan;
import static dev.routefix.plan.Sample.node;
import static dev.routefix.plan.Sample.pod;
import static dev.routefix.plan.Sample.route;
import static dev.routefix.plan.Sample.unicast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What would leave the pod cut off or hurt the node is refused before anything is changed. */
class AttachPlanRefusalsTest {

    @Test
    void d1_refuses_what_is_no_macvlan_in_bridge_mode_on_the_same_parent_and_names_it() {
        var veth = new Link(ETH0, "eth0", 7, 0, Link.UP, 1500, POD_MAC, "veth", 0, 0);
        var hardware = new Link(ETH0, "eth0", 0, 0, Link.UP, 1500, POD_MAC, "");
        assertThat(refusal(veth, PARENT)).contains("eth0 is of kind veth", "macvlan");
        assertThat(refusal(hardware, PARENT)).contains("eth0 is hardware");
        var ipvlan = new Link(ETH0, "eth0", 5, 0, Link.UP, 1500, POD_MAC, "ipvlan", 0, 0);
        assertThat(refusal(ipvlan, PARENT)).contains("eth0 is of kind ipvlan");
        assertThat(refusal(macvlan(ETH0, "eth0", POD_MAC, 0, 1), PARENT)).contains("mode private", "\"bridge\"");
        assertThat(refusal(macvlan(ETH0, "eth0", POD_MAC, 0, 2), PARENT)).contains("mode vepa");
        assertThat(refusal(macvlan(ETH0, "eth0", POD_MAC, 0, 8), PARENT)).contains("mode passthru");
        var other = new Link(6, "eth1", 0, 0, Link.UP, 1500, null, "");
        assertThat(refusal(POD_LINK, other)).contains("sits on eth1", "mac0 on eth0");
        assertThat(refusal(POD_LINK, null)).contains("another namespace", "mac0 on eth0");
    }

    private static String refusal(Link link, @Nullable Link parent) {
        var pod = new PodSide(link, parent, List.of(CONNECTED), List.of(), List.of(), List.of(), Map.of());
        var refusals = AttachPlan.of(asked(), pod, node()).refusals();
        assertThat(refusals).hasSize(1);
        return refusals.getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.2.1/24, router",
        "169.254.1.1/16, gateway",
        "192.168.2.255/24, broadcast",
        "192.168.2.0/24, network 192.168.2.0/24 itself",
        "0.0.0.0/8, no host",
        "127.0.0.5/8, no host",
        "224.0.0.251/4, no host",
        "255.255.255.255/32, no host"
    })
    void d2_refuses_an_address_that_is_no_pods(String address, String why) {
        var plan = AttachPlan.of(asked(Prefix.parse(address), GATEWAY), pod(POD_LINK), node());
        assertThat(plan.refusals()).singleElement().asString().contains(why, "IPAM");
    }

    @ParameterizedTest
    @CsvSource({"192.168.2.0/31", "192.168.2.1/32", "192.168.3.0/23", "192.168.2.255/23", "10.255.255.254/8"})
    void takes_the_first_and_the_last_address_of_a_network_only_where_they_are_the_networks(String address) {
        var router = new RouteAnswer(0, RouteAnswer.UNICAST, route("0.0.0.0/0", "192.168.1.1", 5));
        var node = new NodeSide(HOST, PARENT, NODE, List.of(unicast("0.0.0.0/0", 5)), router, List.of());
        assertThat(AttachPlan.of(asked(Prefix.parse(address), GATEWAY), pod(POD_LINK), node)
                        .refusals())
                .isEmpty();
    }

    @Test
    void d2_refuses_what_the_node_calls_its_own_or_leads_elsewhere() {
        var own = new RouteAnswer(
                0, RouteAnswer.LOCAL, new Route(POD.address().host(), null, 5, null, Scope.HOST, Route.KERNEL, 0, 255));
        var broadcast = new RouteAnswer(
                0,
                RouteAnswer.BROADCAST,
                new Route(POD.address().host(), null, 5, null, Scope.LINK, Route.KERNEL, 0, 255));
        assertThat(AttachPlan.of(asked(), pod(POD_LINK), node(NODE, own)).refusals())
                .singleElement()
                .asString()
                .contains("192.168.2.76 is the node's own");
        assertThat(AttachPlan.of(asked(), pod(POD_LINK), node(NODE, broadcast)).refusals())
                .singleElement()
                .asString()
                .contains("broadcast");
        assertThat(AttachPlan.of(asked(), pod(POD_LINK), node(NODE, unicast("192.168.2.76/32", 8)))
                        .refusals())
                .singleElement()
                .asString()
                .contains("somebody else's");
        assertThat(AttachPlan.of(asked(), pod(POD_LINK), node(NODE, unicast("192.168.2.76/32", 9)))
                        .refusals())
                .isEmpty();
    }

    @Test
    void d3_refuses_a_rule_that_leads_answers_past_the_node_and_names_it() {
        var rule = new PolicyRule(
                POD.family(),
                32765,
                PolicyRule.TO_TABLE,
                100,
                0,
                false,
                PolicyRule.Selector.from(POD.address().host()));
        var question = RouteQuestion.sent(POD.address(), Places.farAway(POD.family()));
        var astray = new Route(
                Prefix.parse("0.0.0.0/0"), IpAddress.parse("192.168.2.1"), ETH0, null, Scope.UNIVERSE, 0, 0, 100);
        var right = new Route(Prefix.parse("0.0.0.0/0"), GATEWAY, ETH0, null, Scope.UNIVERSE, 0, 0, 100);
        assertThat(refusals(new Detour(rule, question, new RouteAnswer(0, RouteAnswer.UNICAST, astray))))
                .singleElement()
                .asString()
                .contains("rule 32765: \"from 192.168.2.76 lookup 100\"", "via 192.168.2.1", "sbr");
        assertThat(refusals(new Detour(rule, question, new RouteAnswer(0, RouteAnswer.UNICAST, right))))
                .isEmpty();
        assertThat(refusals(new Detour(rule, question, new RouteAnswer(0, RouteAnswer.UNICAST, ROUTER_DEFAULT))))
                .as("the main table's own is replaced")
                .isEmpty();
    }

    private static List<String> refusals(Detour detour) {
        var pod = new PodSide(
                POD_LINK, PARENT, List.of(CONNECTED), List.of(detour.rule()), List.of(detour), List.of(), Map.of());
        return AttachPlan.of(asked(), pod, node()).refusals();
    }
}

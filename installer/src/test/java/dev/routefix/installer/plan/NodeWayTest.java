package dev.routefix.installer.plan;

import static dev.routefix.installer.plan.Sample.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeWayTest {

    private static final IpAddress NODE = IpAddress.parse("192.168.2.21");
    private static final IpAddress ROUTER = IpAddress.parse("192.168.2.1");
    private static final IpAddress POD = IpAddress.parse("192.168.2.76");
    private static final PolicyRule ELSEWHERE = new PolicyRule(
            Family.IPV4, 32765, PolicyRule.TO_TABLE, 100, 0, false, PolicyRule.Selector.from(NODE.host()));

    @Test
    void an_attached_pods_packets_are_asked_about() {
        assertThat(ways(7, POD))
                .extracting(NodeWay::question)
                .containsExactly(
                        RouteQuestion.sent(NODE, POD),
                        RouteQuestion.arriving(2, ROUTER, POD),
                        RouteQuestion.arriving(7, POD, ROUTER));
    }

    @Test
    void where_no_pod_is_attached_it_is_one_that_may_come() {
        assertThat(ways(0))
                .extracting(NodeWay::question)
                .containsExactly(
                        RouteQuestion.sent(NODE, IpAddress.parse("192.168.2.254")),
                        RouteQuestion.arriving(2, ROUTER, IpAddress.parse("192.168.2.254")));
    }

    @Test
    void many_pods_are_not_asked_about_and_no_LAN_gives_no_question() {
        assertThat(ways(7, POD, POD, POD, POD, POD)).hasSize(9);
        assertThat(NodeWay.of(List.of(address(2, "10.0.0.1/32")), 2, 7, "mac0", List.of()))
                .isEmpty();
        assertThat(NodeWay.of(List.of(), 2, 7, "mac0", List.of())).isEmpty();
    }

    @Test
    void the_stand_ins_are_never_the_node_itself() {
        assertThat(NodeWay.of(List.of(address(2, "192.168.2.1/24")), 2, 0, "mac0", List.of())
                        .get(1)
                        .question())
                .isEqualTo(RouteQuestion.arriving(2, IpAddress.parse("192.168.2.2"), IpAddress.parse("192.168.2.254")));
        assertThat(NodeWay.of(List.of(address(2, "192.168.2.254/24")), 2, 0, "mac0", List.of())
                        .get(1)
                        .question())
                .isEqualTo(RouteQuestion.arriving(2, ROUTER, IpAddress.parse("192.168.2.253")));
    }

    @Test
    void a_rule_that_leads_to_another_table_is_named_with_one_to_put_before_it() {
        var way = ways(7, POD).getFirst();

        assertThat(way.finding(answer(2, 100), List.of(ELSEWHERE)))
                .isEqualTo(Finding.blocking(
                        NodeWay.ROUTING,
                        "it does not arrive",
                        "the policy rule 32765: \"from 192.168.2.21 lookup 100\" leads what the node sends to pods elsewhere",
                        "put another before it: ip rule add priority 32764 to 192.168.2.0/24 lookup main"));
        assertThat(ways(7, POD).getLast().finding(answer(9, 100), List.of(ELSEWHERE)))
                .extracting(Finding::text)
                .asString()
                .endsWith("ip rule add priority 32764 iif mac0 to 192.168.2.0/24 lookup main");
    }

    @Test
    void another_table_that_leads_the_same_way_and_the_main_one_are_no_finding() {
        var way = ways(7, POD).getFirst();

        assertThat(way.finding(answer(7, 100), List.of(ELSEWHERE))).isNull();
        // that a pod's route is missing is for another to repair
        assertThat(way.finding(answer(2, Route.MAIN), List.of(ELSEWHERE))).isNull();
    }

    @Test
    void a_rule_that_refuses_is_named_and_a_strict_reverse_path_filter_is_not() {
        var refuses = new PolicyRule(Family.IPV4, 50, 8, 0, 0, false, PolicyRule.Selector.ALL);
        var way = ways(7, POD).getLast();

        assertThat(way.finding(RouteAnswer.refused(Errno.EACCES.number), List.of(refuses)))
                .isNotNull();
        assertThat(way.finding(RouteAnswer.refused(18), List.of(refuses))).isNull();
        assertThat(way.finding(RouteAnswer.refused(Errno.EINVAL.number), List.of(ELSEWHERE)))
                .isNull();
    }

    private static List<NodeWay> ways(int host, IpAddress... pods) {
        return NodeWay.of(List.of(address(2, "192.168.2.21/24")), 2, host, "mac0", List.of(pods));
    }

    private static RouteAnswer answer(int link, int table) {
        var route = new Route(Prefix.parse("192.168.2.0/24"), null, link, null, Scope.LINK, Route.KERNEL, 0, table);
        return new RouteAnswer(0, RouteAnswer.UNICAST, route);
    }
}

package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.AddRoute;
import dev.routefix.netlink.Change.DeletePolicyRule;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutPolicyRule;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import dev.routefix.netlink.sys.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules, tables and the way of a packet, as a real kernel tells of them; and how namespaces are told apart. */
final class WaysIT {

    private static final int TABLE = 960_007;
    private static final IpAddress OWN = IpAddress.parse("192.168.2.76");
    private static final IpAddress ROUTER = IpAddress.parse("192.168.2.1");
    private static final IpAddress FAR = IpAddress.parse("192.0.2.1");
    private static final PolicyRule RULE = PolicyRule.ours(OWN, TABLE);

    private TestNamespace namespace;
    private Netlink netlink;

    @BeforeEach
    void makes_a_namespace() {
        namespace = TestNamespace.withEth0();
        netlink = namespace.open();
    }

    @AfterEach
    void removes_it() {
        netlink.close();
        namespace.close();
    }

    @Test
    void a_namespace_begins_with_rules_that_lead_nobody_astray() {
        assertThat(netlink.rules(Family.IPV4)).hasSize(3).allMatch(PolicyRule::isOfEveryNamespace);
        assertThat(netlink.rules(Family.IPV6)).hasSize(2).allMatch(PolicyRule::isOfEveryNamespace);
    }

    @Test
    void makes_a_rule_and_its_table_and_takes_them_away() {
        netlink.apply(List.of(new AddRoute(defaultIn(TABLE)), new PutPolicyRule(RULE), new PutPolicyRule(RULE)));

        assertThat(netlink.rules(Family.IPV4)).hasSize(4).contains(RULE);
        assertThat(namespace.ip("rule")).contains("32765:", "from 192.168.2.76 lookup 960007 proto 96");
        assertThat(netlink.routes(Family.IPV4, namespace.eth0, TABLE)).containsExactly(defaultIn(TABLE));
        assertThat(netlink.routes(Family.IPV4, namespace.eth0)).doesNotContain(defaultIn(TABLE));

        var away = List.of(new DeletePolicyRule(RULE), new DeleteRoute(defaultIn(TABLE)));
        netlink.apply(new ArrayList<>(away));
        netlink.apply(new ArrayList<>(away));

        assertThat(netlink.rules(Family.IPV4)).hasSize(3);
        assertThat(netlink.routes(Family.IPV4, namespace.eth0, TABLE)).isEmpty();
    }

    @Test
    void what_comes_in_by_an_interface_leaves_by_a_default_route_of_its_own_and_else_as_everything_does() {
        namespace.ip("route add default via 192.168.2.9");
        var rules = PolicyRule.oursBy("eth0", TABLE);
        var changes = new ArrayList<Change>(List.of(new AddRoute(defaultIn(TABLE))));
        rules.forEach(rule -> changes.add(new PutPolicyRule(rule)));
        netlink.apply(changes);

        assertThat(netlink.rules(Family.IPV4)).hasSize(5).containsAll(rules);
        assertThat(namespace.ip("rule"))
                .contains("from all iif eth0 lookup main suppress_prefixlength 0 proto 96")
                .contains("from all iif eth0 lookup 960007 proto 96");

        netlink.apply(rules.stream()
                .map(DeletePolicyRule::new)
                .<Change>map(rule -> rule)
                .toList());
        assertThat(netlink.rules(Family.IPV4)).hasSize(3);
    }

    @Test
    void a_route_that_is_added_stands_behind_the_one_that_is_there() {
        namespace.ip("route add default via 192.168.2.1");
        var second = new Route(
                Prefix.defaultOf(Family.IPV4),
                IpAddress.parse("192.168.2.2"),
                namespace.eth0,
                null,
                Scope.UNIVERSE,
                Route.OURS,
                0);

        netlink.apply(List.of(new AddRoute(second), new AddRoute(second)));

        assertThat(netlink.routes(Family.IPV4, namespace.eth0))
                .filteredOn(route -> route.destination().isDefault())
                .extracting(Route::gateway)
                .containsExactly(ROUTER, IpAddress.parse("192.168.2.2"));
    }

    @Test
    void says_which_entry_of_which_table_a_packet_meets_rules_included() {
        namespace.ip("route add default via 192.168.2.1");
        namespace.ip("route add default via 192.168.2.9 table 100");
        namespace.ip("rule add from 192.168.2.76 fwmark 7 lookup 100");
        var marked = new RouteQuestion.Traits(0, 7, 0, 0, 0, 0, 0);

        var answers = netlink.ask(List.of(
                RouteQuestion.sent(OWN, FAR),
                new RouteQuestion(FAR, OWN, 0, marked),
                RouteQuestion.sent(null, OWN),
                RouteQuestion.sent(null, IpAddress.parse("192.168.2.255"))));

        assertThat(answers.get(0).leaves(namespace.eth0, ROUTER)).isTrue();
        assertThat(answers.get(0).table()).isEqualTo(Route.MAIN);
        assertThat(answers.get(1).leaves(namespace.eth0, IpAddress.parse("192.168.2.9")))
                .isTrue();
        assertThat(answers.get(1).table()).isEqualTo(100);
        assertThat(answers.get(2).isLocal()).isTrue();
        assertThat(answers.get(3).type()).isEqualTo(RouteAnswer.BROADCAST);
    }

    @Test
    void says_why_a_packet_is_not_let_through_and_goes_on_with_the_next_question() {
        namespace.ip("route add default via 192.168.2.1");
        namespace.sysctl("net.ipv4.conf.eth0.forwarding", "0");

        var answers = netlink.ask(List.of(
                RouteQuestion.arriving(namespace.eth0, IpAddress.parse("192.168.2.50"), FAR),
                RouteQuestion.sent(OWN, FAR)));

        assertThat(answers.get(0).errno()).isEqualTo(Errno.EHOSTUNREACH.number);
        assertThat(answers.get(0).route()).isNull();
        assertThat(answers.get(1).leaves(namespace.eth0)).isTrue();
    }

    @Test
    void asks_more_questions_than_fit_one_send() {
        var questions = new ArrayList<RouteQuestion>();
        for (int i = 0; i < 40; i++) {
            questions.add(RouteQuestion.sent(null, i % 2 == 0 ? OWN : ROUTER));
        }
        assertThat(netlink.ask(questions))
                .extracting(RouteAnswer::isLocal)
                .containsExactlyElementsOf(questions.stream()
                        .map(each -> each.destination().equals(OWN))
                        .toList());
    }

    @Test
    void knows_another_namespace_by_the_number_that_its_interfaces_parents_carry() {
        try (var other = new TestNamespace();
                var inOther = other.open()) {
            assertThat(inOther.numberOf(netlink)).isEqualTo(Link.HERE);
            namespace.ip("link add mv0 link eth0 type macvlan mode bridge");
            namespace.ip("link set mv0 netns " + other.name);

            var link = Objects.requireNonNull(inOther.link("mv0"));

            assertThat(link.parent()).isEqualTo(namespace.eth0);
            assertThat(link.parentNamespace()).isNotEqualTo(Link.HERE).isEqualTo(inOther.numberOf(netlink));
            assertThat(inOther.numberOf(inOther)).isEqualTo(Link.HERE);
        }
    }

    @Test
    void a_namespaces_cookie_is_its_own_and_stays() {
        try (var again = namespace.open();
                var other = new TestNamespace();
                var inOther = other.open()) {
            assertThat(netlink.cookie()).isPositive().isEqualTo(again.cookie()).isNotEqualTo(inOther.cookie());
        }
    }

    @Test
    void kept_tables_are_used_again_unless_an_answer_is_still_to_come() {
        Namespace.visit(namespace.path(), (_, _) -> {
            var kept = new KeptTables();
            var first = kept.open();
            var beside = kept.open();
            assertThat(socket(beside)).isNotSameAs(socket(first));
            first.close();
            beside.close(); // one is kept
            assertThat(socket(kept.open())).isSameAs(socket(first));
            assertThat(socket(kept.open())).isNotSameAs(socket(beside));
            assertThat(first.link("eth0")).isNotNull();

            var broken = new Rtnetlink(new ScriptedKernel().fails(new Refusal(Errno.EAGAIN.number, "")), kept);
            assertThatThrownBy(() -> broken.link("eth0")).isInstanceOf(NetlinkException.class);
            broken.close();
            assertThat(socket(kept.open())).isNotSameAs(broken);
            return first;
        });
    }

    private static Rtnetlink socket(Netlink tables) {
        return ((RecallingTables) tables).kernel;
    }

    private Route defaultIn(int table) {
        return new Route(
                Prefix.defaultOf(Family.IPV4), ROUTER, namespace.eth0, null, Scope.UNIVERSE, Route.OURS, 0, table);
    }
}

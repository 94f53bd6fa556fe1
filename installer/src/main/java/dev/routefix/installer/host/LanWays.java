package dev.routefix.installer.host;

import dev.routefix.installer.plan.LanWay;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import java.util.ArrayList;

/** What the node has of ways out of LANs on which its default route is not. */
final class LanWays {

    private LanWays() {}

    static LanWay of(Netlink node) {
        var rules = new ArrayList<PolicyRule>();
        var routes = new ArrayList<Route>();
        for (var rule : node.rules(Family.IPV4)) {
            if (LanWay.isOurs(rule)) {
                rules.add(rule);
                if (rule.table() != Route.MAIN) {
                    routes.addAll(node.routes(Family.IPV4, 0, rule.table()));
                }
            }
        }
        return new LanWay(rules, routes);
    }
}

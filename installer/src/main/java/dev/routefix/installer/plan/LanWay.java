package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.plan.Repair.ChangeLink;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How pods of a LAN leave it that is not that of the node's default route: by a table with the default route of theirs. All other routes of the node come first, as they lead to its pods, to whoever
 * asked a load balancer, and to other networks of the cluster.
 */
public record LanWay(List<PolicyRule> rules, List<Route> routes) {

    /** What a node has of it that needs none. */
    public static final LanWay NONE = new LanWay(List.of(), List.of());

    /** Tables of ours begin here; those in pods lie below. */
    private static final int TABLES = Route.OURS * 20_000;

    private static final int MOST_TABLES = 10_000;

    public LanWay {
        rules = List.copyOf(rules);
        routes = List.copyOf(routes);
    }

    /** @param master index of the network's parent interface */
    static LanWay wanted(Configuration configuration, int master) {
        var router = configuration.router();
        if (router == null) {
            return NONE;
        }
        var name = configuration.hostInterface();
        int table = TABLES + Math.floorMod(name.hashCode(), MOST_TABLES);
        var everywhere = Prefix.defaultOf(Family.IPV4);
        return new LanWay(
                PolicyRule.oursBy(name, table),
                List.of(new Route(everywhere, router, master, null, Scope.UNIVERSE, Route.OURS, 0, table)));
    }

    LanWay and(LanWay other) {
        return new LanWay(Wanted.joined(rules, other.rules), Wanted.joined(routes, other.routes));
    }

    /** Whether a rule of the node is part of one of ours. */
    public static boolean isOurs(PolicyRule rule) {
        return rule.protocol() == Route.OURS && !rule.selector().arrives().isEmpty();
    }

    /** From what is found to what is wanted; null if nobody has or wants any. */
    static @Nullable Item between(LanWay wanted, LanWay found) {
        if (wanted.equals(NONE) && found.equals(NONE)) {
            return null;
        }
        var repairs = new ArrayList<Repair>();
        for (var rule : found.rules) {
            if (!wanted.rules.contains(rule)) {
                repairs.add(change(
                        "lead nothing any more by the rule \"" + rule + "\"", new Change.DeletePolicyRule(rule)));
            }
        }
        for (var route : found.routes) {
            if (!wanted.routes.contains(route)) {
                repairs.add(change("take away the route " + route, new Change.DeleteRoute(route)));
            }
        }
        for (var route : wanted.routes) {
            if (!found.routes.contains(route)) {
                repairs.add(change("add the route " + route, new Change.PutRoute(route)));
            }
        }
        for (var rule : wanted.rules) {
            if (!found.rules.contains(rule)) {
                repairs.add(change("add the rule \"" + rule + "\"", new Change.PutPolicyRule(rule)));
            }
        }
        return new Item("ways out of other LANs", wanted.describe(), found.describe(), repairs);
    }

    private static Repair change(String what, Change change) {
        return new ChangeLink(what, List.of(change));
    }

    private String describe() {
        return equals(NONE) ? "none" : rules.size() + " rules, " + routes;
    }
}

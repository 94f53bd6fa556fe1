package dev.routefix.plan;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packet, and the way it should take.
 *
 * @param link index of the interface it should leave by; for one that should stay of no interest
 * @param gateway by whom; null if straight to its destination
 */
public record Way(
        Kind kind,
        RouteQuestion question,
        int link,
        @Nullable IpAddress gateway) {

    /** Who sends it to whom. */
    public enum Kind {
        FROM_POD,
        FROM_NODE_TO_POD,
        FROM_POD_TO_NODE,
        FROM_POD_TO_LAN,
        FROM_LAN_TO_POD,
        /** To a destination that the pod had a route to. */
        FROM_POD_BY_A_ROUTE
    }

    /** Whether the packet takes it. */
    public boolean isTaken(RouteAnswer answer) {
        return switch (kind) {
            case FROM_POD_TO_NODE -> answer.isLocal();
            case FROM_POD_TO_LAN -> answer.leaves(link) || isStraight(answer);
            case FROM_POD, FROM_NODE_TO_POD, FROM_LAN_TO_POD, FROM_POD_BY_A_ROUTE -> answer.leaves(link, gateway);
        };
    }

    /** To another interface of the node in the same network, or to another pod. */
    private static boolean isStraight(RouteAnswer answer) {
        var route = answer.route();
        return answer.type() == RouteAnswer.UNICAST
                && route != null
                && route.gateway() == null
                && (route.protocol() == Route.KERNEL || route.protocol() == Route.OURS);
    }

    /** Whether the answer says that a machine of the LAN is in truth another pod of this node. */
    boolean meetsAPod(RouteAnswer answer) {
        var route = answer.route();
        return kind == Kind.FROM_POD_TO_LAN && route != null && route.protocol() == Route.OURS;
    }

    /**
     * What is wrong with it, and the cure.
     *
     * @param linkName of the interface that the answer names
     * @param rules of the namespace, of which those that lead there are named
     */
    public String fault(RouteAnswer answer, String linkName, List<PolicyRule> rules) {
        var route = answer.route();
        var causes = new StringBuilder();
        for (var rule : rules) {
            boolean isCause =
                    route == null ? rule.refuses() : route.table() != Route.MAIN && rule.table() == route.table();
            if (isCause) {
                causes.append(", as rule ")
                        .append(rule.priority())
                        .append(": \"")
                        .append(rule)
                        .append("\" says");
            }
        }
        var what = route == null
                ? " would not be let through (" + Errno.describe(answer.errno()) + ")"
                : " would be led astray by \"" + text(route, linkName) + "\"";
        var cure = route == null && causes.isEmpty()
                ? ": is net.ipv4.conf.*.forwarding 1 there, and does rp_filter let it pass?"
                : ": take that away, or limit it to other addresses";
        return packet() + what + causes + cure;
    }

    private String packet() {
        var from = String.valueOf(question.source());
        var to = question.destination().toString();
        return switch (kind) {
            case FROM_POD -> "what the pod sends from " + from + " to " + to;
            case FROM_NODE_TO_POD -> "what the node sends from " + from + " to the pod's address " + to;
            case FROM_POD_TO_NODE -> "what the pod sends from " + from + " to the node's address " + to;
            case FROM_POD_TO_LAN, FROM_POD_BY_A_ROUTE ->
                "what the pod sends from " + from + " to " + to + " by the node";
            case FROM_LAN_TO_POD -> "what " + from + " sends to the pod's address " + to + " by the node";
        };
    }

    /** The route in words, with its interface's name instead of its number. */
    static String text(Route route, String linkName) {
        return route.toString().replace("dev #" + route.link(), "dev " + linkName);
    }

    /** The same where the name is known if it is this interface's. */
    static String text(Route route, Link known) {
        return route.link() == known.index() ? text(route, known.name()) : route.toString();
    }
}

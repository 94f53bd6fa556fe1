package dev.routefix.plan;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way that the pod's packets take by a rule of somebody else's, as plugin {@code sbr} makes them.
 *
 * @param question a packet that the rule is for
 * @param answer what it meets
 */
public record Detour(PolicyRule rule, RouteQuestion question, RouteAnswer answer) {

    /** {@code IPPROTO_ICMP}, {@code IPPROTO_TCP} and {@code IPPROTO_UDP}: of no other the kernel takes questions. */
    private static final List<Integer> ASKABLE = List.of(1, 6, 17);

    /** So many routes of a rule's table are looked at. */
    private static final int MOST = 64;

    /**
     * Whether packets that the pod sends from one of its interface's addresses may meet the rule, by what it asks for.
     *
     * @param link the pod's interface
     */
    public static boolean concerns(PolicyRule rule, Link link, List<IpAddress> addresses) {
        if (rule.isOfEveryNamespace() || rule.protocol() == Route.OURS) {
            return false;
        }
        var selector = rule.selector();
        if (rule.inverted()) {
            return true;
        }
        boolean sent = selector.arrives().isEmpty() || selector.arrives().equals("lo");
        boolean byUs = selector.leaves().isEmpty() || selector.leaves().equals(link.name());
        return sent && byUs && sourceFor(selector.source(), addresses) != null;
    }

    /**
     * Packets that the rule is for, one for each way its table has, and for a machine near and one far away.
     *
     * @param near an address of the pod's network
     * @param table the routes of the rule's table
     */
    public static List<RouteQuestion> questions(
            PolicyRule rule, Link link, List<IpAddress> addresses, @Nullable IpAddress near, List<Route> table) {
        var selector = rule.selector();
        var source = rule.inverted() ? addresses.getFirst() : sourceFor(selector.source(), addresses);
        var destinations = new ArrayList<IpAddress>();
        if (selector.destination() != null && !rule.inverted()) {
            destinations.add(Places.in(selector.destination()));
        } else {
            destinations.add(Places.farAway(rule.family()));
            if (near != null) {
                destinations.add(near);
            }
            for (var route : table) {
                if (destinations.size() < MOST && !route.destination().isDefault()) {
                    destinations.add(Places.in(route.destination()));
                }
            }
        }
        var traits = rule.inverted()
                ? RouteQuestion.Traits.NONE
                : new RouteQuestion.Traits(
                        selector.leaves().isEmpty() ? 0 : link.index(),
                        selector.mark(),
                        selector.users() == null ? 0 : selector.users().first(),
                        selector.tos(),
                        ASKABLE.contains(selector.ipProtocol()) ? selector.ipProtocol() : 0,
                        first(selector.sourcePorts()),
                        first(selector.destinationPorts()));
        var questions = new ArrayList<RouteQuestion>();
        for (var destination : destinations) {
            questions.add(new RouteQuestion(destination, source, 0, traits));
        }
        return questions;
    }

    private static int first(PolicyRule.@Nullable Range ports) {
        return ports == null ? 0 : ports.first();
    }

    private static @Nullable IpAddress sourceFor(@Nullable Prefix source, List<IpAddress> addresses) {
        for (var address : addresses) {
            if (source == null || source.contains(address)) {
                return address;
            }
        }
        return null;
    }

    /**
     * Whether it leads past the node. What is found in the main table, or in none, is not the rule's doing; what stays in the pod, as for a proxy in
     * it, is led nowhere; and one who leads a certain destination by another of the pod's interfaces wants it so.
     *
     * @param prefixes the pod's addresses
     */
    boolean leadsAstray(Link link, IpAddress gateway, List<Prefix> prefixes) {
        if (answer.isLocal()
                || answer.leaves(link.index(), gateway)
                || answer.table() == Route.MAIN
                || answer.errno() == Errno.ENETUNREACH.number) {
            return false;
        }
        var route = answer.route();
        boolean elsewhere = rule.selector().destination() != null
                && route != null
                && route.link() != link.index()
                && answer.type() == RouteAnswer.UNICAST;
        return !elsewhere || isNear(prefixes);
    }

    private boolean isNear(List<Prefix> prefixes) {
        for (var prefix : prefixes) {
            if (prefix.contains(question.destination())) {
                return true;
            }
        }
        return false;
    }
}

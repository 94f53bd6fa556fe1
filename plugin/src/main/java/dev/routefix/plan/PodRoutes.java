package dev.routefix.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachment.StaticRoute;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one of the pod's interfaces: everything leads through the gateway. Those of the pod's other interfaces stay as they are, and where
 * one of them holds the default route it keeps it.
 *
 * <p>The route of each connected network stays too, but through the gateway: macvlan's CHECK demands one with that destination, and the kernel's own,
 * on the link itself, would let answers to the LAN slip past the node. So does every other route: what it led to before is for the node to follow.
 *
 * <p>Beside somebody else's interface with the default route only what the pod begins is led to the network by this one, and its own answers. The other's answers to that
 * network, such as those to a load balancer's clients, take the way on which they were asked. So the route is in a table of its own then, unless a plugin before us wants it in
 * the main one.
 *
 * <p>A second interface of this kind comes behind the first in the main table, by a metric, and takes its place when that goes. What its own
 * addresses send is led by a rule to a table of its own, so that each answers by its own way.
 */
public final class PodRoutes {

    /** Tables of ours begin here; an interface's index follows. Beyond all that {@code rt_tables} files and other plugins use. */
    private static final int TABLES = Route.OURS * 10_000;

    private final Link link;
    private final IpAddress gateway;
    private final List<Prefix> addresses;
    private final boolean attached;
    private final List<Route> mine = new ArrayList<>();
    private final List<Route> others = new ArrayList<>();
    private final List<Route> after = new ArrayList<>();
    private final List<Prefix> apart = new ArrayList<>();
    private final List<StaticRoute> kept = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private boolean ownTable;

    private PodRoutes(Attachment asked, IpAddress gateway, PodSide pod, boolean attached) {
        this.attached = attached;
        this.link = pod.link();
        this.gateway = gateway;
        this.addresses = asked.prefixes();
        for (var route : pod.routes()) {
            (route.link() == link.index() ? mine : others).add(route);
        }
    }

    /** @param attached whether it was made so before, and what others have added since is theirs */
    static PodRoutes of(Attachment asked, IpAddress gateway, PodSide pod, boolean attached) {
        var routes = new PodRoutes(asked, gateway, pod, attached);
        routes.plan(asked.routes());
        return routes;
    }

    /** The number of the table that an interface may have to itself. */
    public static int tableOf(Link link) {
        return TABLES + link.index();
    }

    private void plan(List<StaticRoute> asked) {
        var everywhere = Prefix.defaultOf(gateway.family());
        var source = addresses.getFirst().address();
        boolean holdsDefault = holdsDefault();
        var destinations = destinations();
        if (holdsDefault) {
            destinations.add(everywhere);
        }
        int metric = metric(destinations);
        after.add(toGateway(metric, Route.MAIN));
        if (holdsDefault) {
            after.add(through(everywhere, source, metric, Route.MAIN));
        }
        for (var address : addresses) {
            var network = address.network();
            if (address.isHost() || find(after, network) != null || apart.contains(network)) {
                continue;
            }
            if (holdsDefault || find(mine, network) != null || find(others, network) != null) {
                after.add(through(network, address.address(), metric, Route.MAIN));
            } else {
                apart.add(network);
                after.add(through(network, address.address(), 0, tableOf(link)));
            }
        }
        keep(asked, destinations);
        ownTable = !holdsDefault || leadsEverywhereBefore(metric);
        if (ownTable) {
            after.add(toGateway(0, tableOf(link)));
            after.add(through(everywhere, source, 0, tableOf(link)));
        }
    }

    /** What has a route of ours in the main table in any case. */
    private List<Prefix> destinations() {
        var destinations = new ArrayList<Prefix>();
        destinations.add(gateway.host());
        for (var address : addresses) {
            if (!address.isHost()) {
                destinations.add(address.network());
            }
        }
        return destinations;
    }

    /** The one it has, or else the lowest with which it takes nobody's place. */
    private int metric(List<Prefix> destinations) {
        for (var destination : List.of(gateway.host(), Prefix.defaultOf(gateway.family()))) {
            for (var route : mine) {
                if (isOurs(route)
                        && route.table() == Route.MAIN
                        && route.destination().equals(destination)) {
                    return route.metric();
                }
            }
        }
        int metric = 0;
        while (isTaken(metric, destinations)) {
            metric++;
        }
        return metric;
    }

    private boolean isTaken(int metric, List<Prefix> destinations) {
        for (var route : others) {
            if (route.metric() == metric && destinations.contains(route.destination())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the default route is this interface's: nobody else's but another attachment's of ours comes before it or beside it. */
    private boolean holdsDefault() {
        var own = find(mine, Prefix.defaultOf(gateway.family()));
        for (var route : others) {
            if (route.destination().isDefault() && !isOurs(route) && (own == null || route.metric() <= own.metric())) {
                if (own != null && !isOurs(own)) {
                    notices.add("the default route (" + Way.text(own, link)
                            + ") is taken away, for the pod has another one (" + route + "); what " + link.name()
                            + "'s addresses send goes by the gateway all the same");
                }
                return false;
            }
        }
        return true;
    }

    private boolean leadsEverywhereBefore(int metric) {
        for (var route : others) {
            if (route.destination().isDefault() && route.metric() < metric) {
                return true;
            }
        }
        return false;
    }

    /** Routes to groups stay on the link, as what is sent to a group is; others lead through the gateway. */
    private void keep(List<StaticRoute> asked, List<Prefix> destinations) {
        for (var route : mine) {
            if (route.table() != Route.MAIN
                    || route.destination().isDefault()
                    || destinations.contains(route.destination())) {
                continue;
            }
            if (route.destination().address().isMulticast() || (attached && !isOurs(route))) {
                after.add(route);
            } else {
                var known = find(asked, route.destination(), route.metric());
                keep(
                        known != null && isOurs(route)
                                ? known
                                : new StaticRoute(route.destination(), route.gateway(), route.metric()),
                        route.source());
            }
        }
        for (var route : asked) {
            if (!route.destination().isDefault()
                    && !destinations.contains(route.destination())
                    && find(others, route.destination()) == null) {
                keep(route, null);
            }
        }
    }

    private void keep(StaticRoute route, @Nullable IpAddress source) {
        if (find(kept, route.destination(), route.metric()) == null) {
            kept.add(route);
            after.add(through(
                    route.destination(),
                    source == null ? addresses.getFirst().address() : source,
                    route.metric(),
                    Route.MAIN));
        }
    }

    private static @Nullable StaticRoute find(List<StaticRoute> routes, Prefix destination, int metric) {
        for (var route : routes) {
            if (route.metric() == metric && route.destination().equals(destination)) {
                return route;
            }
        }
        return null;
    }

    private static @Nullable Route find(List<Route> routes, Prefix destination) {
        for (var route : routes) {
            if (route.destination().equals(destination) && route.table() == Route.MAIN) {
                return route;
            }
        }
        return null;
    }

    private static boolean isOurs(Route route) {
        return route.protocol() == Route.OURS;
    }

    private Route toGateway(int metric, int table) {
        return new Route(gateway.host(), null, link.index(), null, Scope.LINK, Route.OURS, metric, table);
    }

    private Route through(Prefix destination, IpAddress source, int metric, int table) {
        return new Route(destination, gateway, link.index(), source, Scope.UNIVERSE, Route.OURS, metric, table);
    }

    /** What the interface has. */
    List<Route> before() {
        return mine;
    }

    /** What it should have. */
    List<Route> after() {
        return after;
    }

    /** Rules that lead to the table of its own. */
    List<PolicyRule> rules() {
        var rules = new ArrayList<PolicyRule>();
        if (ownTable) {
            for (var address : addresses) {
                rules.add(PolicyRule.ours(address.address(), tableOf(link)));
            }
        }
        for (var network : apart) {
            rules.add(PolicyRule.oursTowards(network, tableOf(link)));
        }
        return rules;
    }

    /** The number of the table of its own; 0 if it needs none. */
    int table() {
        return ownTable ? tableOf(link) : 0;
    }

    List<StaticRoute> kept() {
        return kept;
    }

    List<String> notices() {
        return notices;
    }

    /** The router of the LAN, where the pod still knows it. */
    @Nullable
    IpAddress router() {
        var route = find(mine, Prefix.defaultOf(gateway.family()));
        return route == null || isOurs(route) ? null : route.gateway();
    }
}

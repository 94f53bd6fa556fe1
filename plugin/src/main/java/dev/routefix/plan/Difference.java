package dev.routefix.plan;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.AddRoute;
import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeletePolicyRule;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutPolicyRule;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way from one {@link StackState} to another.
 *
 * @param puts what must come, in an order the kernel accepts: a route on the link before the routes through a gateway on it
 * @param deletes what must go, after everything has come, so that nobody is without a route in between
 */
public record Difference(List<Change> puts, List<Change> deletes, Map<String, String> sysctls) {

    public static Difference between(StackState from, StackState to) {
        var puts = new ArrayList<Change>();
        var deletes = new ArrayList<Change>();
        neighbours(from, to, puts, deletes);
        routes(from, to, puts, deletes);
        rules(from, to, puts, deletes);
        var sysctls = new HashMap<String, String>();
        for (var setting : to.sysctls().entrySet()) {
            if (!setting.getValue().equals(from.sysctls().get(setting.getKey()))) {
                sysctls.put(setting.getKey(), setting.getValue());
            }
        }
        return new Difference(List.copyOf(puts), List.copyOf(deletes), Map.copyOf(sysctls));
    }

    private static void neighbours(StackState from, StackState to, List<Change> puts, List<Change> deletes) {
        for (var neighbour : to.neighbours()) {
            if (!from.neighbours().contains(neighbour)) {
                puts.add(new PutNeighbour(neighbour));
            }
        }
        for (var neighbour : from.neighbours()) {
            if (!isKept(neighbour, to.neighbours())) {
                deletes.add(new DeleteNeighbour(neighbour));
            }
        }
    }

    private static boolean isKept(Neighbour neighbour, List<Neighbour> wanted) {
        for (var other : wanted) {
            if (other.link() == neighbour.link() && other.address().equals(neighbour.address())) {
                return true;
            }
        }
        return false;
    }

    /**
     * A route that comes where one of ours goes takes its place, without a moment between; another comes behind those that others may have for the same
     * destination.
     */
    private static void routes(StackState from, StackState to, List<Change> puts, List<Change> deletes) {
        var replaced = new ArrayList<Route>();
        for (boolean throughGateway : new boolean[] {false, true}) {
            for (var route : to.routes()) {
                if ((route.gateway() != null) == throughGateway
                        && !from.routes().contains(route)) {
                    var before = first(from.routes(), route);
                    if (before == null || to.routes().contains(before)) {
                        puts.add(new AddRoute(route));
                    } else {
                        puts.add(new PutRoute(route));
                        replaced.add(before);
                    }
                }
            }
        }
        for (var route : from.routes()) {
            if (!to.routes().contains(route) && !replaced.contains(route)) {
                deletes.add(new DeleteRoute(route));
            }
        }
    }

    /** The kernel uses the first of those with one destination and metric, and it is that one whose place is taken. */
    private static @Nullable Route first(List<Route> routes, Route like) {
        for (var route : routes) {
            if (route.metric() == like.metric()
                    && route.table() == like.table()
                    && route.destination().equals(like.destination())) {
                return route;
            }
        }
        return null;
    }

    private static void rules(StackState from, StackState to, List<Change> puts, List<Change> deletes) {
        for (var rule : to.rules()) {
            if (!from.rules().contains(rule)) {
                puts.add(new PutPolicyRule(rule));
            }
        }
        for (var rule : from.rules()) {
            if (!to.rules().contains(rule)) {
                deletes.add(new DeletePolicyRule(rule));
            }
        }
    }

    /** Puts first, deletes last, as one batch. */
    public List<Change> changes() {
        var all = new ArrayList<>(puts);
        all.addAll(deletes);
        return all;
    }

    /**
     * What puts right something that others have to do with as well: all that is missing, and of what is too much only the kernel's own route of a
     * network, which it makes again whenever the interface comes up.
     */
    public List<Change> repairs() {
        var repairs = new ArrayList<>(puts);
        for (var delete : deletes) {
            if (delete instanceof DeleteRoute(var route) && route.protocol() == Route.KERNEL) {
                repairs.add(delete);
            }
        }
        return repairs;
    }

    /** Whether everything of the target is there, whatever else there may be. */
    public boolean nothingMissing() {
        return puts.isEmpty() && sysctls.isEmpty();
    }
}

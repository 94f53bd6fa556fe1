package dev.routefix.plan;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    private static void routes(StackState from, StackState to, List<Change> puts, List<Change> deletes) {
        for (boolean throughGateway : new boolean[] {false, true}) {
            for (var route : to.routes()) {
                if ((route.gateway() != null) == throughGateway
                        && !from.routes().contains(route)) {
                    puts.add(new PutRoute(route));
                }
            }
        }
        for (var route : from.routes()) {
            if (!isKept(route, to.routes())) {
                deletes.add(new DeleteRoute(route));
            }
        }
    }

    /** The kernel holds one route for a destination and metric: a new one takes the old one's place. */
    private static boolean isKept(Route route, List<Route> wanted) {
        for (var other : wanted) {
            if (other.metric() == route.metric() && other.destination().equals(route.destination())) {
                return true;
            }
        }
        return false;
    }

    /** Puts first, deletes last, as one batch. */
    public List<Change> changes() {
        var all = new ArrayList<>(puts);
        all.addAll(deletes);
        return all;
    }

    /** Whether everything of the target is there, whatever else there may be. */
    public boolean nothingMissing() {
        return puts.isEmpty() && sysctls.isEmpty();
    }
}

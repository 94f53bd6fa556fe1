package dev.routefix.plan;

import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Route;
import java.util.List;
import java.util.Map;

/**
 * The part of a namespace's network stack that concerns one attachment. The same type says what is there, what should be there and what was
 * there before, so that a change, its undoing and its check are one operation: {@link Difference#between}.
 *
 * @param sysctls name to value, see {@link dev.routefix.netlink.Sysctls}; only those of interest
 */
public record StackState(List<Route> routes, List<Neighbour> neighbours, Map<String, String> sysctls) {

    public StackState {
        routes = List.copyOf(routes);
        neighbours = List.copyOf(neighbours);
        sysctls = Map.copyOf(sysctls);
    }
}

package dev.routefix.plan;

import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import java.util.List;
import java.util.Map;

/**
 * The part of a namespace's network stack that concerns one attachment. The same type says what is there, what should be there and what was
 * there before, so that a change, its undoing and its check are one operation: {@link Difference#between}.
 *
 * @param routes through the attachment's own interface only; of those of one destination, metric and table the first is the one in use
 * @param sysctls name to value, see {@link dev.routefix.netlink.Sysctls}; only those of interest
 */
public record StackState(
        List<Route> routes, List<PolicyRule> rules, List<Neighbour> neighbours, Map<String, String> sysctls) {

    /** Nothing: what DEL leads to. */
    public static final StackState NOTHING = new StackState(List.of(), List.of(), List.of(), Map.of());

    public StackState {
        routes = List.copyOf(routes);
        rules = List.copyOf(rules);
        neighbours = List.copyOf(neighbours);
        sysctls = Map.copyOf(sysctls);
    }
}

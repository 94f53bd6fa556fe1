package dev.routefix.plan;

import dev.routefix.netlink.Link;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod has, as far as it concerns one of its interfaces. Read once.
 *
 * @param link the interface
 * @param parent the node's interface it sits on; null if it sits on none of the node's
 * @param routes of the main table, through any interface, and of the attachment's own table if it has one
 * @param rules all of the family
 * @param detours ways that rules of others lead to, and that the pod's answers would take
 * @param neighbours the permanent entry for the gateway, if there is one; learnt ones come and go by themselves and are no state
 * @param sysctls whether the pod takes redirects
 */
public record PodSide(
        Link link,
        @Nullable Link parent,
        List<Route> routes,
        List<PolicyRule> rules,
        List<Detour> detours,
        List<Neighbour> neighbours,
        Map<String, String> sysctls) {

    public PodSide {
        routes = List.copyOf(routes);
        rules = List.copyOf(rules);
        detours = List.copyOf(detours);
        neighbours = List.copyOf(neighbours);
        sysctls = Map.copyOf(sysctls);
    }
}

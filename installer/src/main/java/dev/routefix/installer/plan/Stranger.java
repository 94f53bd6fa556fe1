package dev.routefix.installer.plan;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * An interface with the name of ours and not its hardware address: somebody's own, whose address we must not take, or one made by hand for the pods as
 * the recipes have it, which holds the gateway's address and nothing else. So does ours where only its hardware address was changed.
 *
 * @param addresses the IPv4 ones
 * @param routes of the main table that lead by it
 */
public record Stranger(Link link, List<LinkAddress> addresses, List<Route> routes) {

    public Stranger {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** Whether it is there for the pods alone, so that it may be changed and taken away. */
    public boolean mayBeAdopted(IpAddress gateway) {
        return link.kind().equals(HostLink.MACVLAN)
                && link.macvlanMode() == Link.BRIDGE
                && !addresses.isEmpty()
                && others(gateway).isEmpty();
    }

    /** What on it is not for our pods, in words. */
    List<String> others(IpAddress gateway) {
        var others = new ArrayList<String>();
        for (var address : addresses) {
            if (!address.prefix().address().equals(gateway)) {
                others.add("the address " + address.prefix());
            }
        }
        for (var route : routes) {
            if (route.protocol() != Route.OURS) {
                others.add("a route to " + route.destination());
            }
        }
        return others;
    }
}

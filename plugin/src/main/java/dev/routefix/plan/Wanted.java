package dev.routefix.plan;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What pod and node should look like so that every packet of the pod passes its node, both ways: docs/packet-path.md. */
public final class Wanted {

    private Wanted() {}

    /**
     * The pod's side: everything leads through the gateway, whose hardware address is known for good.
     *
     * <p>Routes of the pod's other interfaces stay, and where one of those holds the default route it keeps it. The route of each connected
     * network stays too, but through the gateway: macvlan's CHECK demands one with that destination, and the kernel's own, on the link itself,
     * would let answers to the LAN slip past the node.
     *
     * @param now what the pod has
     * @param link index of the pod's interface
     * @param addresses of that interface, of one family
     * @param gatewayMac of the node's macvlan; permanent, because every node on the LAN would answer a request for the gateway
     */
    public static StackState inPod(
            StackState now, int link, List<Prefix> addresses, IpAddress gateway, MacAddress gatewayMac) {
        var routes = new LinkedHashMap<Prefix, Route>();
        var others = new ArrayList<Route>();
        var everywhere = Prefix.defaultOf(gateway.family());
        boolean anotherLeadsEverywhere = false;
        for (var route : now.routes()) {
            if (route.link() != link) {
                others.add(route);
                anotherLeadsEverywhere |= route.destination().equals(everywhere);
            }
        }
        routes.put(gateway.host(), onLink(gateway, link, null));
        if (!anotherLeadsEverywhere) {
            routes.put(
                    everywhere,
                    through(gateway, everywhere, link, addresses.getFirst().address()));
        }
        for (var address : addresses) {
            if (!address.isHost()) {
                routes.putIfAbsent(address.network(), through(gateway, address.network(), link, address.address()));
            }
        }
        others.addAll(routes.values());
        var sysctls = new LinkedHashMap<String, String>();
        for (var name : now.sysctls().keySet()) {
            sysctls.put(name, "0");
        }
        return new StackState(others, List.of(Neighbour.permanent(link, gateway, gatewayMac)), sysctls);
    }

    /**
     * The node's side: each of the pod's addresses lies behind the node's macvlan, at the pod's hardware address.
     *
     * @param link index of the node's macvlan
     * @param podMac permanent as well, because that macvlan neither asks nor answers ARP
     * @param nodeAddress the source of what the node itself sends to the pod; without it that would be the gateway's address
     */
    public static StackState onNode(int link, List<IpAddress> podAddresses, MacAddress podMac, IpAddress nodeAddress) {
        var routes = new ArrayList<Route>();
        var neighbours = new ArrayList<Neighbour>();
        for (var address : podAddresses) {
            routes.add(onLink(address, link, nodeAddress));
            neighbours.add(Neighbour.permanent(link, address, podMac));
        }
        return new StackState(routes, neighbours, Map.of());
    }

    /**
     * The node's address to be seen by a pod: the one in the pod's network, else the first that reaches further than the link.
     *
     * @param nodeAddresses of the parent of the node's macvlan
     * @return null if there is none
     */
    public static @Nullable IpAddress nodeAddress(List<LinkAddress> nodeAddresses, IpAddress pod) {
        for (var address : nodeAddresses) {
            if (address.prefix().contains(pod)) {
                return address.prefix().address();
            }
        }
        for (var address : nodeAddresses) {
            if (address.scope().equals(Scope.UNIVERSE)) {
                return address.prefix().address();
            }
        }
        return null;
    }

    /** Nothing: what DEL leads to. */
    public static StackState nothing() {
        return new StackState(List.of(), List.of(), Map.of());
    }

    private static Route onLink(IpAddress destination, int link, @Nullable IpAddress source) {
        return new Route(destination.host(), null, link, source, Scope.LINK, Route.OURS, 0);
    }

    private static Route through(IpAddress gateway, Prefix destination, int link, IpAddress source) {
        return new Route(destination, gateway, link, source, Scope.UNIVERSE, Route.OURS, 0);
    }
}

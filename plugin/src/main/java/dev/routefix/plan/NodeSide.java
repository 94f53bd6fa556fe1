package dev.routefix.plan;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the node has, as far as it concerns one attachment. Read once, and never by listing what the node has for all of them.
 *
 * @param hostInterface the node's macvlan
 * @param parent the interface it sits on
 * @param address the node's own, which the pod sees
 * @param toPod what a packet to each of the pod's addresses meets, in their order
 * @param toEverywhere what a packet meets that is for nobody near
 * @param neighbours permanent entries for the pod's addresses
 */
public record NodeSide(
        Link hostInterface,
        Link parent,
        IpAddress address,
        List<RouteAnswer> toPod,
        RouteAnswer toEverywhere,
        List<Neighbour> neighbours) {

    public NodeSide {
        toPod = List.copyOf(toPod);
        neighbours = List.copyOf(neighbours);
    }

    /**
     * The node's address to be seen by a pod: the one in the pod's network, else the first that reaches further than the link.
     *
     * @param ofParent all of the parent's
     * @return null if there is none
     */
    public static @Nullable IpAddress addressFor(IpAddress pod, List<LinkAddress> ofParent) {
        for (var address : ofParent) {
            if (address.prefix().contains(pod)) {
                return address.prefix().address();
            }
        }
        for (var address : ofParent) {
            if (address.scope().equals(Scope.UNIVERSE)) {
                return address.prefix().address();
            }
        }
        return null;
    }
}

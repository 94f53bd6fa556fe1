package dev.routefix.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why an attachment cannot be: what would leave the pod cut off, or hurt the node or the LAN. Each is one sentence with its cure. */
final class Refusals {

    private final Attachment asked;
    private final IpAddress gateway;
    private final PodSide pod;
    private final NodeSide node;
    private final List<String> refusals = new ArrayList<>();

    private Refusals(Attachment asked, IpAddress gateway, PodSide pod, NodeSide node) {
        this.asked = asked;
        this.gateway = gateway;
        this.pod = pod;
        this.node = node;
    }

    /** All there are. */
    static List<String> of(Attachment asked, IpAddress gateway, PodSide pod, NodeSide node) {
        var all = new Refusals(asked, gateway, pod, node);
        all.link();
        for (int at = 0; at < asked.prefixes().size(); at++) {
            all.address(asked.prefixes().get(at), node.toPod().get(at));
        }
        all.rules();
        return all.refusals;
    }

    /** Two macvlans hear each other if they sit on the same parent and both are in bridge mode. */
    private void link() {
        var link = pod.link();
        var parent = pod.parent();
        if (!link.isMacvlan()) {
            refusals.add(name(link) + " is " + (link.kind().isEmpty() ? "hardware" : "of kind " + link.kind())
                    + ", from which no packet reaches " + node.hostInterface().name()
                    + ": put the macvlan plugin before route-fix, with \"master\": \""
                    + node.parent().name()
                    + "\" and \"mode\": \"bridge\"");
        } else if (parent == null || parent.index() != node.parent().index()) {
            refusals.add(name(link) + " sits on "
                    + (parent == null ? "interface #" + link.parent() + " of another namespace" : parent.name())
                    + ", but " + node.hostInterface().name() + " on "
                    + node.parent().name()
                    + ": give both the same parent, by \"master\" of the macvlan plugin or by MASTER_IFACE");
        } else if (link.macvlanMode() != Link.BRIDGE) {
            refusals.add(name(link) + " is a macvlan in mode " + link.macvlanModeName()
                    + ", from which no packet reaches " + node.hostInterface().name()
                    + ": set \"mode\": \"bridge\" of the macvlan plugin");
        }
    }

    private static String name(Link link) {
        return "the pod's interface " + link.name();
    }

    private void address(Prefix prefix, RouteAnswer onNode) {
        var fault = fault(prefix, onNode);
        if (fault != null) {
            refusals.add("the pod's address " + prefix.address() + " " + fault
                    + ": let IPAM give it another, and leave this one out of its range");
        }
    }

    private @Nullable String fault(Prefix prefix, RouteAnswer onNode) {
        var address = prefix.address();
        if (!address.isOfOneHost()) {
            return "is no host's";
        }
        if (address.equals(gateway)) {
            return "is the gateway's";
        }
        var route = onNode.route();
        if (onNode.isLocal()) {
            return "is the node's own";
        }
        var everywhere = node.toEverywhere().route();
        if (everywhere != null && address.equals(everywhere.gateway())) {
            return "is the router's";
        }
        if (address.family() == Family.IPV4 && !Places.isPointToPoint(prefix)) {
            if (address.equals(prefix.network().address())) {
                return "is that of the network " + prefix.network() + " itself";
            }
            if (address.equals(Places.last(prefix))) {
                return "is the broadcast address of the network " + prefix.network();
            }
        }
        if (onNode.type() == RouteAnswer.BROADCAST) {
            return "is a broadcast address of the node's network";
        }
        boolean taken = onNode.type() == RouteAnswer.UNICAST
                && route != null
                && route.destination().isHost()
                && route.protocol() != Route.OURS
                && route.link() != node.hostInterface().index();
        return taken ? "has a route on the node that is somebody else's (" + route + ")" : null;
    }

    /** One is enough: a plugin that makes rules makes several. */
    private void rules() {
        for (var detour : pod.detours()) {
            if (detour.leadsAstray(pod.link(), gateway, asked.prefixes())) {
                var answer = detour.answer();
                refusals.add("the pod's rule " + detour.rule().priority() + ": \"" + detour.rule()
                        + "\" leads what it sends past the node ("
                        + (answer.route() == null
                                ? Errno.describe(answer.errno())
                                : Way.text(answer.route(), pod.link()))
                        + "): take what makes it, such as the plugin sbr, out of the conflist, for route-fix gives each interface"
                        + " of a pod its own way; or limit it to other addresses");
                return;
            }
        }
    }
}

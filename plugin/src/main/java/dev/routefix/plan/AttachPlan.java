package dev.routefix.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What pod and node should look like so that every packet of the pod passes its node, both ways (docs/packet-path.md), and what they look like.
 * One value for all: ADD makes it so, and undoes it if it cannot; CHECK and the resident look whether it is so; the resident makes it so again.
 *
 * @param pod what the pod was found to have
 * @param podBefore what of it is this interface's
 * @param podAfter what it should have
 * @param nodeBefore what the node has for the pod's addresses
 * @param nodeAfter what it should have
 * @param record what is to be remembered
 * @param ways by which the kernel tells whether all of it does what it is for
 * @param refusals why this must not be, one sentence each; empty if it can be
 * @param notices what is not as it was asked for although all is well, one sentence each
 */
public record AttachPlan(
        PodSide pod,
        StackState podBefore,
        StackState podAfter,
        StackState nodeBefore,
        StackState nodeAfter,
        Attachment record,
        Ways ways,
        List<String> refusals,
        List<String> notices) {

    /**
     * Plans an ADD, without looking at anything else.
     *
     * @param asked what to attach, with its gateway
     */
    public static AttachPlan of(Attachment asked, PodSide pod, NodeSide node) {
        return of(asked, pod, node, false);
    }

    /**
     * Plans what was attached before: what others have added to the pod since is theirs.
     *
     * @param record what is remembered of it, with its gateway
     */
    public static AttachPlan again(Attachment record, PodSide pod, NodeSide node) {
        return of(record, pod, node, true);
    }

    private static AttachPlan of(Attachment asked, PodSide pod, NodeSide node, boolean attached) {
        var gateway = Objects.requireNonNull(asked.gateway());
        int link = pod.link().index();
        var routes = PodRoutes.of(asked, gateway.address(), pod, attached);
        var neighbour = Neighbour.permanent(link, gateway.address(), gateway.mac());
        return new AttachPlan(
                pod,
                new StackState(routes.before(), ownRules(asked, pod), pod.neighbours(), pod.sysctls()),
                new StackState(routes.after(), routes.rules(), List.of(neighbour), allZero(pod.sysctls())),
                new StackState(hostRoutes(node.toPod()), List.of(), node.neighbours(), Map.of()),
                onNode(asked.addresses(), pod, node),
                asked.with(pod.link().mac(), routes.kept(), routes.table()),
                Ways.of(asked, gateway.address(), pod, node, routes),
                Refusals.of(asked, gateway.address(), pod, node),
                routes.notices());
    }

    /** Those that an earlier plan made for this interface, be it for other addresses. */
    private static List<PolicyRule> ownRules(Attachment asked, PodSide pod) {
        var own = new ArrayList<PolicyRule>();
        for (var rule : pod.rules()) {
            var source = rule.selector().source();
            if (rule.protocol() == Route.OURS
                    && (rule.table() == PodRoutes.tableOf(pod.link())
                            || (source != null && asked.addresses().contains(source.address())))) {
                own.add(rule);
            }
        }
        return own;
    }

    private static Map<String, String> allZero(Map<String, String> sysctls) {
        var zero = new HashMap<String, String>();
        for (var name : sysctls.keySet()) {
            zero.put(name, "0");
        }
        return zero;
    }

    private static List<Route> hostRoutes(List<RouteAnswer> toPod) {
        var routes = new ArrayList<Route>();
        for (var answer : toPod) {
            var route = answer.route();
            if (answer.type() == RouteAnswer.UNICAST
                    && route != null
                    && route.destination().isHost()
                    && route.table() == Route.MAIN) {
                routes.add(route);
            }
        }
        return routes;
    }

    /** Each of the pod's addresses lies behind the node's macvlan, at the pod's hardware address, which that macvlan does not ask for. */
    private static StackState onNode(List<IpAddress> addresses, PodSide pod, NodeSide node) {
        int link = node.hostInterface().index();
        var mac = pod.link().mac();
        var routes = new ArrayList<Route>();
        var neighbours = new ArrayList<Neighbour>();
        for (var address : addresses) {
            // without its source the node would send with the gateway's address
            routes.add(new Route(address.host(), null, link, node.address(), Scope.LINK, Route.OURS, 0));
            if (mac != null) {
                neighbours.add(Neighbour.permanent(link, address, mac));
            }
        }
        return new StackState(routes, List.of(), neighbours, Map.of());
    }

    /** From what the pod has to what it should have. */
    public Difference inPod() {
        return Difference.between(podBefore, podAfter);
    }

    /** From what the node has to what it should have. */
    public Difference onNode() {
        return Difference.between(nodeBefore, nodeAfter);
    }

    /** Back again, also where only a part of the way was gone. */
    public Difference undoInPod() {
        return Difference.between(podAfter, podBefore);
    }

    public Difference undoOnNode() {
        return Difference.between(nodeAfter, nodeBefore);
    }

    /** Whether it is the first of its pod's interface: an ADD may be repeated. */
    public boolean isNew() {
        return podBefore.neighbours().isEmpty();
    }

    /** Whether pod and node have all they should have. */
    public boolean isMet() {
        return inPod().nothingMissing() && onNode().nothingMissing();
    }
}

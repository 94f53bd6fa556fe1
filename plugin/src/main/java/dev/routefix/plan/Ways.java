package dev.routefix.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachment.StaticRoute;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.plan.Way.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways that packets of an attached pod should take: from it to the LAN, to the node and to everywhere, and back. What the kernel says of them is
 * the last word about an attachment, since rules and tables of others may lead elsewhere.
 *
 * @param inPod those that begin in the pod
 * @param onNode those that begin on the node, or arrive there
 * @param left those by routes that the pod had, which the node should follow
 */
public record Ways(List<Way> inPod, List<Way> onNode, List<Left> left) {

    /** A static route of the pod that leads by the node now, and the way the node should lead it on. */
    public record Left(StaticRoute route, Way way) {

        /** What it comes to where the node does not, and the cure. */
        public String notice(RouteAnswer answer, String linkName, String lanLink) {
            var destination = route.destination();
            var by = route.by() == null ? "" : " via " + route.by();
            var found = answer.route();
            return "the pod's route to " + destination + (by.isEmpty() ? " on the LAN itself" : by)
                    + " leads by the node now, and the node "
                    + (found == null
                            ? "has no way there (" + Errno.describe(answer.errno()) + ")"
                            : "goes on by \"" + Way.text(found, linkName) + "\"")
                    + ": to have it followed, run on the node: ip route add " + destination + by + " dev " + lanLink;
        }
    }

    public Ways {
        inPod = List.copyOf(inPod);
        onNode = List.copyOf(onNode);
        left = List.copyOf(left);
    }

    static Ways of(Attachment asked, IpAddress gateway, PodSide pod, NodeSide node, PodRoutes routes) {
        var inPod = new ArrayList<Way>();
        var onNode = new ArrayList<Way>();
        for (var prefix : asked.prefixes()) {
            var address = prefix.address();
            var neighbour = neighbour(prefix, asked, node, routes.router());
            for (var destination : destinations(neighbour, node.address())) {
                inPod.add(new Way(
                        Kind.FROM_POD,
                        RouteQuestion.sent(address, destination),
                        pod.link().index(),
                        gateway));
            }
            onNode(address, neighbour, node, onNode);
        }
        return new Ways(inPod, onNode, left(asked, gateway, node, routes));
    }

    private static List<IpAddress> destinations(@Nullable IpAddress neighbour, IpAddress node) {
        var far = Places.farAway(node.family());
        return neighbour == null ? List.of(node, far) : List.of(neighbour, node, far);
    }

    private static void onNode(IpAddress pod, @Nullable IpAddress neighbour, NodeSide node, List<Way> ways) {
        int host = node.hostInterface().index();
        int parent = node.parent().index();
        ways.add(new Way(Kind.FROM_NODE_TO_POD, RouteQuestion.sent(node.address(), pod), host, null));
        ways.add(new Way(Kind.FROM_POD_TO_NODE, RouteQuestion.arriving(host, pod, node.address()), 0, null));
        if (neighbour != null) {
            ways.add(new Way(Kind.FROM_POD_TO_LAN, RouteQuestion.arriving(host, pod, neighbour), parent, null));
            ways.add(new Way(Kind.FROM_LAN_TO_POD, RouteQuestion.arriving(parent, neighbour, pod), host, null));
        }
    }

    /** A machine of the pod's network: the router if it is one, else any. */
    private static @Nullable IpAddress neighbour(
            Prefix prefix, Attachment asked, NodeSide node, @Nullable IpAddress podsRouter) {
        var taken = asked.addresses();
        taken.add(node.address());
        var everywhere = node.toEverywhere().route();
        var nodesRouter = everywhere == null ? null : everywhere.gateway();
        if (isNeighbour(podsRouter, prefix, taken)) {
            return podsRouter;
        }
        return isNeighbour(nodesRouter, prefix, taken) ? nodesRouter : Places.neighbourOf(prefix, taken);
    }

    private static boolean isNeighbour(@Nullable IpAddress candidate, Prefix prefix, List<IpAddress> taken) {
        return candidate != null && prefix.contains(candidate) && !taken.contains(candidate);
    }

    private static List<Left> left(Attachment asked, IpAddress gateway, NodeSide node, PodRoutes routes) {
        var left = new ArrayList<Left>();
        for (var route : routes.kept()) {
            if (!gateway.equals(route.by())) {
                var source = asked.prefixes().getFirst().address();
                var question =
                        RouteQuestion.arriving(node.hostInterface().index(), source, Places.in(route.destination()));
                left.add(new Left(
                        route,
                        new Way(
                                Kind.FROM_POD_BY_A_ROUTE,
                                question,
                                node.parent().index(),
                                route.by())));
            }
        }
        return left;
    }

    /** The questions whether packets take these ways. */
    public static List<RouteQuestion> questions(List<Way> ways) {
        var questions = new ArrayList<RouteQuestion>();
        for (var way : ways) {
            questions.add(way.question());
        }
        return questions;
    }

    /**
     * The first packet that takes another way.
     *
     * @param answers one for each way
     * @return its place in the list; -1 if all is well
     */
    public static int firstAstray(List<Way> ways, List<RouteAnswer> answers) {
        for (int at = 0; at < ways.size(); at++) {
            var way = ways.get(at);
            if (!way.isTaken(answers.get(at))) {
                return at;
            }
            if (way.meetsAPod(answers.get(at))) {
                at++; // and what that pod would send does not come in by the parent
            }
        }
        return -1;
    }
}

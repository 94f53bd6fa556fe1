package dev.routefix.installer.trace;

import dev.routefix.attachment.Attachment;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.trace.Hop.Step;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What becomes of a packet in a pod, as its kernel says. */
final class PodSteps {

    private final Sandboxes sandboxes;

    PodSteps(Paths paths) {
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
    }

    /** It arrives there, and its answer leaves. */
    List<Step> getsAndAnswers(Party pod, IpAddress other) {
        var steps = new ArrayList<>(gets(pod, other));
        steps.addAll(sends(pod, other));
        return steps;
    }

    /** It comes in by the pod's interface. */
    List<Step> gets(Party pod, IpAddress source) {
        return in(pod, (inside, attachment, link) -> {
            var answer = inside.ask(List.of(RouteQuestion.arriving(link, source, pod.address())))
                    .getFirst();
            if (answer.errno() != 0) {
                return List.of(Step.lost("the pod's kernel does not take it from " + source + " ("
                        + Errno.describe(answer.errno()) + "): is rp_filter on in the pod?"));
            }
            return List.of(
                    answer.isLocal()
                            ? Step.ok("comes in by " + attachment.id().ifname() + ", for the pod itself")
                            : Step.lost("the pod does not have the address " + pod.address()));
        });
    }

    /** It leaves the pod. */
    List<Step> sends(Party pod, IpAddress destination) {
        return in(pod, (inside, attachment, link) -> {
            var answer = inside.ask(List.of(RouteQuestion.sent(pod.address(), destination)))
                    .getFirst();
            var route = answer.route();
            if (route == null) {
                return List.of(Step.lost(
                        "the pod has no route to " + destination + " (" + Errno.describe(answer.errno()) + ")"));
            }
            if (answer.isLocal()) {
                return List.of(Step.ok("is for the pod itself"));
            }
            var by = "route in the pod: "
                    + route.toString().replace("#" + link, attachment.id().ifname());
            var gateway = attachment.gateway();
            if (gateway == null || !answer.leaves(link, gateway.address())) {
                return List.of(Step.lost(by + ", and not by its node"));
            }
            return List.of(Step.ok(by), neighbour(inside, link, gateway));
        });
    }

    private static Step neighbour(Netlink inside, int link, Attachment.Gateway gateway) {
        var found = inside.neighbour(link, gateway.address());
        boolean is = found != null
                && found.state() == Neighbour.PERMANENT
                && gateway.mac().equals(found.mac());
        return is
                ? Step.ok("neighbour in the pod: " + gateway.address() + " is " + gateway.mac() + ", this node's")
                : Step.lost(
                        "the pod does not have the permanent neighbour " + gateway.address() + ", " + gateway.mac());
    }

    private interface Look {
        List<Step> at(Netlink inside, Attachment attachment, int link);
    }

    private List<Step> in(Party pod, Look look) {
        var attachment = Objects.requireNonNull(pod.pod());
        var name = attachment.id().ifname();
        try {
            return Namespace.visit(sandboxes.locate(attachment.netns()), (inside, _) -> {
                var link = inside.link(name);
                if (link == null) {
                    return List.of(Step.lost("the pod has no interface " + name));
                }
                return link.isUp()
                        ? look.at(inside, attachment, link.index())
                        : List.of(Step.lost("the pod's interface " + name + " is down"));
            });
        } catch (NetlinkException gone) {
            return List.of(Step.lost(String.valueOf(gone.getMessage())));
        }
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniRequest;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.StackState;
import dev.routefix.plan.Wanted;
import java.util.ArrayList;
import java.util.List;

/**
 * DEL: take away what ADD left on the node; what it left in the pod goes with the pod. It runs before macvlan's DEL, so an error here would
 * keep the address from being given back: whatever cannot be done is logged, and the answer is success.
 */
final class Del {

    private final Attachments attachments;
    private final Lifecycle lifecycle;

    Del(Attachments attachments, Lifecycle lifecycle) {
        this.attachments = attachments;
        this.lifecycle = lifecycle;
    }

    Answer run(CniRequest request) {
        var id = request.attached();
        var conf = request.conf();
        var recorded = attachments.find(id);
        var hostInterface = recorded == null ? conf.hostInterface() : recorded.hostInterface();
        List<IpAddress> addresses;
        if (recorded != null) {
            addresses = recorded.addresses();
        } else if (conf.prevResult() != null) {
            addresses = conf.prevResult().addresses(conf.gateway().family(), id.ifname());
        } else {
            addresses = attachments.ownedBy(id);
        }
        var netns = request.netns().isEmpty() && recorded != null ? recorded.netns() : request.netns();
        return takeAway(id, netns, hostInterface, addresses);
    }

    /** Takes away routes, neighbours and records of one attachment; success whatever happens. */
    Answer takeAway(AttachmentId id, String netns, String hostInterface, List<IpAddress> addresses) {
        return quietly(id, () -> takeAwayNow(id, netns, hostInterface, addresses));
    }

    /** The same, unless the attachment is another one since it was looked at. */
    Answer takeAway(Attachment seen) {
        return quietly(seen.id(), () -> {
            if (seen.equals(attachments.find(seen.id()))) {
                takeAwayNow(seen.id(), seen.netns(), seen.hostInterface(), seen.addresses());
            }
        });
    }

    private void takeAwayNow(AttachmentId id, String netns, String hostInterface, List<IpAddress> addresses) {
        lifecycle.detaches(id.containerId(), netns);
        try (var node = Namespace.own()) {
            fromNode(id, hostInterface, addresses, node);
        }
        attachments.forget(id, addresses);
    }

    private Answer quietly(AttachmentId id, Runnable work) {
        try {
            attachments.exclusively(work);
            return Answer.success();
        } catch (RuntimeException e) {
            return new Answer(0, "", "route-fix DEL " + id + ": left something behind: " + e.getMessage() + "\n");
        }
    }

    private void fromNode(AttachmentId id, String hostInterface, List<IpAddress> addresses, Netlink node) {
        var link = node.link(hostInterface);
        var own = new ArrayList<IpAddress>();
        for (var address : addresses) {
            if (attachments.mayTakeAway(address, id)) {
                own.add(address);
            }
        }
        if (link == null || own.isEmpty()) {
            return;
        }
        var stack = Stack.ofNode(node, Namespace.sysctls(), link.index(), own);
        var found = stack.read();
        var ours = new ArrayList<Route>();
        for (var route : found.routes()) {
            if (route.protocol() == Route.OURS && route.link() == link.index()) {
                ours.add(route);
            }
        }
        stack.move(new StackState(ours, found.neighbours(), found.sysctls()), Wanted.nothing());
    }
}

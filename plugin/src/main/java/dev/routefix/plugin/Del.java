package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniRequest;
import dev.routefix.hostport.HostPorts;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.function.Supplier;

/**
 * DEL: take away what ADD left on the node; what it left in the pod goes with the pod. It runs before macvlan's DEL, so an error here would
 * keep the address from being given back: whatever cannot be done is logged, and the answer is success.
 */
final class Del {

    private final Attachments attachments;
    private final Lifecycle lifecycle;
    private final Sandboxes sandboxes;
    private final Supplier<Netlink> tables;

    /** @param tables the node's */
    Del(Attachments attachments, Lifecycle lifecycle, Sandboxes sandboxes, Supplier<Netlink> tables) {
        this.attachments = attachments;
        this.lifecycle = lifecycle;
        this.sandboxes = sandboxes;
        this.tables = tables;
    }

    Answer run(CniRequest request) {
        var id = request.attached();
        return quietly(id, () -> takeAwayNow(whatIsLeft(request)));
    }

    /** The record, or as much as can be known without one. */
    private Attachment whatIsLeft(CniRequest request) {
        var id = request.attached();
        var conf = request.conf();
        var recorded = attachments.find(id);
        if (recorded != null) {
            return recorded;
        }
        var addresses = conf.prevResult() == null
                ? attachments.ownedBy(id)
                : conf.prevResult().addresses(conf.gateway().family(), id.ifname());
        return new Attachment(id, request.netns(), "", conf.hostInterface(), addresses).with(conf.portMappings());
    }

    /** Takes away routes, neighbours and records of one attachment, unless it is another one since it was looked at; success whatever happens. */
    Answer takeAway(Attachment seen) {
        return quietly(seen.id(), () -> {
            if (seen.equals(attachments.find(seen.id()))) {
                takeAwayNow(seen);
            }
        });
    }

    private void takeAwayNow(Attachment attachment) {
        lifecycle.detaches(attachment.id().containerId(), attachment.netns());
        try (var node = tables.get()) {
            fromNode(attachment, node);
            fromPod(attachment);
            attachments.forget(attachment.id(), attachment.addresses());
            if (!attachment.portMappings().isEmpty()) {
                try (var ports = new HostPorts(Namespace.natTables(), node)) {
                    ports.follow(attachments.all());
                }
            }
        }
    }

    private Answer quietly(AttachmentId id, Runnable work) {
        try {
            attachments.exclusively(work);
            return Answer.success();
        } catch (RuntimeException e) {
            return new Answer(0, "", "route-fix DEL " + id + ": left something behind: " + e.getMessage() + "\n");
        }
    }

    private void fromNode(Attachment attachment, Netlink node) {
        var link = node.link(attachment.hostInterface());
        if (link == null) {
            return;
        }
        var changes = new ArrayList<Change>();
        for (var address : attachment.addresses()) {
            if (attachments.mayTakeAway(address, attachment.id())) {
                var route = node.route(address.host());
                if (route != null && route.protocol() == Route.OURS && route.link() == link.index()) {
                    changes.add(new Change.DeleteRoute(route));
                }
                changes.add(
                        new Change.DeleteNeighbour(new Neighbour(link.index(), address, null, Neighbour.PERMANENT)));
            }
        }
        if (!changes.isEmpty()) {
            node.apply(changes);
        }
    }

    /**
     * The rules that lead to the interface's own table, where the pod stays, as when one of its interfaces is taken from it. The routes go with the
     * interface, and with a pod that is gone goes everything, so this may fail.
     */
    private void fromPod(Attachment attachment) {
        if (attachment.table() == 0 || !sandboxes.isThere(attachment.netns(), attachment.namespace())) {
            return;
        }
        try {
            Namespace.visit(sandboxes.locate(attachment.netns()), (inside, _) -> {
                var changes = new ArrayList<Change>();
                for (var prefix : attachment.prefixes()) {
                    changes.add(new Change.DeletePolicyRule(PolicyRule.ours(prefix.address(), attachment.table())));
                    changes.add(
                            new Change.DeletePolicyRule(PolicyRule.oursTowards(prefix.network(), attachment.table())));
                }
                inside.apply(changes);
                return attachment;
            });
        } catch (NetlinkException gone) {
            // with all that was in it
        }
    }
}

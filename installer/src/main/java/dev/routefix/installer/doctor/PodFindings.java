package dev.routefix.installer.doctor;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.plan.Finding;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.plugin.AttachedPod;
import dev.routefix.sandbox.Sandboxes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a pod: only the first thing of each, as the others follow from it. */
final class PodFindings {

    private final Attachments attachments;
    private final Sandboxes sandboxes;
    private final Netlink node;
    private final Moment now;

    PodFindings(Paths paths, Attachments attachments, Netlink node, Moment now) {
        this.attachments = attachments;
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
        this.node = node;
        this.now = now;
    }

    /**
     * Of one.
     *
     * @param lease that it has, or null
     * @param inside whether to look into the pod; without a node that is as it should be no pod is
     */
    List<Finding> of(Attachment attachment, @Nullable Lease lease, boolean inside) {
        var subject = "pod " + attachment.name();
        if (!sandboxes.isThere(attachment.netns(), attachment.namespace())) {
            return List.of(Finding.told(
                    subject,
                    "its address, route and record stay on the node",
                    "its sandbox is gone, and the container runtime has not called DEL for it",
                    "the resident cleans up five minutes after; if the runtime lists it still: crictl rmp -f "
                            + attachment.id().containerId()));
        }
        for (var address : attachment.addresses()) {
            var other = attachments.otherOwner(address, attachment.id());
            if (other != null) {
                return List.of(duplicate(subject, address, other));
            }
        }
        var ofLease = lease == null ? List.<Finding>of() : LeaseFindings.of(subject, lease, now);
        if (!ofLease.isEmpty() || !inside) {
            return ofLease;
        }
        var fault = fault(attachment);
        return fault == null
                ? List.of()
                : List.of(
                        Finding.told(
                                subject,
                                "the pod may not be reached, or may not reach others",
                                fault,
                                "the resident puts back what is missing within a minute; if this stays, delete the pod to have it made anew"));
    }

    private static Finding duplicate(String subject, IpAddress address, Attachment other) {
        return Finding.told(
                subject,
                "only the newer one is reached",
                "its address " + address + " was given once more, to " + other.name(),
                "delete the pod, and look who gives addresses twice: two DHCP servers, or a static address inside of a DHCP range");
    }

    private @Nullable String fault(Attachment attachment) {
        try {
            return new AttachedPod(attachment, sandboxes.locate(attachment.netns()), node).fault();
        } catch (CniException | NetlinkException e) {
            return String.valueOf(e.getMessage());
        }
    }
}

package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.client.LeaseWatch;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.Log;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Scope;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plugin.AttachedPod;
import dev.routefix.sandbox.Sandboxes;
import java.util.List;
import java.util.function.Function;

/** What becomes of a pod whose lease has ended: it must not use the address any more (RFC 2131, section 4.4.5), and may again when the server gives it back. */
public final class LeasedPods implements LeaseWatch {

    private final Attachments attachments;
    private final Sandboxes sandboxes;
    private final Log log;

    public LeasedPods(Paths paths, Log log) {
        attachments = new Attachments(paths.run());
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
        this.log = log;
    }

    @Override
    public void expired(AttachmentId id, Granted what) {
        change(id, what, Change.DeleteAddress::new);
    }

    @Override
    public void restored(AttachmentId id, Granted what) {
        change(id, what, Change.PutBareAddress::new);
        attachments.exclusively(() -> {
            var attachment = attachments.find(id);
            if (attachment != null) {
                try (var node = Namespace.own()) {
                    attachments.amend(new AttachedPod(attachment, sandboxes.locate(attachment.netns()), node).repair());
                }
            }
        });
    }

    private void change(AttachmentId id, Granted what, Function<LinkAddress, Change> change) {
        var attachment = attachments.find(id);
        if (attachment == null || !sandboxes.isThere(attachment.netns(), attachment.namespace())) {
            return; // its DEL or the look for orphans ends the lease
        }
        Namespace.visit(sandboxes.locate(attachment.netns()), (inside, _) -> {
            var link = inside.link(id.ifname());
            if (link != null) {
                inside.apply(List.of(change.apply(new LinkAddress(link.index(), what.address(), Scope.UNIVERSE))));
            }
            return id;
        });
    }

    @Override
    public void tell(String sentence) {
        log.error(sentence);
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniRequest;

/**
 * GC: take away what belongs to no attachment of its network that the runtime still knows. Other networks are the business of their own GC; what is not
 * known to be of this one is left to DEL, and to the resident, which sees whether the pod is there. Goes on after a failure and reports all of them.
 */
final class Gc {

    private final Attachments attachments;
    private final Del del;

    Gc(Attachments attachments, Del del) {
        this.attachments = attachments;
        this.del = del;
    }

    Answer run(CniRequest request) {
        var valid = request.conf().validAttachments();
        if (valid == null) {
            return Answer.success();
        }
        var log = new StringBuilder();
        for (var attachment : attachments.all()) {
            if (request.conf().name().equals(attachment.network()) && !valid.contains(attachment.id())) {
                log.append(del.takeAway(attachment).log());
            }
        }
        return new Answer(0, "", log.toString());
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniRequest;
import dev.routefix.lifecycle.Lifecycle;

/** GC: take away what belongs to no attachment the runtime still knows. Goes on after a failure and reports all of them. */
final class Gc {

    private final Attachments attachments;
    private final Lifecycle lifecycle;

    Gc(Attachments attachments, Lifecycle lifecycle) {
        this.attachments = attachments;
        this.lifecycle = lifecycle;
    }

    Answer run(CniRequest request) {
        var valid = request.conf().validAttachments();
        if (valid == null) {
            return Answer.success();
        }
        var log = new StringBuilder();
        var del = new Del(attachments, lifecycle);
        for (var attachment : attachments.all()) {
            if (!valid.contains(attachment.id())) {
                log.append(del.takeAway(
                                attachment.id(), attachment.netns(), attachment.hostInterface(), attachment.addresses())
                        .log());
            }
        }
        return new Answer(0, "", log.toString());
    }
}

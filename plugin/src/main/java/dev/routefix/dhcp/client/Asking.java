package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.machine.Acquisition;
import dev.routefix.dhcp.machine.Terms;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An address that is being asked for.
 *
 * @param attachment for which; null for one that is taken beforehand, or only looked at
 * @param acknowledged gets what a server gives, while it may still be looked whether somebody else has the address; what failed, too
 * @param answer gets the terms when nobody has, or what failed
 */
record Asking(
        @Nullable AttachmentId attachment,
        String parent,
        Acquisition acquisition,
        long since,
        CompletableFuture<Terms> acknowledged,
        CompletableFuture<Terms> answer) {

    Asking(@Nullable AttachmentId attachment, String parent, Acquisition acquisition, long since) {
        this(attachment, parent, acquisition, since, new CompletableFuture<>(), new CompletableFuture<>());
    }

    /** Longer than a server needs that pings before it offers, and than those need that have much to do. */
    private static final long SILENCE = 4_000;

    /** When {@link #isInNeed} may change by itself. */
    long needAt(long now) {
        return now < since + SILENCE ? since + SILENCE : Long.MAX_VALUE;
    }

    /** Whether the server seems to have no address left for a pod that is there. */
    boolean isInNeed(long now) {
        return attachment != null && now >= since + SILENCE && acquisition.isUnanswered();
    }

    /** Tells whoever asked what has come of it. */
    void tell() {
        var terms = acquisition.granted();
        if (terms != null) {
            acknowledged.complete(terms);
        }
        if (acquisition.isOver()) {
            if (terms != null) {
                answer.complete(terms);
            } else {
                fail(new NothingGiven(acquisition.account()));
            }
        }
    }

    /** Tells whoever asked that nothing will. */
    void fail(RuntimeException why) {
        acknowledged.completeExceptionally(why);
        answer.completeExceptionally(why);
    }

    /** The acquisition failed. */
    static final class NothingGiven extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NothingGiven(String account) {
            super(account, null, false, false);
        }
    }
}

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
 * @param answer gets the terms, or what failed
 */
record Asking(
        @Nullable AttachmentId attachment,
        String parent,
        Acquisition acquisition,
        long since,
        CompletableFuture<Terms> answer) {

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

    /** Tells whoever asked what came of it. */
    void finish() {
        var terms = acquisition.granted();
        if (terms != null) {
            answer.complete(terms);
        } else {
            answer.completeExceptionally(new NothingGiven(acquisition.account()));
        }
    }

    /** The acquisition failed. */
    static final class NothingGiven extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NothingGiven(String account) {
            super(account, null, false, false);
        }
    }
}

package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.machine.Acquisition;
import dev.routefix.dhcp.machine.Terms;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An address that is being asked for.
 *
 * @param attachment for which; null for a lease that is taken beforehand
 * @param answer gets the terms, or what failed
 */
record Asking(
        @Nullable AttachmentId attachment,
        String parent,
        Identity identity,
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
}

package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.AttachmentId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When to look into which pod. Going there costs more than all else that is looked at of it. Its ADD has done so; it is done once more some seconds later,
 * when the plugins after ours are through, and then rarely, and never in many at once. Remembered as long as the process lives; one that starts looks into all.
 */
public final class Rounds {

    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration ROUND = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;

    /** When each that is there is due, by the clock that nobody sets. */
    private Map<AttachmentId, Long> due = new HashMap<>();

    private boolean begun;

    public Rounds() {
        this(System::nanoTime);
    }

    Rounds(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** These are there now. What others were is forgotten. */
    synchronized void keep(Collection<Attachment> attachments) {
        long first = nanoTime.getAsLong() + (begun ? SETTLED.toNanos() : 0);
        var kept = new HashMap<AttachmentId, Long>();
        for (var attachment : attachments) {
            kept.put(attachment.id(), due.getOrDefault(attachment.id(), first));
        }
        due = kept;
        begun = true;
    }

    synchronized boolean isDue(AttachmentId id) {
        var when = due.get(id);
        return when != null && nanoTime.getAsLong() - when >= 0;
    }

    /** It was looked into, and all was well. */
    synchronized void isWell(AttachmentId id) {
        long round = ROUND.toNanos();
        // each its own moment, so that those that were looked into together are not due together
        long later = round / 2 + Math.floorMod(id.hashCode() * 0x9E3779B97F4A7C15L, round);
        due.put(id, nanoTime.getAsLong() + later);
    }
}

package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.AttachmentId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * When to look into which pod. Going there costs more than all else that is looked at of it. Its ADD has done so; where plugins come after ours
 * it is done once more some seconds later, when they are through, and then rarely, and never in many at once. Remembered as long as the process lives; one that starts looks into all.
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

    /**
     * These are there now. What others were is forgotten.
     *
     * @param alone whether no plugin comes after ours in a pod's chain
     */
    synchronized void keep(Collection<Attachment> attachments, Predicate<AttachmentId> alone) {
        var kept = new HashMap<AttachmentId, Long>();
        for (var attachment : attachments) {
            var id = attachment.id();
            var known = due.get(id);
            kept.put(id, known != null ? known : first(id, alone));
        }
        due = kept;
        begun = true;
    }

    private long first(AttachmentId id, Predicate<AttachmentId> alone) {
        long now = nanoTime.getAsLong();
        if (!begun) {
            return now;
        }
        return alone.test(id) ? later(id) : now + SETTLED.toNanos();
    }

    synchronized boolean isDue(AttachmentId id) {
        var when = due.get(id);
        return when != null && nanoTime.getAsLong() - when >= 0;
    }

    /** It was looked into, and all was well. */
    synchronized void isWell(AttachmentId id) {
        due.put(id, later(id));
    }

    /** Each its own moment, so that those that were looked into together are not due together. */
    private long later(AttachmentId id) {
        long round = ROUND.toNanos();
        return nanoTime.getAsLong() + round / 2 + Math.floorMod(id.hashCode() * 0x9E3779B97F4A7C15L, round);
    }
}

package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When to look into which pod. Going there costs more than all else that is looked at of it, so it is done right after its ADD and some seconds later,
 * when the plugins after ours are through, and then rarely, and never in many at once. Remembered as long as the process lives; one that starts looks
 * into all.
 */
public final class Rounds {

    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration ROUND = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;

    /** When each is due that was looked into, by the clock that nobody sets. */
    private final Map<Attachment, Long> due = new HashMap<>();

    public Rounds() {
        this(System::nanoTime);
    }

    Rounds(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Forgets all others. */
    synchronized void keep(Collection<Attachment> attachments) {
        due.keySet().retainAll(attachments);
    }

    synchronized boolean isDue(Attachment attachment) {
        var when = due.get(attachment);
        return when == null || nanoTime.getAsLong() - when >= 0;
    }

    /** It was looked into, and all was well. */
    synchronized void isWell(Attachment attachment) {
        long round = ROUND.toNanos();
        // each its own moment, so that those that were looked into together are not due together
        long later = round / 2 + Math.floorMod(attachment.id().hashCode() * 0x9E3779B97F4A7C15L, round);
        due.put(attachment, nanoTime.getAsLong() + (due.containsKey(attachment) ? later : SETTLED.toNanos()));
    }
}

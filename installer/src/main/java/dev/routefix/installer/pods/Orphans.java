package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.plugin.RouteFix;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Attachments whose pod is gone and whose DEL never came, as after a crash of the container runtime; containerd does not ask for GC. What they left on
 * the node is taken away when they have been gone for a while, since a DEL may only be late. What is remembered of them is forgotten with the process.
 */
public final class Orphans {

    private static final Duration GRACE = Duration.ofMinutes(5);

    /** How often they are looked for within the grace period. */
    private static final int LOOKS = 5;

    private final Attachments attachments;
    private final Sandboxes sandboxes;
    private final Paths paths;
    private final RouteFix plugin;
    private final Log log;
    private final Duration grace;
    private final LongSupplier nanoTime;

    /** Since when each has been missing, by the clock that nobody sets. */
    private final Map<Attachment, Long> missing = new HashMap<>();

    private long nextLook;

    public Orphans(Paths paths, Attachments attachments, RouteFix plugin, Log log) {
        this(paths, attachments, plugin, log, GRACE, System::nanoTime);
    }

    /** @param grace how long a pod must have been gone */
    Orphans(Paths paths, Attachments attachments, RouteFix plugin, Log log, Duration grace, LongSupplier nanoTime) {
        this.paths = paths;
        this.attachments = attachments;
        this.plugin = plugin;
        this.log = log;
        this.grace = grace;
        this.nanoTime = nanoTime;
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
        nextLook = nanoTime.getAsLong();
    }

    /** Looks for them and cleans up after those that have been gone for long; does nothing if the last look was a moment ago. */
    public void look() {
        long now = nanoTime.getAsLong();
        if (now - nextLook < 0) {
            return;
        }
        nextLook = now + grace.dividedBy(LOOKS).toNanos();
        var gone = gone();
        missing.keySet().retainAll(gone);
        for (var attachment : gone) {
            var since = missing.putIfAbsent(attachment, now);
            if (since != null && now - since >= grace.toNanos() && !hasProcess(attachment)) {
                release(attachment);
            }
        }
    }

    private List<Attachment> gone() {
        try {
            return attachments.all().stream()
                    .filter(attachment -> !sandboxes.isThere(attachment.netns(), attachment.namespace()))
                    .toList();
        } catch (CniException e) {
            throw HostProblem.of(e);
        }
    }

    /** Whether somebody lives in the namespace although its path is gone. */
    private boolean hasProcess(Attachment attachment) {
        var namespace = attachment.namespace();
        if (namespace == null) {
            return false;
        }
        var link = "net:[" + Sandboxes.inode(namespace) + "]";
        try (var processes = Files.newDirectoryStream(paths.proc(), "[0-9]*")) {
            for (var process : processes) {
                var inside = process.resolve("ns/net");
                try {
                    if (Files.readSymbolicLink(inside).toString().equals(link)
                            && sandboxes.isThere(inside.toString(), namespace)) {
                        return true;
                    }
                } catch (IOException ended) {
                    // then it does not live there
                }
            }
            return false;
        } catch (IOException e) {
            throw HostProblem.of("list the processes", e);
        }
    }

    private void release(Attachment attachment) {
        var left = plugin.release(attachment);
        missing.remove(attachment);
        if (left.isEmpty()) {
            log.info("cleaned up after pod " + attachment.name() + ": it has been gone for " + grace.toMinutes()
                    + " min, and its DEL never came");
        } else {
            log.warn("pod " + attachment.name() + " is gone without a DEL: " + left.strip());
        }
    }
}

package dev.routefix.installer.metrics;

import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Has doctor look at the node now and then: it takes seconds and asks the DHCP server, so that not every scrape can wait for it. For one thread. */
final class Checkups {

    private static final Duration BETWEEN = Duration.ofMinutes(5);

    /** Each is a series of its own. A node in ruins has hundreds, one for each pod, and the first tell enough. */
    private static final int MOST = 50;

    private final MetricSource source;
    private final Log log;
    private Instant last = Instant.EPOCH;
    private List<Finding> findings = List.of();

    Checkups(MetricSource source, Log log) {
        this.source = source;
        this.log = log;
    }

    /** What was found last. */
    List<Finding> findings() {
        return findings;
    }

    /** When that was; the epoch for never. */
    Instant last() {
        return last;
    }

    /** Looks if it is time. */
    void whenDue() {
        if (last.plus(BETWEEN).isBefore(Instant.now())) {
            try {
                findings = source.doctor().findings().stream().limit(MOST).toList();
            } catch (RuntimeException e) {
                log.warn("METRICS: doctor could not look at the node: " + e.getMessage());
            }
            last = Instant.now();
        }
    }
}

package dev.routefix.lab.containerd;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelet asks a container again and again (Kubernetes API, core/v1 Container).
 *
 * @param startup until this one succeeds, the others are not asked; null for a container that has started as soon as it runs
 * @param readiness null for a container that is ready as soon as it has started
 * @param liveness null for one that is never given up
 */
public record Probes(
        @Nullable Probe startup,
        @Nullable Probe readiness,
        @Nullable Probe liveness) {
    static final Probes NONE = new Probes(null, null, null);

    /**
     * A command run in the container, whose exit code is the answer.
     *
     * @param initialDelay from the start of the container to the first time
     * @param period from one time to the next
     * @param timeout one that takes longer has failed
     * @param failureThreshold so many failures in a row count as one
     */
    public record Probe(
            List<String> command, Duration initialDelay, Duration period, Duration timeout, int failureThreshold) {
        public Probe {
            command = List.copyOf(command);
        }
    }
}

package dev.routefix.lab.containerd;

import dev.routefix.lab.containerd.Probes.Probe;
import dev.routefix.lab.run.CommandFailed;
import dev.routefix.lab.run.Output;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes a container as the kubelet does: first until it has started, then whether it is ready and whether it lives, each at its own pace. The first
 * question whether it is ready comes as soon as it has started.
 */
final class Prober implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(10);

    private final Containerd containerd;
    private final String container;
    private final Probes probes;
    private final Consumer<String> givenUp;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("prober").daemon().factory());
    private volatile boolean ready;
    private volatile String last = "not probed yet";
    private int execs;

    /** @param givenUp told why, if the container has to be ended */
    private Prober(Containerd containerd, String container, Probes probes, Consumer<String> givenUp) {
        this.containerd = containerd;
        this.container = container;
        this.probes = probes;
        this.givenUp = givenUp;
    }

    static Prober start(Containerd containerd, String container, Probes probes, Consumer<String> givenUp) {
        Prober prober = new Prober(containerd, container, probes, givenUp);
        if (probes.startup() == null) {
            prober.started();
        } else {
            prober.startup(probes.startup(), 0, probes.startup().initialDelay());
        }
        return prober;
    }

    boolean isReady() {
        return ready;
    }

    /** What the last probe said. */
    String last() {
        return last;
    }

    private void startup(Probe probe, int failures, Duration pause) {
        after(pause, () -> {
            if (succeeds(probe)) {
                started();
            } else if (failures + 1 < probe.failureThreshold()) {
                startup(probe, failures + 1, probe.period());
            } else {
                givenUp.accept("startupProbe failed " + (failures + 1) + " times: " + last);
            }
        });
    }

    private void started() {
        if (probes.readiness() == null) {
            ready = true;
        } else {
            readiness(probes.readiness(), 0, probes.readiness().initialDelay());
        }
        if (probes.liveness() != null) {
            liveness(probes.liveness(), 0, probes.liveness().initialDelay());
        }
    }

    private void readiness(Probe probe, int failures, Duration pause) {
        after(pause, () -> {
            int failed = succeeds(probe) ? 0 : failures + 1;
            if (failed == 0) {
                ready = true;
            } else if (failed >= probe.failureThreshold()) {
                ready = false;
            }
            readiness(probe, failed, probe.period());
        });
    }

    private void liveness(Probe probe, int failures, Duration pause) {
        after(pause, () -> {
            int failed = succeeds(probe) ? 0 : failures + 1;
            if (failed < probe.failureThreshold()) {
                liveness(probe, failed, probe.period());
            } else {
                givenUp.accept("livenessProbe failed " + failed + " times: " + last);
            }
        });
    }

    private void after(Duration pause, Runnable step) {
        if (!clock.isShutdown()) {
            var _ = clock.schedule(step, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean succeeds(Probe probe) {
        execs++;
        @Nullable Output output = null;
        try {
            output = containerd
                    .exec(container, "probe-" + execs, probe.command())
                    .within(probe.timeout())
                    .attempt();
            last = (output.stdout() + output.stderr()).strip();
        } catch (CommandFailed e) {
            last = String.valueOf(e.getMessage());
        }
        return output != null && output.ok();
    }

    /**
     * Asks nothing more. What is being asked is heard to its end, as the kubelet does: a client of containerd that is killed while its process starts can
     * leave the container's shim waiting for it, and with it whatever is executed next.
     */
    @Override
    public void close() {
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        clock.shutdown();
        try {
            clock.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
    }
}

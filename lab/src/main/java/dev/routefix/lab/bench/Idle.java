package dev.routefix.lab.bench;

import dev.routefix.lab.containerd.ContainerCgroup;
import dev.routefix.lab.run.Pause;
import java.time.Duration;

/** What the appliance takes of the CPU while nothing happens. */
final class Idle {
    private static final Duration TIME = Duration.ofMinutes(1);
    private static final double PERCENT = 100;

    private Idle() {}

    static Figure measure(ContainerCgroup cgroup) {
        long began = System.nanoTime();
        long before = cgroup.cpuNanos();
        Pause.of(TIME);
        double share = (double) (cgroup.cpuNanos() - before) / (System.nanoTime() - began);
        return Figure.of("idle_cpu", PERCENT * share, "% of a core").within(new Budget.AtMost(0.2));
    }
}

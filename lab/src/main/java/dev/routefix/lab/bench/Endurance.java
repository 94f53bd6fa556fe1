package dev.routefix.lab.bench;

import dev.routefix.lab.containerd.ContainerCgroup;
import java.util.ArrayList;
import java.util.List;

/** A thousand pods come and go, one right after the other, in a container held to its manifest's limits, which looks after the leases of others. */
final class Endurance {
    private static final int PAIRS = 1000;
    private static final int SANDBOXES = 50;
    private static final double MEBIBYTE = 1 << 20;

    private Endurance() {}

    static List<Figure> measure(Ground ground) {
        ContainerCgroup cgroup = ground.appliance().cgroup();
        List<Calls> pods = ground.ours(SANDBOXES);
        List<Long> adds = new ArrayList<>();
        long own = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            Calls pod = pods.get(pair % SANDBOXES);
            adds.add(pod.add());
            pod.del();
            own = Math.max(own, cgroup.ownMemory());
        }
        return List.of(
                memory("container_memory_peak", cgroup.memoryPeak()),
                memory("container_memory_own", own),
                Figure.of("container_oom_kills", (double) cgroup.oomKills(), "").within(new Budget.AtMost(0)),
                Figure.of("container_reclaims", (double) cgroup.reclaims(), ""),
                Figure.of("add_resident_100m_busy", Sample.ofNanos(adds), "ms"));
    }

    private static Figure memory(String name, long bytes) {
        return Figure.of(name, bytes / MEBIBYTE, "MiB").within(new Budget.AtMost(50));
    }
}

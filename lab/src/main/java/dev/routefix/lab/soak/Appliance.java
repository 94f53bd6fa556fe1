package dev.routefix.lab.soak;

import dev.routefix.lab.containerd.ContainerCgroup;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import java.time.Duration;

/** The appliance on the node, in one container after the other, and what the kernel counted of all of them. */
final class Appliance implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final Containerd node;
    private final DaemonSet set;
    private final String image;
    private volatile DaemonPod pod;
    private long peak;
    private long oomKills;

    private Appliance(Containerd node, DaemonSet set, String image) {
        this.node = node;
        this.set = set;
        this.image = image;
        pod = DaemonPod.start(node, set, image);
    }

    static Appliance start(Containerd node, DaemonSet set, String image) {
        Appliance appliance = new Appliance(node, set, image);
        appliance.awaitReady();
        return appliance;
    }

    /** Kills it, as the kernel does when memory runs out. What it installed stays. */
    void kill() {
        if (!pod.isAlive()) {
            throw ended();
        }
        account();
        pod.close();
    }

    void restart() {
        pod = DaemonPod.start(node, set, image);
        awaitReady();
    }

    private void awaitReady() {
        try {
            pod.awaitReady(START);
        } catch (RuntimeException e) {
            pod.close();
            throw e;
        }
    }

    /** Nobody asked it to. */
    static IllegalStateException ended() {
        return new IllegalStateException(
                "the appliance ended by itself; if the end of its log does not say why, the memory limit did it (dmesg)");
    }

    boolean isAlive() {
        return pod.isAlive();
    }

    ContainerCgroup cgroup() {
        return pod.cgroup();
    }

    /** Ends it as the kubelet does, so that it takes everything away. */
    DaemonPod.Ending stop() {
        account();
        return pod.stop();
    }

    private void account() {
        peak = Math.max(peak, pod.cgroup().memoryPeak());
        oomKills += pod.cgroup().oomKills();
    }

    long peak() {
        return peak;
    }

    long oomKills() {
        return oomKills;
    }

    String log() {
        return pod.log();
    }

    @Override
    public void close() {
        pod.close();
    }
}

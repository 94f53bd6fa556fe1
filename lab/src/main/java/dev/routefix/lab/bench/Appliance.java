package dev.routefix.lab.bench;

import dev.routefix.lab.containerd.ContainerCgroup;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The appliance in its container on the node, run as the manifest says. */
final class Appliance implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final long LOOK_NANOS = 500_000;
    private static final String CONFLISTS = "/etc/cni/net.d";
    /** What a container's process is called until the runtime lets it become what it is. */
    private static final String WAITING = "runc";

    private final Site site;
    private final DaemonSet set;
    private final long startNanos;
    private DaemonPod pod;

    private Appliance(Site site, DaemonSet set, DaemonPod pod, long startNanos) {
        this.site = site;
        this.set = set;
        this.pod = pod;
        this.startNanos = startNanos;
    }

    /** Runs it and waits for the network it writes. */
    static Appliance start(Site site, DaemonSet set) {
        DaemonPod pod = DaemonPod.start(site.node(), set, site.image());
        try {
            long end = System.nanoTime() + START.toNanos();
            long began = 0;
            while (!hasNetwork(pod.containerd().root().path(CONFLISTS))) {
                if (began == 0 && runs(pod.cgroup())) {
                    began = System.nanoTime();
                }
                if (!pod.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("the appliance wrote no network: " + pod.log());
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return new Appliance(site, set, pod, System.nanoTime() - began);
        } catch (RuntimeException e) {
            pod.close();
            throw e;
        }
    }

    private static boolean runs(ContainerCgroup cgroup) {
        return cgroup.processes().stream()
                .map(Appliance::comm)
                .anyMatch(comm -> !comm.isEmpty() && !comm.startsWith(WAITING));
    }

    private static String comm(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "comm"));
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean hasNetwork(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".conflist"));
        } catch (IOException e) {
            return false;
        }
    }

    /** From the moment the runtime let the container's own process go, to the network on disk. */
    long startNanos() {
        return startNanos;
    }

    ContainerCgroup cgroup() {
        return pod.cgroup();
    }

    boolean isAlive() {
        return pod.isAlive();
    }

    String log() {
        return pod.log();
    }

    /** Kills it, and starts it again at once in a new container; it need not be ready yet. */
    void killAndRestart() {
        pod.close();
        pod = DaemonPod.start(site.node(), set, site.image());
    }

    /** Holds it to what its manifest gives it, where {@link ContainerCgroup#unlimitCpu} has let it go. */
    void limitCpu() {
        set.cpu().ifPresent(pod.cgroup()::limitCpu);
    }

    /** Ends it as the kubelet does, so that it takes everything away. */
    void stop() {
        DaemonPod.Ending ending = pod.stop();
        if (ending.preStop().exit() != 0 || ending.exit() != 0 || ending.killed()) {
            throw new IllegalStateException("the appliance did not end as it must: " + ending + "\n" + pod.log());
        }
        if (hasNetwork(pod.containerd().root().path(CONFLISTS))) {
            throw new IllegalStateException("the appliance ended and left its network behind: " + pod.log());
        }
    }

    /** Kills it: what it installed stays, and nobody is left who would answer. */
    @Override
    public void close() {
        pod.close();
    }
}

package dev.routefix.lab.containerd;

import dev.routefix.lab.containerd.DaemonSet.Env;
import dev.routefix.lab.containerd.DaemonSet.Mount;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.CommandFailed;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A DaemonSet's pod on one node: run and ended as the kubelet does it. */
public final class DaemonPod implements AutoCloseable {
    private static final Duration KILL = Duration.ofSeconds(10);
    /** The period the kubelet gives the scheduler, in microseconds. */
    private static final long CPU_PERIOD = 100_000;

    private static final String RUN = "/run";
    private static final long THOUSAND = 1000;

    private final Containerd containerd;
    private final DaemonSet set;
    private final Background run;
    private final Prober prober;
    private volatile String givenUp = "";

    private DaemonPod(Containerd containerd, DaemonSet set, Background run) {
        this.containerd = containerd;
        this.set = set;
        this.run = run;
        this.prober = Prober.start(containerd, set.name(), set.probes(), this::giveUp);
    }

    /** Makes the host paths the DaemonSet may have made, and runs its container from {@code image}, which is on the node already. */
    public static DaemonPod start(Containerd containerd, DaemonSet set, String image) {
        set.mounts().forEach(mount -> prepare(containerd.root(), mount));
        List<String> argv = new ArrayList<>(List.of("run", "--rm"));
        argv.addAll(flags(set, containerd));
        argv.add(image);
        argv.add(set.name());
        argv.addAll(process(set, containerd, image));
        return new DaemonPod(containerd, set, containerd.ctr(argv).start(containerd.log(set.name())));
    }

    private static List<String> flags(DaemonSet set, Containerd containerd) {
        List<String> flags = new ArrayList<>();
        if (set.hostNetwork()) {
            flags.add("--net-host");
        }
        if (set.hostPid()) {
            flags.addAll(List.of("--with-ns", "pid:" + containerd.root().pidNamespace()));
        }
        flags.addAll(set.privileges().flags());
        if (set.readOnlyRoot()) {
            flags.add("--read-only");
            if (set.mounts().stream().noneMatch(mount -> mount.mountPath().equals(RUN))) {
                // ctr puts a writable /run there, which no kubelet does.
                flags.addAll(List.of("--mount", "type=tmpfs,src=tmpfs,dst=" + RUN + ",options=ro"));
            }
        }
        set.memory().ifPresent(bytes -> flags.addAll(List.of("--memory-limit", Long.toString(bytes))));
        set.cpu()
                .ifPresent(millis -> flags.addAll(List.of(
                        "--cpu-period", Long.toString(CPU_PERIOD),
                        "--cpu-quota", Long.toString(millis * CPU_PERIOD / THOUSAND))));
        for (Env env : set.env()) {
            flags.addAll(List.of("--env", env.name() + "=" + value(env, containerd)));
        }
        for (Mount mount : set.mounts()) {
            flags.addAll(List.of("--mount", option(mount)));
        }
        return flags;
    }

    private static String value(Env env, Containerd containerd) {
        return switch (env) {
            case Env.Value(String _, String value) -> value;
            case Env.Field(String name, String path) ->
                switch (path) {
                    case "spec.nodeName" -> containerd.node().name();
                    case "status.hostIP", "status.podIP" -> containerd.node().address();
                    case "metadata.uid" -> UUID.randomUUID().toString();
                    default ->
                        throw new IllegalArgumentException("env " + name + ": the field " + path + " is not known");
                };
        };
    }

    /** The kubelet makes every bind mount recursive, and private unless told otherwise. */
    private static String option(Mount mount) {
        return "type=bind,src=%s,dst=%s,options=rbind:%s:%s"
                .formatted(
                        mount.hostPath(),
                        mount.mountPath(),
                        mount.hostToContainer() ? "rslave" : "rprivate",
                        mount.readOnly() ? "ro" : "rw");
    }

    /** Words given to ctr replace entrypoint and arguments together, so the image's entrypoint has to be repeated. */
    private static List<String> process(DaemonSet set, Containerd containerd, String image) {
        if (set.command().isEmpty() && set.args().isEmpty()) {
            return List.of();
        }
        List<String> argv = new ArrayList<>(set.command().isEmpty() ? containerd.entrypoint(image) : set.command());
        argv.addAll(set.args());
        return argv;
    }

    private static void prepare(NodeRoot root, Mount mount) {
        Path path = root.path(mount.hostPath());
        if (!mount.readOnly() && !root.owns(mount.hostPath())) {
            throw new IllegalArgumentException("hostPath " + mount.hostPath()
                    + " is this machine's, not the lab's: it may only be mounted readOnly");
        }
        try {
            boolean there = switch (mount.kind()) {
                case ANY -> Files.exists(path);
                case DIRECTORY -> Files.isDirectory(path);
                case DIRECTORY_OR_CREATE -> Files.isDirectory(Files.createDirectories(path));
                case FILE -> Files.isRegularFile(path);
                case FILE_OR_CREATE -> Files.isRegularFile(path) || Files.exists(Files.createFile(path));
                case SOCKET -> Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path);
            };
            if (!there) {
                throw new IllegalStateException("hostPath " + mount.hostPath() + " is no " + mount.kind());
            }
        } catch (IOException e) {
            throw NodeRoot.failed("hostPath " + mount.hostPath(), e);
        }
    }

    /** Waits for something the pod brings about; fails with its log if it ends before or takes longer than {@code bound}. */
    public void await(String what, Duration bound, Poll.Condition condition) {
        run.await(what, bound, condition);
    }

    /** Waits until its probes say that it is ready. */
    public void awaitReady(Duration bound) {
        try {
            run.await("is ready", bound, prober::isReady);
        } catch (CommandFailed e) {
            throw new IllegalStateException(e.getMessage() + "\nthe last probe said: " + prober.last() + givenUp, e);
        }
    }

    /** Whether its probes say that it is ready now. */
    public boolean isReady() {
        return prober.isReady();
    }

    /** Where the kubelet would start it anew, it is over here. */
    private void giveUp(String why) {
        givenUp = "\n" + why;
        kill();
    }

    public boolean isAlive() {
        return run.isAlive();
    }

    /** Everything its container wrote so far, and in the end the probe that had it killed, if one did. */
    public String log() {
        return run.log() + givenUp;
    }

    /** Runs a program in its container, as {@code kubectl exec} does. */
    public Output exec(List<String> command) {
        return containerd
                .exec(set.name(), "exec-" + System.nanoTime(), command)
                .within(set.grace())
                .attempt();
    }

    public Containerd containerd() {
        return containerd;
    }

    /** What the kernel counts and limits of its container. */
    public ContainerCgroup cgroup() {
        return containerd.cgroup(set.name());
    }

    /**
     * How a pod ended.
     *
     * @param preStop exit code and words of the hook; exit code 0 where there is none
     * @param exit the container's exit code
     * @param killed whether it outlived its grace period
     */
    public record Ending(Output preStop, int exit, boolean killed) {}

    /** Ends it as the kubelet does: preStop, then SIGTERM, and SIGKILL when the grace period is over. */
    public Ending stop() {
        prober.close();
        long end = System.nanoTime() + set.grace().toNanos();
        Output hook = preStop();
        containerd.ctr("tasks", "kill", "--signal", "SIGTERM", set.name()).attempt();
        boolean killed = !run.ends(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        if (killed) {
            kill();
        }
        return new Ending(hook, run.exit(KILL), killed);
    }

    private Output preStop() {
        if (set.preStop().isEmpty()) {
            return new Output(0, "", "");
        }
        return containerd
                .exec(set.name(), "pre-stop", set.preStop())
                .within(set.grace())
                .attempt();
    }

    private void kill() {
        containerd.ctr("tasks", "kill", "--signal", "SIGKILL", set.name()).attempt();
    }

    @Override
    public void close() {
        prober.close();
        if (run.isAlive()) {
            kill();
            run.exit(KILL);
        }
    }
}

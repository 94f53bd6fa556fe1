package dev.routefix.installer.config;

import dev.routefix.plugin.RetireProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The fixed places of the appliance, in its container and on the host alike, as everything is mounted where the host has it. Only the container runtime's
 * directories may be reached by another path in here: see {@link #here}.
 *
 * @param root below which all of them are
 * @param run what is gone after a reboot, as the pods are: locks and the attachments' records
 * @param state what survives a reboot: the list of installed files
 * @param dhcpSocket where the reference {@code dhcp} plugin finds its daemon
 * @param runtime the Java runtime to be copied to the host
 * @param loader words that a program of {@code sbin} is started with; none in the image
 * @param sbin where iptables is
 * @param proc the processes
 * @param hostRoot the host's root, as seen from a container that shares the host's processes
 * @param interfaces the kernel's directory with one entry per network interface
 * @param parent the entry in {@code proc} of the process that has started this one
 * @param runtimeRoot the root of the container runtime, which is its parent's too: what the runtime sees, also where several nodes share one machine
 * @param reached directories of the host that are reached by another path in here, with that path
 */
public record Paths(
        Path root,
        Path run,
        Path state,
        Path dhcpSocket,
        Path runtime,
        List<String> loader,
        Path sbin,
        Path proc,
        Path hostRoot,
        Path interfaces,
        Path parent,
        Path runtimeRoot,
        Map<Path, Path> reached) {

    /** The system property that puts a directory before every path; for tests. */
    public static final String ROOT = "routefix.root";

    /** The system property that tells a process on the host where its build of the runtime is. */
    public static final String HOME = "routefix.home";

    public Paths {
        loader = List.copyOf(loader);
        reached = Map.copyOf(reached);
    }

    /** The paths below {@code root}, which is {@code /} but in tests. */
    public static Paths under(Path root) {
        var parent = Path.of("/proc", Long.toString(parentPid()));
        return new Paths(
                root,
                root.resolve("run/route-fix"),
                root.resolve("var/lib/route-fix"),
                root.resolve("run/cni/dhcp.sock"),
                root.resolve("opt/route-fix"),
                List.of(),
                root.resolve("usr/sbin"),
                Path.of("/proc"),
                Path.of("/proc/1/root"),
                Path.of("/sys/class/net"),
                parent,
                root.equals(Path.of("/")) ? parent.resolve("root") : root,
                Map.of());
    }

    /** 0 if the parent is not to be seen from this container. */
    private static long parentPid() {
        var parent = ProcessHandle.current().parent();
        return parent.isPresent() ? parent.get().pid() : 0;
    }

    /**
     * The paths of a process on the host, which has no image but a build of the runtime.
     *
     * @param home such as {@code /opt/cni/bin/.route-fix/<build>}
     */
    public static Paths onHost(Path home) {
        var there = under(Path.of(System.getProperty(ROOT, "/")));
        return new Paths(
                there.root,
                there.run,
                there.state,
                there.dhcpSocket,
                home,
                List.of(home + "/bin/ld.so", "--library-path", home + "/glibc"),
                home.resolve("sbin"),
                there.proc,
                Path.of("/"),
                there.interfaces,
                there.parent,
                Path.of("/"),
                Map.of());
    }

    /** The same with directories of the host that are not mounted where the host has them. */
    public Paths reaching(Map<Path, Path> directories) {
        return new Paths(
                root,
                run,
                state,
                dhcpSocket,
                runtime,
                loader,
                sbin,
                proc,
                hostRoot,
                interfaces,
                parent,
                runtimeRoot,
                directories);
    }

    /** Where a file of the host is from here, that is below one of the container runtime's directories. */
    public Path here(Path onHost) {
        for (var each : reached.entrySet()) {
            if (onHost.startsWith(each.getKey())) {
                return each.getValue().resolve(each.getKey().relativize(onHost));
            }
        }
        return onHost;
    }

    /** What the plugin keeps of the attached pods. */
    public List<Path> pluginRecords() {
        return List.of(
                run.resolve("attachments"),
                run.resolve("addresses"),
                run.resolve("made"),
                run.resolve("lock"),
                run.resolve("retirement.log"));
    }

    /** The program that makes the host's root its own and then becomes a program of the host. */
    public Path rootEntry() {
        return runtime.resolve("bin/on-host");
    }

    /** Held by the process that ends a retirement. */
    public Path retireLock() {
        return run.resolve(RetireProcess.LOCK);
    }

    /** Held during one pass over the node. */
    public Path passLock() {
        return run.resolve("installer.lock");
    }

    /** Held as long as {@code run} lives. */
    public Path residentLock() {
        return run.resolve("resident.lock");
    }

    /** Where container runtimes ask the resident; only root may. */
    public Path socket() {
        return run.resolve("route-fix.sock");
    }

    /** Where {@code ctl} asks it; only root may. */
    public Path ctlSocket() {
        return run.resolve("ctl.sock");
    }

    /** The files that were put on the host under names which others use too, with their digests. */
    public Path installed() {
        return state.resolve("installed.json");
    }
}

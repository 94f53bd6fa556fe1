package dev.routefix.installer.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The fixed places of the appliance, in its container and on the host alike, as everything is mounted where the host has it.
 *
 * @param run what is gone after a reboot, as the pods are: locks and the attachments' records
 * @param state what survives a reboot: the list of installed files
 * @param dhcpSocket where the reference {@code dhcp} plugin finds its daemon
 * @param runtime the Java runtime to be copied to the host
 * @param loader words that a program of {@code sbin} is started with; none in the image
 * @param sbin where iptables is
 * @param proc the processes
 * @param hostRoot the host's root, as seen from a container that shares the host's processes
 * @param interfaces the kernel's directory with one entry per network interface
 */
public record Paths(
        Path run,
        Path state,
        Path dhcpSocket,
        Path runtime,
        List<String> loader,
        Path sbin,
        Path proc,
        Path hostRoot,
        Path interfaces) {

    /** The system property that puts a directory before every path; for tests. */
    public static final String ROOT = "routefix.root";

    /** The system property that tells a process on the host where its build of the runtime is. */
    public static final String HOME = "routefix.home";

    /** The paths below {@code root}, which is {@code /} but in tests. */
    public static Paths under(Path root) {
        return new Paths(
                root.resolve("run/route-fix"),
                root.resolve("var/lib/route-fix"),
                root.resolve("run/cni/dhcp.sock"),
                root.resolve("opt/route-fix"),
                List.of(),
                root.resolve("usr/sbin"),
                Path.of("/proc"),
                Path.of("/proc/1/root"),
                Path.of("/sys/class/net"));
    }

    /**
     * The paths of a process on the host, which has no image but a build of the runtime.
     *
     * @param home such as {@code /opt/cni/bin/.route-fix/<build>}
     */
    public static Paths onHost(Path home) {
        var there = under(Path.of(System.getProperty(ROOT, "/")));
        return new Paths(
                there.run,
                there.state,
                there.dhcpSocket,
                home,
                List.of(home + "/bin/ld.so", "--library-path", home + "/glibc"),
                home.resolve("sbin"),
                there.proc,
                Path.of("/"),
                there.interfaces);
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
        return run.resolve("retire.lock");
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

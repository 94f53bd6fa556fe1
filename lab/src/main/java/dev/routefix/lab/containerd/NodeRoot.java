package dev.routefix.lab.containerd;

import dev.routefix.lab.Node;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Processes;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A node's file system: this machine's, with directories of the node's own where a node keeps what changes. They are mounted in a
 * private mount namespace, so that nothing done on the node is seen by, or left on, this machine.
 */
public final class NodeRoot implements AutoCloseable {
    private static final String ETC = "/etc";

    private static final String RUN = "/run";
    /** {@code /etc} shows this machine's files too, and keeps changes to itself; the others start empty. */
    private static final List<String> ALL = List.of(ETC, "/opt", RUN, "/var/lib", "/var/log");
    /** What a container runtime and the plugins write to, wherever their own directories are. */
    private static final List<String> RUNTIME = List.of(RUN, "/var/lib");

    private static final String NETWORKS = "/etc/cni/net.d";
    private static final String SANDBOXES = "/run/netns";

    /** It shows the network namespace of the one who looks, and a node has one of its own. */
    private static final String OWN_BY_NAMESPACE = "/proc/sys/net";

    private static final Duration START = Duration.ofSeconds(5);
    private static final String HOLDER = "sleep";

    private final Background holder;
    private final List<String> own;

    private NodeRoot(Background holder, List<String> own) {
        this.holder = holder;
        this.own = own;
    }

    /** A node that shares no place with this machine in which a node keeps what changes. */
    static NodeRoot create(Node node) {
        return create(node, node.directory(), ALL);
    }

    /**
     * A node with this machine's {@code /etc} and {@code /opt}: only what a container runtime writes to by itself is its own.
     *
     * @param directory for what is its own
     */
    static NodeRoot ofRuntime(Node node, Path directory) {
        return create(node, directory, RUNTIME);
    }

    private static NodeRoot create(Node node, Path directory, List<String> own) {
        Background holder = node.netns()
                .command("unshare", "--mount", "--propagation", "private", HOLDER, "infinity")
                .start(directory.resolve("root.log"));
        NodeRoot root = new NodeRoot(holder, own);
        try {
            holder.await(
                    "has a mount namespace", START, () -> comm(holder.pid()).equals(HOLDER));
            root.mount(directory.resolve("root"));
            return root;
        } catch (RuntimeException | IOException e) {
            root.close();
            throw new IllegalStateException("cannot give " + node.name() + " files of its own: " + e.getMessage(), e);
        }
    }

    private void mount(Path home) throws IOException {
        for (String place : own) {
            switch (place) {
                case ETC -> mountEtc(home);
                case RUN -> mountRun();
                default -> {
                    Path directory = Files.createDirectories(home.resolve(place.substring(1)));
                    command("mount", "--bind", directory.toString(), place).run();
                }
            }
        }
        // The last is where a runtime keeps what the plugins answered.
        for (String empty : List.of(NETWORKS, "/opt/cni/bin", SANDBOXES, "/var/lib/cni/results")) {
            if (owns(empty)) {
                Files.createDirectories(path(empty));
            }
        }
        if (owns(NETWORKS)) {
            // A package may have put a network there; the node starts without any.
            try (var networks = Files.list(path(NETWORKS))) {
                for (Path network : networks.toList()) {
                    Files.delete(network);
                }
            }
        }
    }

    private void mountEtc(Path home) throws IOException {
        Path upper = Files.createDirectories(home.resolve("etc"));
        Path work = Files.createDirectories(home.resolve("etc.work"));
        String layers = "lowerdir=%s,upperdir=%s,workdir=%s".formatted(ETC, upper, work);
        command("mount", "-t", "overlay", "overlay", "-o", layers, ETC).run();
    }

    private void mountRun() {
        mountMemory(RUN);
        // As systemd has it on a real node: what is mounted below later, namespaces in /run/netns say, reaches into
        // containers.
        command("mount", "--make-shared", RUN).run();
    }

    /** Mounts an empty directory in memory, as {@code /run} is on a real node: a file that is made there costs next to nothing. */
    void mountMemory(String directory) {
        command("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", directory).run();
    }

    /** Takes away what is mounted there, with all that is mounted below, once those who use it have ended. */
    void unmount(String directory) {
        command("umount", "--recursive", "--lazy", directory).run();
    }

    /** Ends whatever runs with these files, and keeps the files. */
    void endProcesses() {
        Processes.killInMountNamespace(
                Run.inode(Path.of("/proc", Long.toString(holder.pid()), "ns", "mnt")), holder.pid());
    }

    /** Empties {@code /run}, as a reboot does. */
    void clearRun() throws IOException {
        unmount(RUN);
        mountRun();
        Files.createDirectory(path(SANDBOXES));
    }

    /** A process that will run on the node: in its network namespace and with its files. */
    public Command command(List<String> argv) {
        return Command.of(argv).behind(List.of("nsenter", "--target=" + holder.pid(), "--net", "--mount", "--"));
    }

    public Command command(String... argv) {
        return command(List.of(argv));
    }

    /** The namespaces a thread has to enter to be on the node, in this order. */
    public List<Path> namespaces() {
        Path all = Path.of("/proc", Long.toString(holder.pid()), "ns");
        return List.of(all.resolve("net"), all.resolve("mnt"));
    }

    /** Where this JVM finds a file of the node, given by its absolute path there. */
    public Path path(String absolute) {
        return Path.of("/proc", Long.toString(holder.pid()), "root")
                .resolve(canonical(absolute).substring(1));
    }

    /** Whether a file of this path is the node's own, not this machine's. */
    boolean owns(String absolute) {
        Path path = Path.of(canonical(absolute));
        return path.startsWith(OWN_BY_NAMESPACE) || own.stream().anyMatch(path::startsWith);
    }

    /** The pid namespace of the machine, which is the node's too. */
    String pidNamespace() {
        return "/proc/" + holder.pid() + "/ns/pid";
    }

    /** A name under which the node's mounts are listed, as in proc_pid_mountinfo(5). */
    Path mountInfo() {
        return Path.of("/proc", Long.toString(holder.pid()), "mountinfo");
    }

    long holder() {
        return holder.pid();
    }

    @Override
    public void close() {
        holder.close();
    }

    /** The link {@code /var/run -> /run} is absolute, and would lead from /proc/PID/root to this machine's /run. */
    private static String canonical(String absolute) {
        String path = Path.of(absolute).normalize().toString();
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: '" + absolute + "'");
        }
        return path.equals("/var/run") || path.startsWith("/var/run/") ? path.substring("/var".length()) : path;
    }

    static String comm(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "comm"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Fails as a file that cannot be made does, in the terms of the node. */
    static UncheckedIOException failed(String what, IOException cause) {
        return new UncheckedIOException(what + ": " + cause.getMessage(), cause);
    }
}

package dev.routefix.lab.containerd;

import dev.routefix.lab.Node;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
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
    /** {@code /etc} shows this machine's files too, and keeps changes to itself; the others start empty. */
    private static final List<String> OWN = List.of("/etc", "/opt", "/run", "/var/lib");

    /** It shows the network namespace of the one who looks, and a node has one of its own. */
    private static final String OWN_BY_NAMESPACE = "/proc/sys/net";

    private static final List<String> ON_DISK = List.of("/opt", "/var/lib");

    private static final Duration START = Duration.ofSeconds(5);
    private static final String HOLDER = "sleep";

    private final Node node;
    private final Background holder;

    private NodeRoot(Node node, Background holder) {
        this.node = node;
        this.holder = holder;
    }

    static NodeRoot create(Node node) {
        Background holder = node.netns()
                .command("unshare", "--mount", "--propagation", "private", HOLDER, "infinity")
                .start(node.directory().resolve("root.log"));
        NodeRoot root = new NodeRoot(node, holder);
        try {
            holder.await(
                    "has a mount namespace", START, () -> comm(holder.pid()).equals(HOLDER));
            root.mount();
            return root;
        } catch (RuntimeException | IOException e) {
            root.close();
            throw new IllegalStateException("cannot give " + node.name() + " files of its own: " + e.getMessage(), e);
        }
    }

    private void mount() throws IOException {
        Path home = node.directory().resolve("root");
        Path upper = Files.createDirectories(home.resolve("etc"));
        Path work = Files.createDirectories(home.resolve("etc.work"));
        command(
                        "mount",
                        "-t",
                        "overlay",
                        "overlay",
                        "-o",
                        "lowerdir=/etc,upperdir=" + upper + ",workdir=" + work,
                        "/etc")
                .run();
        for (String own : ON_DISK) {
            Path directory = Files.createDirectories(home.resolve(own.substring(1)));
            command("mount", "--bind", directory.toString(), own).run();
        }
        // In memory, as on a real node: a file that is made there costs next to nothing.
        command("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run").run();
        // As systemd has it on a real node: what is mounted below later, namespaces in /run/netns say, reaches into
        // containers.
        command("mount", "--make-shared", "/run").run();
        // The last is where a runtime keeps what the plugins answered.
        for (String empty : List.of("/etc/cni/net.d", "/opt/cni/bin", "/run/netns", "/var/lib/cni/results")) {
            Files.createDirectories(path(empty));
        }
        // A package may have put a network there; the node starts without any.
        try (var networks = Files.list(path("/etc/cni/net.d"))) {
            for (Path network : networks.toList()) {
                Files.delete(network);
            }
        }
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
        return path.startsWith(OWN_BY_NAMESPACE) || OWN.stream().anyMatch(path::startsWith);
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

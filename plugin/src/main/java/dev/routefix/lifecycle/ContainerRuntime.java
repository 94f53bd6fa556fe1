package dev.routefix.lifecycle;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which sandboxes the container runtime has not removed, by the files it keeps of them. containerd tears a sandbox's network down when the sandbox is
 * stopped and once more when it is removed (StopPodSandbox and RemovePodSandbox of the CRI); between the two, which may be days for a pod that has completed,
 * nothing but a directory of its root tells that the second call is still to come. CRI-O asks once and remembers that it did, so for it there is nothing to know.
 */
public final class ContainerRuntime {

    /** containerd's own database, which it holds open as long as it runs; it stands at the root, wherever a distribution has put that. */
    private static final String DATABASE = "/io.containerd.metadata.v1.bolt/meta.db";

    /** Where the plugin for the CRI keeps a directory for each sandbox, from its start to its removal (containerd, {@code internal/cri}). */
    private static final String SANDBOXES = "io.containerd.grpc.v1.cri/sandboxes";

    private static final String NAME = "containerd";

    private final Path proc;
    private final Path hostRoot;

    /** The directories of sandboxes, as the host has them; what was known once is not forgotten while containerd is being restarted. */
    private final Set<String> known = new LinkedHashSet<>();

    /** The same as this process reaches them, and the process each belongs to. */
    private List<Reached> reached = List.of();

    private record Reached(Path process, Path directory) {}

    /**
     * The runtime of the node this process is on.
     *
     * @param proc {@code /proc}, which shows the host's processes
     * @param hostRoot the host's root as this process sees it
     */
    public ContainerRuntime(Path proc, Path hostRoot) {
        this.proc = proc;
        this.hostRoot = hostRoot;
    }

    /** Takes over what another process of ours knew. */
    public void learn(List<String> directories) {
        known.addAll(directories);
    }

    /** What to hand on to another process. */
    public List<String> directories() {
        look();
        return List.copyOf(known);
    }

    /** Whether the runtime still has a sandbox and so will ask for its network to be torn down. */
    public boolean has(String sandbox) {
        look();
        for (var each : reached) {
            if (Files.exists(each.directory().resolve(sandbox))) {
                return true;
            }
        }
        for (var directory : known) {
            if (Files.exists(onHost(directory).resolve(sandbox))) {
                return true;
            }
        }
        return false;
    }

    /** The roots in which there may be files of the runtime's, as this process reaches them: its own if it runs, and the host's. */
    public List<Path> roots() {
        look();
        var roots = new ArrayList<Path>();
        for (var each : reached) {
            roots.add(each.process().resolve("root"));
        }
        roots.add(hostRoot);
        return roots;
    }

    /** The processes of the runtime as {@code /proc} has them; none if it is not one that is known here, or is being restarted. */
    public List<Path> processes() {
        look();
        return reached.stream().map(Reached::process).toList();
    }

    private Path onHost(String directory) {
        return hostRoot.resolve(Path.of("/").relativize(Path.of(directory)));
    }

    /** Looks for the runtime unless it is where it was. */
    private void look() {
        for (var each : reached) {
            if (!Files.exists(each.directory())) {
                reached = List.of();
                break;
            }
        }
        if (reached.isEmpty()) {
            reached = search();
        }
    }

    /** Every containerd that runs in this node's network namespace: nodes may be namespaces of one machine. */
    private List<Reached> search() {
        var found = new ArrayList<Reached>();
        try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var process : processes) {
                if (isContainerd(process)) {
                    addDirectory(process, found);
                }
            }
        } catch (IOException unreadable) {
            // then what was known before has to do
        }
        return found;
    }

    private boolean isContainerd(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip().equals(NAME)
                    && Files.readSymbolicLink(process.resolve("ns/net"))
                            .equals(Files.readSymbolicLink(proc.resolve("thread-self/ns/net")));
        } catch (IOException ended) {
            return false;
        }
    }

    private void addDirectory(Path process, List<Reached> found) {
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            var database = database(descriptors);
            if (!database.isEmpty()) {
                var root = database.substring(0, database.length() - DATABASE.length());
                var directory = Path.of(root).resolve(SANDBOXES);
                var here = process.resolve("root").resolve(Path.of("/").relativize(directory));
                if (Files.isDirectory(here)) {
                    found.add(new Reached(process, here));
                    known.add(directory.toString());
                }
            }
        } catch (IOException ended) {
            // then it is none that asks us
        }
    }

    private static String database(DirectoryStream<Path> descriptors) {
        for (var descriptor : descriptors) {
            try {
                var file = Files.readSymbolicLink(descriptor).toString();
                if (file.endsWith(DATABASE)) {
                    return file;
                }
            } catch (IOException closed) {
                // the next one
            }
        }
        return "";
    }
}

package dev.routefix.lab.containerd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.Node;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Cgroups;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Run;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A node's containerd, with files of the node's own. Closing it ends its containers and takes their cgroups away. */
public final class Containerd implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration PULL = Duration.ofSeconds(60);
    /** The namespace in which containerd keeps what it does for a kubelet. */
    private static final String KUBERNETES = "k8s.io";

    private final Node node;
    private final NodeRoot root;
    private final Places places;
    /** containerd's own namespace, after which it names its containers' cgroups too: no other run's may be the same. */
    private final String namespace;

    private Background daemon;

    private Containerd(Node node, NodeRoot root, Places places) {
        this.node = node;
        this.root = root;
        this.places = places;
        this.namespace = Run.current().name(node.name());
        this.daemon = launch();
    }

    /** Starts containerd on a node and waits until it answers. */
    public static Containerd start(Node node) {
        return start(node, NodeRoot.create(node), _ -> Places.ofNode(node.directory()));
    }

    /** Starts one that looks for networks and plugins in these directories of the node, as some distributions have it, and waits until it answers. */
    public static Containerd startAsConfigured(Node node, Path confDir, Path binDir) {
        Places places = Places.ofNode(node.directory()).with(confDir, binDir);
        return start(node, NodeRoot.create(node), _ -> places);
    }

    /** Starts one that has runtime handlers beside the default one, each with a directory of the node in which it looks for networks. */
    public static Containerd startWithHandlers(Node node, Map<String, Path> handlers) {
        Places places = Places.ofNode(node.directory()).with(handlers);
        return start(node, NodeRoot.create(node), _ -> places);
    }

    /**
     * Starts one that looks for networks and plugins in these directories of this machine, and waits until it answers. Its own directories,
     * those it lends to plugins and the sandboxes' network namespaces have the same paths on the node and on this machine.
     */
    public static Containerd start(Node node, Path confDir, Path binDir) {
        return start(node, confDir, binDir, Map.of());
    }

    /** The same with runtime handlers beside the default one, each with a directory of its own in which it looks for networks. */
    public static Containerd start(Node node, Path confDir, Path binDir, Map<String, Path> handlers) {
        Path directory = Run.current().directory("containerd");
        return start(
                node,
                NodeRoot.ofRuntime(node, directory),
                root -> Places.below(directory, root, confDir, binDir, handlers));
    }

    private static Containerd start(Node node, NodeRoot root, Function<NodeRoot, Places> places) {
        try {
            return new Containerd(node, root, places.apply(root));
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private Background launch() {
        // A pod of the host's network has the host name that containerd sees, and a node has one of its own.
        Background started = root.command(
                        "unshare",
                        "--uts",
                        "sh",
                        "-c",
                        "hostname \"$0\" && exec containerd --config \"$1\"",
                        node.name(),
                        places.writeConfiguration().toString())
                .start(places.log());
        try {
            started.await("makes its socket", START, () -> Files.exists(socket()));
            started.await("answers", START, () -> ctr("version").attempt().ok());
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** Ends containerd and starts it again; its containers live on meanwhile. */
    public void restart() {
        daemon.stop(START);
        daemon = launch();
    }

    /** What a reboot of the node does to it: its containers end, what is in memory is gone, and it starts again with the rest. */
    public void reboot() {
        end();
        places.clear(root);
        daemon = launch();
    }

    public Node node() {
        return node;
    }

    /** containerd's own process. */
    public long pid() {
        return daemon.pid();
    }

    /** Where it keeps what survives a reboot, its {@code root}. */
    public Path rootDirectory() {
        return places.root();
    }

    /** Where it keeps what a reboot clears, its {@code state}, as the node sees it. */
    public Path stateDirectory() {
        return places.state();
    }

    /** Where this JVM reaches it. */
    public Path socket() {
        return root.path(places.socket().toString());
    }

    /** The cgroup for sandboxes; everything below goes when this is closed. */
    public String sandboxCgroup() {
        return "/" + namespace;
    }

    /** The node's files. */
    public NodeRoot root() {
        return root;
    }

    /** A command of containerd's own client. */
    public Command ctr(List<String> arguments) {
        return ctr(namespace, arguments);
    }

    public Command ctr(String... arguments) {
        return ctr(List.of(arguments));
    }

    private Command ctr(String namespace, List<String> arguments) {
        List<String> argv =
                new ArrayList<>(List.of("ctr", "--address", places.socket().toString(), "--namespace", namespace));
        argv.addAll(arguments);
        return root.command(argv);
    }

    /** A command inside a running container; {@code id} is new to the container. */
    Command exec(String container, String id, List<String> command) {
        List<String> argv = new ArrayList<>(List.of("tasks", "exec", "--exec-id", id, container));
        argv.addAll(command);
        return ctr(argv);
    }

    /** Pulls an image from a registry of the LAN, which speaks plain HTTP. */
    public void pull(String image) {
        ctr("images", "pull", "--plain-http", image).within(PULL).run();
    }

    /** Loads an image from its file, and names it. */
    public void load(Path tar, String image) {
        ctr("images", "import", "--index-name", image, tar.toAbsolutePath().toString())
                .within(PULL)
                .run();
    }

    /** Loads an image from its file for a kubelet's pods, under the name it has in there. */
    public void loadForPods(Path tar) {
        ctr(KUBERNETES, List.of("images", "import", tar.toAbsolutePath().toString()))
                .within(PULL)
                .run();
    }

    /** What the image runs when nothing else is asked for: its {@code Entrypoint} (OCI image specification, config). */
    public List<String> entrypoint(String image) {
        JsonNode config = content(manifest(image).path("config").path("digest").asText());
        List<String> entrypoint = new ArrayList<>();
        config.path("config").path("Entrypoint").forEach(word -> entrypoint.add(word.asText()));
        return entrypoint;
    }

    private JsonNode manifest(String image) {
        String digest = ctr("images", "list", "name==" + image)
                .run()
                .stdout()
                .lines()
                .skip(1)
                .findFirst()
                .map(line -> line.split("\\s+", -1)[2])
                .orElseThrow(() -> new IllegalStateException("no image '" + image + "' on " + node.name()));
        return content(digest);
    }

    private JsonNode content(String digest) {
        try {
            return JSON.readTree(ctr("content", "get", digest).run().stdout());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the kernel counts and limits of a container. */
    public ContainerCgroup cgroup(String container) {
        return new ContainerCgroup(Path.of(namespace, container));
    }

    /** What an image's layers weigh as the registry holds them, compressed, in bytes. */
    public long compressedSize(String image) {
        long bytes = 0;
        for (JsonNode layer : manifest(image).path("layers")) {
            bytes += layer.path("size").asLong();
        }
        return bytes;
    }

    /** Ends a container whatever it does, and takes it away. */
    void remove(String container) {
        remove(namespace, container);
    }

    private void remove(String namespace, String container) {
        ctr(namespace, List.of("tasks", "delete", "--force", container)).attempt();
        ctr(namespace, List.of("containers", "delete", container)).attempt();
    }

    /** A file for what a container of this name says. */
    Path log(String container) {
        return node.directory().resolve(container + ".log");
    }

    /** Everything containerd wrote so far. */
    public String log() {
        return daemon.log();
    }

    @Override
    public void close() {
        try {
            if (daemon.isAlive()) {
                List.of(namespace, KUBERNETES).forEach(this::removeAll);
            }
        } finally {
            end();
            root.close();
        }
    }

    private void removeAll(String namespace) {
        ctr(namespace, List.of("tasks", "list", "--quiet"))
                .attempt()
                .stdout()
                .lines()
                .forEach(container -> remove(namespace, container));
    }

    /** Ends containerd, the shims that outlive it and what runs in containers. */
    private void end() {
        daemon.close();
        root.endProcesses();
        Cgroups.remove(namespace);
    }

    /** The processes that are the node's machinery, not anything that runs on it. */
    Stream<Long> machinery() {
        return Stream.of(daemon.pid(), root.holder());
    }
}

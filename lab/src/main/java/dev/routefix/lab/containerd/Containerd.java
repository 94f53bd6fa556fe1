package dev.routefix.lab.containerd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.Node;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Cgroups;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A node's containerd, with files of the node's own. Closing it ends its containers and takes their cgroups away. */
public final class Containerd implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration PULL = Duration.ofSeconds(60);
    private static final String SOCKET = "/run/containerd/containerd.sock";

    private final Node node;
    private final NodeRoot root;
    private final Background daemon;
    /** containerd's own namespace, after which it names its containers' cgroups too: no other run's may be the same. */
    private final String namespace;

    private Containerd(Node node, NodeRoot root, Background daemon, String namespace) {
        this.node = node;
        this.root = root;
        this.daemon = daemon;
        this.namespace = namespace;
    }

    /** Starts containerd on a node and waits until it answers. */
    public static Containerd start(Node node) {
        NodeRoot root = NodeRoot.create(node);
        try {
            Path directory = node.directory();
            Path config = Files.writeString(directory.resolve("containerd.toml"), configuration(directory));
            Background daemon = root.command("containerd", "--config", config.toString())
                    .start(directory.resolve("containerd.log"));
            Containerd containerd =
                    new Containerd(node, root, daemon, Run.current().name(node.name()));
            daemon.await("makes its socket", START, () -> Files.exists(root.path(SOCKET)));
            daemon.await(
                    "answers", START, () -> containerd.ctr("version").attempt().ok());
            return containerd;
        } catch (IOException e) {
            root.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static String configuration(Path directory) {
        return """
                version = 2
                root = "%s"
                state = "/run/containerd"
                [grpc]
                  address = "%s"
                [plugins."io.containerd.grpc.v1.cri"]
                  # a machine that may not lower a process's OOM score runs containers all the same
                  restrict_oom_score_adj = true
                """.formatted(directory.resolve("containerd"), SOCKET);
    }

    public Node node() {
        return node;
    }

    /** The node's files. */
    public NodeRoot root() {
        return root;
    }

    /** A command of containerd's own client. */
    public Command ctr(List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of("ctr", "--namespace", namespace));
        argv.addAll(arguments);
        return root.command(argv);
    }

    public Command ctr(String... arguments) {
        return ctr(List.of(arguments));
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
        ctr("tasks", "delete", "--force", container).attempt();
        ctr("containers", "delete", container).attempt();
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
        ctr("tasks", "list", "--quiet").attempt().stdout().lines().forEach(this::remove);
        daemon.close();
        root.close();
        Cgroups.remove(namespace);
    }

    /** The processes that are the node's machinery, not anything that runs on it. */
    Stream<Long> machinery() {
        return Stream.of(daemon.pid(), root.holder());
    }
}

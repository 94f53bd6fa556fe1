package dev.routefix.lab.cri;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.PodImage;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Poll;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a kubelet asks of a node's containerd, call by call, so that a test can choose their order. Every method throws {@link CriFailure}
 * with what the runtime says if it refuses. Besides the network's plugins the runtime needs {@code loopback} in its plugins' directory.
 *
 * @see <a href="https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto">api.proto, whose field numbers are used</a>
 */
public final class Cri implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUNTIME = "RuntimeService";
    private static final String IMAGES = "ImageService";
    private static final Duration KNOWN = Duration.ofSeconds(20);
    private static final String NAME_SERVER = "192.0.2.53";

    private final Containerd containerd;
    private final CriSocket socket;
    /** A kubelet numbers the sandboxes of one pod; the runtime refuses a second one of the same number. */
    private final AtomicInteger attempts = new AtomicInteger();

    private Cri(Containerd containerd) {
        this.containerd = containerd;
        this.socket = CriSocket.at(containerd.socket());
    }

    /** Gives containerd the image that sandboxes and containers run, and waits until its CRI has heard of it. */
    public static Cri of(Containerd containerd) {
        containerd.loadForPods(PodImage.write());
        Cri cri = new Cri(containerd);
        try {
            Poll.until("CRI knows " + PodImage.NAME, KNOWN, cri::hasImage);
            return cri;
        } catch (RuntimeException e) {
            cri.close();
            throw e;
        }
    }

    private boolean hasImage() {
        Message image = Message.EMPTY.with(1, PodImage.NAME);
        return socket.call(IMAGES, "ImageStatus", Message.EMPTY.with(1, image)).has(1);
    }

    /** Whether the runtime's condition {@code NetworkReady} holds: it has loaded a network. */
    public boolean isNetworkReady() {
        return socket.call(RUNTIME, "Status", Message.EMPTY).message(1).messages(1).stream()
                .anyMatch(condition -> condition.text(1).equals("NetworkReady") && condition.number(2) == 1);
    }

    /** RunPodSandbox; the sandbox's id. */
    public String run(String pod, String namespace) {
        return run(pod, namespace, "");
    }

    /** The same by a runtime handler, which a pod chooses by its RuntimeClass; empty for the default one. */
    public String run(String pod, String namespace, String handler) {
        Message config = sandboxConfig(pod, namespace, attempts.getAndIncrement());
        return socket.call(
                        RUNTIME, "RunPodSandbox", Message.EMPTY.with(1, config).with(2, handler))
                .text(1);
    }

    /** StopPodSandbox: ends what runs in it and takes it off its network. */
    public void stop(String id) {
        socket.call(RUNTIME, "StopPodSandbox", Message.EMPTY.with(1, id));
    }

    /** RemovePodSandbox, for one that runs too. */
    public void remove(String id) {
        socket.call(RUNTIME, "RemovePodSandbox", Message.EMPTY.with(1, id));
    }

    /** ListPodSandbox: all of them, in no order. */
    public List<Sandbox> sandboxes() {
        return socket.call(RUNTIME, "ListPodSandbox", Message.EMPTY).messages(1).stream()
                .map(Sandbox::of)
                .toList();
    }

    /** PodSandboxStatus. */
    public Sandbox sandbox(String id) {
        return Sandbox.of(status(id).message(1));
    }

    /** The address that the runtime tells the kubelet; empty if it has none. */
    public String address(String id) {
        return status(id).message(1).message(5).text(1);
    }

    /** The sandbox's network namespace, under the path that plugins are given. */
    public Netns netns(String id) {
        for (Message entry : status(id).messages(2)) {
            if (entry.text(1).equals("info")) {
                return netns(json(entry.text(2)));
            }
        }
        throw new IllegalStateException("containerd tells nothing about " + id);
    }

    /** How long the plugins took for a sandbox's network, from the runtime's first call to its last answer; nothing if it has not been made. */
    public Optional<Duration> networkTime(String id) {
        return NetworkTime.of(containerd.log(), id);
    }

    private static Netns netns(JsonNode info) {
        for (JsonNode namespace : info.path("runtimeSpec").path("linux").path("namespaces")) {
            if (namespace.path("type").asText().equals("network")) {
                return Netns.at(Path.of(namespace.path("path").asText()));
            }
        }
        throw new IllegalStateException("no network namespace in " + info);
    }

    private Message status(String id) {
        return socket.call(
                RUNTIME, "PodSandboxStatus", Message.EMPTY.with(1, id).with(2, 1));
    }

    /** CreateContainer with the pod's image; the container's id. */
    public String createContainer(String sandboxId, String name, List<String> command) {
        // ContainerConfig: metadata.name, image.image, command
        Message config =
                Message.EMPTY.with(1, Message.EMPTY.with(1, name)).with(2, Message.EMPTY.with(1, PodImage.NAME));
        for (String word : command) {
            config = config.with(3, word);
        }
        Sandbox sandbox = sandbox(sandboxId);
        return socket.call(
                        RUNTIME,
                        "CreateContainer",
                        Message.EMPTY
                                .with(1, sandboxId)
                                .with(2, config)
                                .with(3, sandboxConfig(sandbox.pod(), sandbox.namespace(), 0)))
                .text(1);
    }

    /** StartContainer. */
    public void startContainer(String id) {
        socket.call(RUNTIME, "StartContainer", Message.EMPTY.with(1, id));
    }

    /** StopContainer, with SIGKILL once the grace is over. */
    public void stopContainer(String id, Duration grace) {
        socket.call(RUNTIME, "StopContainer", Message.EMPTY.with(1, id).with(2, grace.toSeconds()));
    }

    /** RemoveContainer, for one that runs too. */
    public void removeContainer(String id) {
        socket.call(RUNTIME, "RemoveContainer", Message.EMPTY.with(1, id));
    }

    /**
     * {@code PodSandboxConfig}: its metadata (name, uid, namespace, attempt), hostname, dns_config.servers and linux.cgroup_parent. Without a
     * name server the pod would get the machine's.
     */
    private Message sandboxConfig(String pod, String namespace, int attempt) {
        Message metadata = Message.EMPTY
                .with(1, pod)
                .with(2, namespace + "-" + pod)
                .with(3, namespace)
                .with(4, attempt);
        return Message.EMPTY
                .with(1, metadata)
                .with(2, pod)
                .with(4, Message.EMPTY.with(1, NAME_SERVER))
                .with(8, Message.EMPTY.with(1, containerd.sandboxCgroup()));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

package dev.routefix.lab.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.run.CommandFailed;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node with a real containerd, a real registry and real reference plugins. */
class ContainerdIT {
    /** A DaemonSet that uses everything the reader of manifests understands. */
    private static final String AGENT = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              template:
                metadata: {}
                spec:
                  hostNetwork: true
                  hostPID: true
                  terminationGracePeriodSeconds: 20
                  containers:
                  - name: agent
                    image: agent:1
                    args:
                    - sh
                    - -c
                    - "trap 'echo bye; exit 0' TERM; echo $NODE at $(busybox hostname); busybox ip link show eth0;
                       cat /proc/self/cgroup; echo x > /x; echo x > /run/x; echo here > /data/file; while true; do busybox sleep 0.1; done"
                    env:
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: PATH, value: /bin}
                    resources: {limits: {memory: 50Mi, cpu: 100m}}
                    securityContext: {privileged: true, readOnlyRootFilesystem: true}
                    startupProbe: {exec: {command: [/bin/busybox, test, -e, /data/file]}, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 60}
                    readinessProbe: {exec: {command: [/bin/busybox, test, -e, /data/open]}, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 1}
                    livenessProbe: {exec: {command: [/bin/busybox, test, "!", -e, /data/stuck]}, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 2}
                    lifecycle: {preStop: {exec: {command: [/bin/busybox, sh, -c, "echo hook > /data/hook"]}}}
                    volumeMounts:
                    - {name: data, mountPath: /data}
                    - {name: netns, mountPath: /run/netns, mountPropagation: HostToContainer}
                  volumes:
                  - {name: data, hostPath: {path: /var/lib/agent, type: DirectoryOrCreate}}
                  - {name: netns, hostPath: {path: /run/netns, type: DirectoryOrCreate}}
            """;

    private static final Path NETWORK = Path.of("/etc/cni/net.d/10-lan.conflist");

    private static Lan lan;
    private static Registry registry;
    private static Containerd containerd;
    private static String image;

    @BeforeAll
    static void start() throws IOException {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        registry = Registry.start(lan);
        image = PodImage.push(registry);
        containerd = Containerd.start(lan.node(1));
        containerd.pull(image);
        for (String plugin : List.of("macvlan", "host-local")) {
            Files.copy(Node.REFERENCE_PLUGINS.resolve(plugin), containerd.root().path("/opt/cni/bin/" + plugin));
        }
    }

    @AfterAll
    static void stop() {
        containerd.close();
        registry.close();
        lan.close();
    }

    @AfterEach
    void forget() throws IOException {
        Files.deleteIfExists(containerd.root().path(NETWORK.toString()));
    }

    @Test
    void runs_a_pod_on_the_lan_and_takes_it_off_again() throws IOException {
        NodeState before = NodeState.of(containerd);
        network();

        PodContainer pod = PodContainer.start(containerd, "web", image);

        assertThat(pod.address()).startsWith("192.168.2.6");
        assertThat(lan.client().netns().run("ping", "-c1", "-W2", pod.address()).ok())
                .isTrue();
        assertThat(NodeState.of(containerd).leftSince(before)).anyMatch(line -> line.contains("/var/lib/"));

        pod.stop();
        Files.delete(containerd.root().path(NETWORK.toString()));
        assertThat(NodeState.of(containerd).leftSince(before)).isEmpty();
    }

    @Test
    void says_what_the_plugins_said_when_a_pod_cannot_be_attached() {
        write(
                NETWORK,
                Conflist.of("1.0.0", "lan")
                        .then("{\"type\":\"no-such-plugin\"}")
                        .toString());

        assertThatThrownBy(() -> PodContainer.start(containerd, "lost", image))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("no-such-plugin");
    }

    @Test
    void keeps_the_files_of_the_node_from_this_machine() {
        write(Path.of("/etc/cni/net.d/a"), "a");
        write(Path.of("/run/b"), "b");

        assertThat(Path.of("/etc/cni/net.d/a")).doesNotExist();
        assertThat(Path.of("/run/b")).doesNotExist();
        assertThat(containerd.root().path("/var/run/b")).hasContent("b");
        delete(containerd.root().path("/etc/cni/net.d/a"));
        delete(containerd.root().path("/run/b"));
    }

    @Test
    void runs_the_pod_of_a_daemon_set_as_its_file_says() throws IOException {
        DaemonSet set = DaemonSet.parse(AGENT);
        Path data = containerd.root().path("/var/lib/agent");

        DaemonPod pod = DaemonPod.start(containerd, set, image);
        pod.await(
                "writes its file",
                Duration.ofSeconds(20),
                () -> data.resolve("file").toFile().length() > 0);
        pod.await("is heard to its end", Duration.ofSeconds(20), () -> pod.log().contains("/run/x: "));

        assertThat(data.resolve("file")).hasContent("here");
        assertThat(pod.log()).contains("n1 at").contains("02:00:5e:00:00:15");
        assertThat(pod.log()).contains("/x: Read-only file system").contains("/run/x: Read-only file system");
        assertThat(memoryLimit(pod)).isEqualTo("52428800");
        assertThat(containerd
                        .ctr(
                                "tasks",
                                "exec",
                                "--exec-id",
                                "x",
                                "agent",
                                "/bin/busybox",
                                "ls",
                                "/proc/" + containerd.root().holder())
                        .run()
                        .stdout())
                .contains("mountinfo");

        DaemonPod.Ending ending = pod.stop();
        assertThat(data.resolve("hook")).hasContent("hook");
        assertThat(ending.preStop().exit()).isZero();
        assertThat(ending.exit()).isZero();
        assertThat(ending.killed()).isFalse();
        Poll.until(
                "its last word is heard",
                Duration.ofSeconds(20),
                () -> pod.log().contains("bye"));
        Stream.of("file", "hook", "").forEach(name -> delete(data.resolve(name)));
    }

    @Test
    void a_pod_is_ready_when_its_probe_says_so_and_is_ended_when_it_does_not_live() throws IOException {
        DaemonSet set = DaemonSet.parse(AGENT.replace("agent", "probed"));
        Path data = containerd.root().path("/var/lib/probed");
        try (DaemonPod pod = DaemonPod.start(containerd, set, image)) {
            pod.await(
                    "writes its file",
                    Duration.ofSeconds(20),
                    () -> data.resolve("file").toFile().length() > 0);
            assertThat(pod.isReady()).isFalse();

            Files.createFile(data.resolve("open"));
            pod.awaitReady(Duration.ofSeconds(20));
            Files.delete(data.resolve("open"));
            pod.await("is ready no more", Duration.ofSeconds(20), () -> !pod.isReady());

            Files.createFile(data.resolve("stuck"));
            assertThatThrownBy(() -> pod.awaitReady(Duration.ofSeconds(20)))
                    .hasMessageContaining("livenessProbe failed 2 times");
        } finally {
            Stream.of("file", "stuck", "").forEach(name -> delete(data.resolve(name)));
        }
    }

    private static String memoryLimit(DaemonPod pod) throws IOException {
        String group = pod.log()
                .lines()
                .filter(line -> line.contains(":memory:"))
                .findFirst()
                .orElseThrow()
                .split(":", -1)[2];
        return Files.readString(Path.of("/sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes"))
                .strip();
    }

    private static void network() {
        write(
                NETWORK,
                Conflist.of("1.0.0", "lan").thenMacvlan(lan.node(1).hostLocal()).toString());
    }

    private static void write(Path path, String text) {
        try {
            Files.writeString(containerd.root().path(path.toString()), text);
        } catch (IOException e) {
            throw NodeRoot.failed("cannot write " + path, e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw NodeRoot.failed("cannot delete " + path, e);
        }
    }
}

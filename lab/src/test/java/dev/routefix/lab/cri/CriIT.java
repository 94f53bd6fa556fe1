package dev.routefix.lab.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.cri.RecordedNetwork.Call;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real containerd does to a network when a kubelet asks it to run, stop and remove sandboxes. */
class CriIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String NOT_LOADED = "cni plugin not initialized";

    private static Lan lan;
    private static Containerd containerd;
    private static Cri cri;
    private static RecordedNetwork network;

    @BeforeAll
    static void start() throws IOException {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        Path directory = Run.current().directory("cni");
        Path confDir = Files.createDirectory(directory.resolve("net.d"));
        Path binDir = Files.createDirectory(directory.resolve("bin"));
        containerd = Containerd.start(lan.node(1), confDir, binDir);
        cri = Cri.of(containerd);
        network = RecordedNetwork.install(containerd, confDir, binDir);
    }

    @AfterAll
    static void stop() {
        cri.close();
        containerd.close();
        lan.close();
    }

    @BeforeEach
    void a_node_with_a_network() {
        network.write(cri);
    }

    @AfterEach
    void no_sandbox() {
        network.write(cri);
        cri.sandboxes().forEach(sandbox -> cri.remove(sandbox.id()));
    }

    @Test
    void a_pod_is_on_the_network_until_it_is_stopped_and_is_listed_until_it_is_removed() {
        String id = cri.run("web", "default");

        assertThat(cri.sandboxes()).containsExactly(new Sandbox(id, "web", "default", Sandbox.State.READY));
        assertThat(cri.address(id)).startsWith("10.9.0.");
        assertThat(isReachable(cri.address(id))).isTrue();
        Path netns = cri.netns(id).path();
        assertThat(cri.netns(id).show("address", "show", "dev", "eth0").toString())
                .contains(cri.address(id));

        cri.stop(id);

        assertThat(cri.sandbox(id).state()).isEqualTo(Sandbox.State.NOT_READY);
        assertThat(netns).doesNotExist();
        assertThat(cri.address(id)).isEmpty();

        cri.remove(id);

        assertThat(cri.sandboxes()).isEmpty();
    }

    @Test
    void a_stopped_sandbox_is_taken_off_its_network_again_when_it_is_removed() {
        String id = cri.run("web", "default");
        String netns = cri.netns(id).path().toString();

        cri.stop(id);
        assertThat(network.verbs(id)).containsExactly("ADD", "DEL");
        cri.remove(id);

        assertThat(network.calls(id))
                .extracting(Call::verb, Call::netns)
                .containsExactly(tuple("ADD", netns), tuple("DEL", netns), tuple("DEL", ""));
    }

    @Test
    void a_sandbox_that_runs_is_taken_off_its_network_once_when_it_is_removed() {
        String id = cri.run("web", "default");

        cri.remove(id);
        cri.remove(id);

        assertThat(network.verbs(id)).containsExactly("ADD", "DEL");
    }

    @Test
    void without_a_network_no_sandbox_can_be_run_stopped_or_removed() {
        String running = cri.run("web", "default");
        String stopped = cri.run("job", "default");
        cri.stop(stopped);
        network.delete(cri);

        for (String id : List.of(running, stopped)) {
            assertThatThrownBy(() -> cri.stop(id))
                    .isInstanceOf(CriFailure.class)
                    .hasMessageContaining("StopPodSandbox: UNKNOWN")
                    .hasMessageContaining(NOT_LOADED);
            assertThatThrownBy(() -> cri.remove(id)).hasMessageContaining(NOT_LOADED);
        }
        assertThatThrownBy(() -> cri.run("late", "default")).hasMessageContaining(NOT_LOADED);
        assertThat(cri.sandboxes()).hasSize(3).allMatch(sandbox -> sandbox.state() == Sandbox.State.NOT_READY);

        network.write(cri);
        cri.remove(running);
        cri.remove(stopped);
        assertThat(network.verbs(running)).containsExactly("ADD", "DEL");
        assertThat(network.verbs(stopped)).containsExactly("ADD", "DEL", "DEL");
    }

    @Test
    void containerd_keeps_a_sandboxs_directories_until_the_last_DEL_has_ended() {
        String id = cri.run("web", "default");
        cri.stop(id);
        assertThat(directories(id)).hasSize(2);
        cri.remove(id);

        assertThat(network.calls(id)).hasSize(3).allMatch(call -> call.inRoot() && call.inState());
        assertThat(directories(id)).isEmpty();
    }

    @Test
    void a_plugin_is_called_by_containerd_itself_which_has_its_database_open() {
        String id = cri.run("web", "default");

        Call call = network.calls(id).getFirst();

        assertThat(call.caller()).isEqualTo("containerd");
        assertThat(call.database()).isEqualTo(containerd.rootDirectory() + "/io.containerd.metadata.v1.bolt/meta.db");
    }

    @Test
    void pods_keep_their_network_while_containerd_is_restarted() {
        String id = cri.run("web", "default");
        long before = containerd.pid();

        containerd.restart();

        assertThat(containerd.pid()).isNotEqualTo(before);
        assertThat(cri.sandbox(id).state()).isEqualTo(Sandbox.State.READY);
        assertThat(isReachable(cri.address(id))).isTrue();
        cri.remove(id);
        assertThat(network.verbs(id)).containsExactly("ADD", "DEL");
    }

    @Test
    void after_a_reboot_sandboxes_are_still_to_be_stopped_and_removed() {
        String running = cri.run("web", "default");
        String stopped = cri.run("job", "default");
        cri.stop(stopped);

        containerd.reboot();

        assertThat(cri.sandboxes()).hasSize(2).allMatch(sandbox -> sandbox.state() == Sandbox.State.NOT_READY);
        network.write(cri);
        cri.stop(running);
        cri.remove(running);
        cri.remove(stopped);
        assertThat(network.verbs(running)).containsExactly("ADD", "DEL", "DEL");
        assertThat(network.verbs(stopped)).containsExactly("ADD", "DEL", "DEL");
        assertThat(network.calls(running).subList(1, 3))
                .allMatch(call -> call.netns().isEmpty() && call.inRoot() && !call.inState());
        assertThat(directories(running)).isEmpty();
    }

    @Test
    void a_container_serves_from_its_start_to_its_stop() {
        String id = cri.run("web", "default");
        String container =
                cri.createContainer(id, "main", List.of("/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/"));
        assertThat(isServed(cri.address(id))).isFalse();

        cri.startContainer(container);
        Poll.until("it serves", SOON, () -> isServed(cri.address(id)));

        cri.stopContainer(container, Duration.ZERO);
        assertThat(isServed(cri.address(id))).isFalse();
        cri.removeContainer(container);
        assertThatThrownBy(() -> cri.startContainer(container))
                .isInstanceOfSatisfying(
                        CriFailure.class, failure -> assertThat(failure.code()).isEqualTo("NOT_FOUND"));
    }

    @Test
    void what_ran_is_gone_when_containerd_is_closed_without_a_network() throws IOException {
        try (Lan other = Lan.open(Lan.Options.DEFAULT.nodes(1))) {
            Node node = other.node(1);
            String cgroup;
            try (Containerd usual = Containerd.start(node);
                    Cri kubelet = Cri.of(usual)) {
                cgroup = usual.sandboxCgroup();
                RecordedNetwork recorded = RecordedNetwork.install(
                        usual, usual.root().path("/etc/cni/net.d"), usual.root().path("/opt/cni/bin"));
                recorded.write(kubelet);
                String id = kubelet.run("web", "default");
                assertThat(recorded.calls(id).getFirst().netns()).startsWith("/var/run/netns/cni-");
                assertThat(hasPods(node)).isTrue();
                assertThat(cgroups(cgroup)).isNotEmpty();
                recorded.delete(kubelet);
            }
            // The kernel lets go of a group only when no process is in it any more, and of a link with either end's
            // namespace.
            assertThat(cgroups(cgroup)).isEmpty();
            Poll.until("the pod's network is gone", SOON, () -> !hasPods(node));
        }
    }

    /** Whether the node's end of some pod's link is there. */
    private static boolean hasPods(Node node) {
        return node.netns()
                .show("link", "show")
                .valueStream()
                .anyMatch(link -> link.path("ifname").asText().startsWith("veth"));
    }

    private static boolean isReachable(String address) {
        return lan.node(1)
                .netns()
                .command("ping", "-c1", "-W2", address)
                .attempt()
                .ok();
    }

    private static boolean isServed(String address) {
        return lan.node(1)
                .netns()
                .command("curl", "--silent", "--max-time", "5", "http://" + address + ":8080/")
                .attempt()
                .ok();
    }

    private static List<Path> directories(String id) {
        return Stream.of(containerd.rootDirectory(), containerd.stateDirectory())
                .map(directory ->
                        directory.resolve("io.containerd.grpc.v1.cri/sandboxes").resolve(id))
                .filter(Files::isDirectory)
                .toList();
    }

    /** By its path in every hierarchy of version 1, and in version 2's only one. */
    private static List<Path> cgroups(String path) throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        try (Stream<Path> hierarchies = Files.list(root)) {
            return Stream.concat(Stream.of(root), hierarchies)
                    .map(hierarchy -> Path.of(hierarchy + path))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }
}

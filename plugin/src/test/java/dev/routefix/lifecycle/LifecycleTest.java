package dev.routefix.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a node, with a container runtime and a clock that are files and a field of this test. */
final class LifecycleTest {

    private static final Map<String, String> SETTINGS = Map.of("HOST_IFACE", "lan0");

    @TempDir
    Path directory;

    private final SetClock clock = new SetClock();
    private Attachments attachments;
    private Path runtime;
    private Lifecycle life;

    @BeforeEach
    void a_node_with_a_container_runtime() throws IOException {
        attachments = new Attachments(directory.resolve("run"));
        var process = directory.resolve("proc/42");
        Files.createDirectories(process.resolve("fd"));
        Files.writeString(process.resolve("comm"), "containerd\n");
        Files.createDirectories(process.resolve("ns"));
        Files.createDirectories(directory.resolve("proc/thread-self/ns"));
        for (var namespace : List.of("proc/42/ns/net", "proc/thread-self/ns/net")) {
            Files.createSymbolicLink(directory.resolve(namespace), Path.of("net:[1]"));
        }
        Files.createSymbolicLink(process.resolve("root"), directory.resolve("host"));
        Files.createSymbolicLink(
                process.resolve("fd/3"), Path.of("/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"));
        runtime = Files.createDirectories(
                directory.resolve("host/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes"));
        life = process();
    }

    /** As another process of the appliance would see it. */
    private Lifecycle process() {
        return new Lifecycle(
                directory.resolve("state"),
                attachments,
                Sandboxes.asGiven(),
                new ContainerRuntime(directory.resolve("proc"), directory.resolve("host")),
                clock);
    }

    private void runs(String sandbox) throws IOException {
        life.attaches(sandbox);
        var netns = Files.createDirectories(directory.resolve("netns")).resolve(sandbox);
        Files.createFile(netns);
        attachments.save(new Attachment(new AttachmentId(sandbox, "eth0"), netns.toString(), "", "mac0", List.of()));
        Files.createDirectory(runtime.resolve(sandbox));
    }

    private void stops(String sandbox) throws IOException {
        var netns = directory.resolve("netns").resolve(sandbox);
        life.detaches(sandbox, netns.toString());
        attachments.forget(new AttachmentId(sandbox, "eth0"), List.of());
        Files.deleteIfExists(netns);
    }

    private void isRemoved(String sandbox) throws IOException {
        life.detaches(sandbox, "");
        Files.delete(runtime.resolve(sandbox));
        clock.pass(Duration.ofSeconds(11));
    }

    @Test
    void a_node_is_kept_until_somebody_says_otherwise() throws IOException {
        runs("a");
        assertThat(life.look()).isEqualTo(Phase.KEPT);
        life.refuse();
        assertThat(directory.resolve("state/node.json")).doesNotExist();
    }

    @Test
    void without_a_sandbox_it_is_left_at_once_and_then_gone() {
        assertThat(life.uninstall(false, SETTINGS)).isEqualTo(Phase.LEAVING);
        life.takenAway();

        assertThat(life.phase()).isEqualTo(Phase.GONE);
        assertThat(directory.resolve("state/node.json")).doesNotExist();
        assertThat(directory.resolve("state/sandboxes")).doesNotExist();
    }

    @Test
    void with_one_it_retires_and_takes_no_pods_and_every_process_knows() throws IOException {
        runs("a");

        assertThat(life.uninstall(false, SETTINGS)).isEqualTo(Phase.RETIRING);

        assertThat(process().phase()).isEqualTo(Phase.RETIRING);
        assertThat(process().settings()).isEqualTo(SETTINGS);
        assertThatThrownBy(() -> process().refuse())
                .isInstanceOf(CniException.class)
                .hasMessageContaining("has been removed from this node");
    }

    @Test
    void it_follows_a_sandbox_from_its_stop_to_its_removal() throws IOException {
        runs("a");
        life.uninstall(false, SETTINGS);

        stops("a");
        clock.pass(Duration.ofDays(3));
        assertThat(life.look()).isEqualTo(Phase.RETIRING);
        assertThat(life.attached()).isEmpty();
        assertThat(life.stopped()).containsExactly("a");
        isRemoved("a");

        assertThat(life.look()).isEqualTo(Phase.LEAVING);
    }

    @Test
    void a_sandbox_that_had_completed_before_the_uninstallation_counts() throws IOException {
        runs("job");
        stops("job");
        clock.pass(Duration.ofHours(1));

        assertThat(life.uninstall(false, SETTINGS)).isEqualTo(Phase.RETIRING);
    }

    @Test
    void one_that_was_removed_before_it_does_not() throws IOException {
        runs("job");
        stops("job");
        isRemoved("job");

        assertThat(life.uninstall(false, SETTINGS)).isEqualTo(Phase.LEAVING);
    }

    @Test
    void a_reboot_takes_the_attachments_and_not_the_sandboxes() throws IOException {
        runs("a");
        life.uninstall(false, SETTINGS);
        attachments.forget(new AttachmentId("a", "eth0"), List.of());
        Files.delete(directory.resolve("netns/a"));

        assertThat(process().look()).isEqualTo(Phase.RETIRING);
        isRemoved("a");

        assertThat(process().look()).isEqualTo(Phase.LEAVING);
    }

    @Test
    void while_containerd_is_being_restarted_its_sandboxes_are_not_forgotten() throws IOException {
        runs("a");
        life.uninstall(false, SETTINGS);
        stops("a");
        clock.pass(Duration.ofMinutes(1));
        Files.delete(directory.resolve("proc/42/comm"));

        assertThat(process().look()).isEqualTo(Phase.RETIRING);
    }

    @Test
    void a_runtime_that_asks_once_is_waited_for_until_the_rest_of_the_chain_is_through() throws IOException {
        runs("a");
        Files.delete(runtime.resolve("a"));
        life.uninstall(false, SETTINGS);

        life.detaches("a", directory.resolve("netns/a").toString());
        attachments.forget(new AttachmentId("a", "eth0"), List.of());
        clock.pass(Duration.ofSeconds(11));
        assertThat(life.look()).as("its namespace is there").isEqualTo(Phase.RETIRING);
        Files.delete(directory.resolve("netns/a"));

        assertThat(life.look()).isEqualTo(Phase.LEAVING);
    }

    @Test
    void a_start_ends_a_retirement_and_knows_the_sandboxes_of_a_version_without_a_ledger() throws IOException {
        runs("a");
        Files.delete(directory.resolve("state/sandboxes/a"));
        life.uninstall(false, SETTINGS);

        assertThat(process().start()).isTrue();

        assertThat(life.phase()).isEqualTo(Phase.KEPT);
        stops("a");
        clock.pass(Duration.ofMinutes(1));
        assertThat(life.uninstall(false, SETTINGS)).isEqualTo(Phase.RETIRING);
    }

    @Test
    void killed_while_it_was_being_left_it_is_still_being_left() {
        life.uninstall(false, SETTINGS);

        assertThat(process().phase()).isEqualTo(Phase.LEAVING);
        assertThat(process().look()).isEqualTo(Phase.LEAVING);
    }

    @Test
    void a_state_that_cannot_be_read_says_at_least_that_the_node_was_given_up() throws IOException {
        Files.createDirectories(directory.resolve("state"));
        Files.writeString(directory.resolve("state/node.json"), "{\"phase\":");

        assertThat(life.phase()).isEqualTo(Phase.RETIRING);
        assertThat(life.settings()).isEmpty();
    }

    @Test
    void a_kept_node_forgets_the_sandboxes_that_were_removed() throws IOException {
        runs("a");
        runs("b");
        stops("a");
        isRemoved("a");

        life.look();

        assertThat(directory.resolve("state/sandboxes")).isDirectoryNotContaining("glob:**/a");
        assertThat(directory.resolve("state/sandboxes/b")).exists();
    }

    @Test
    void a_containerd_of_another_node_on_this_machine_is_not_asked() throws IOException {
        runs("a");
        stops("a");
        clock.pass(Duration.ofMinutes(1));
        Files.delete(directory.resolve("proc/42/ns/net"));
        Files.createSymbolicLink(directory.resolve("proc/42/ns/net"), Path.of("net:[2]"));

        assertThat(process().look()).isEqualTo(Phase.KEPT);
        assertThat(process().stopped()).isEmpty();
    }

    /** Stands still until told, from the real time on, as the ledger's files have that. */
    private static final class SetClock extends Clock {
        private Duration passed = Duration.ZERO;

        void pass(Duration time) {
            passed = passed.plus(time);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(passed);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

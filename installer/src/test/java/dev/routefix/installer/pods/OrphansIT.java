package dev.routefix.installer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.AttachmentId;
import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.Log;
import dev.routefix.lab.net.Netns;
import dev.routefix.lifecycle.ContainerRuntime;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.IpAddress;
import dev.routefix.plugin.Provisions;
import dev.routefix.plugin.RouteFix;
import dev.routefix.sandbox.Sandboxes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods that vanish without a DEL, with real namespaces and a clock of the test's. */
class OrphansIT {

    private static final Duration GRACE = Duration.ofMinutes(5);

    @TempDir
    Path root;

    private final AtomicLong now = new AtomicLong();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Netns node;
    private Netns sandbox;
    private Attachments attachments;
    private Orphans orphans;

    @BeforeEach
    void a_node_with_a_way_to_a_pod() {
        node = Netns.create("node");
        sandbox = Netns.create("pod");
        node.ip("""
                link add mac0 type veth peer name lan0
                link set lan0 up
                link set mac0 up
                route add 192.168.2.76/32 dev mac0 proto 96
                neigh add 192.168.2.76 lladdr 02:00:00:00:00:76 dev mac0 nud permanent
                """);
        var paths = Paths.under(root);
        attachments = new Attachments(paths.run());
        var lifecycle = new Lifecycle(
                paths.state(), attachments, Sandboxes.asGiven(), new ContainerRuntime(Path.of("/proc"), Path.of("/")));
        var plugin =
                new RouteFix(paths.run(), lifecycle, Sandboxes.asGiven(), Provisions.onHost(paths.state(), System.err));
        var log = new Log(
                new PrintStream(said, true, StandardCharsets.UTF_8), LogLevel.INFO, LogFormat.TEXT, Clock.systemUTC());
        orphans = new Orphans(paths, new Attachments(paths.run()), plugin, log, GRACE, now::get);
    }

    @AfterEach
    void gone() {
        sandbox.close();
        node.close();
    }

    @Test
    void what_a_pod_left_goes_when_it_has_been_gone_for_the_grace_period() {
        attachments.save(pod(sandbox.path(), Sandboxes.identity(sandbox.path())));
        passes(GRACE.multipliedBy(2));
        assertThat(way()).contains("192.168.2.76");

        sandbox.close();
        passes(GRACE.minusSeconds(1));
        assertThat(way()).contains("192.168.2.76");
        assertThat(attachments.all()).hasSize(1);

        passes(GRACE);
        assertThat(way()).isEmpty();
        assertThat(root.resolve("run/route-fix/attachments")).isEmptyDirectory();
        assertThat(root.resolve("run/route-fix/addresses")).isEmptyDirectory();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("cleaned up after pod shop/web-0 (192.168.2.76)");
    }

    @Test
    void a_pod_that_was_seen_is_not_gone_into_again_to_see_that_it_still_is_there() {
        attachments.save(pod(sandbox.path(), Sandboxes.identity(sandbox.path())));
        assertThat(threadsOfALook()).isZero();
    }

    /** Whoever goes into a namespace is a thread of its own. */
    private long threadsOfALook() {
        now.addAndGet(GRACE.toNanos());
        return node.call(() -> {
            long before = nextThread();
            orphans.look();
            return nextThread() - before - 1;
        });
    }

    private static long nextThread() {
        return Thread.ofPlatform().unstarted(() -> {}).threadId();
    }

    @Test
    void another_namespace_at_the_path_of_a_pod_that_was_there_is_not_taken_for_it() throws IOException {
        var path = Files.createSymbolicLink(root.resolve("sandbox"), sandbox.path());
        attachments.save(pod(path, Sandboxes.identity(path)));
        passes(GRACE);
        Files.delete(path);
        Files.createSymbolicLink(path, node.path());

        passes(GRACE.multipliedBy(2));

        assertThat(attachments.all()).isEmpty();
    }

    @Test
    void another_process_s_namespace_at_the_same_path_is_not_taken_for_the_pod() {
        attachments.save(pod(sandbox.path(), "1"));

        passes(GRACE.multipliedBy(2));

        assertThat(attachments.all()).isEmpty();
        assertThat(way()).isEmpty();
    }

    @Test
    void a_namespace_that_was_given_the_number_of_one_that_is_gone_is_not_taken_for_the_pod() {
        var inode = Sandboxes.inode(Objects.requireNonNull(Sandboxes.identity(sandbox.path())));
        attachments.save(pod(sandbox.path(), inode + "/1"));
        try (var process = sandbox.command("sleep", "600").start(root.resolve("sleep.log"))) {
            assertThat(process.pid()).isPositive();
            passes(GRACE.multipliedBy(2));
        }
        assertThat(attachments.all()).isEmpty();
        assertThat(way()).isEmpty();
    }

    @Test
    void a_pod_whose_path_is_gone_lives_as_long_as_a_process_is_in_its_namespace() {
        attachments.save(pod(Path.of("/run/netns/absent"), Sandboxes.identity(sandbox.path())));
        try (var process = sandbox.command("sleep", "600").start(root.resolve("sleep.log"))) {
            var inside = Path.of("/proc", Long.toString(process.pid()), "ns/net");
            process.await(
                    "it is inside",
                    Duration.ofSeconds(20),
                    () -> Objects.equals(Sandboxes.identity(sandbox.path()), Sandboxes.identity(inside)));

            passes(GRACE.multipliedBy(3));

            assertThat(attachments.all()).hasSize(1);
            assertThat(way()).contains("192.168.2.76");
        }
        passes(GRACE.multipliedBy(2));
        assertThat(attachments.all()).isEmpty();
    }

    @Test
    void a_sandbox_that_comes_back_begins_a_new_grace_period() throws IOException {
        var path = root.resolve("sandbox");
        attachments.save(pod(path, null));
        passes(GRACE.minusSeconds(1));
        Files.createFile(path);
        passes(GRACE);
        Files.delete(path);

        passes(GRACE.minusSeconds(1));

        assertThat(attachments.all()).hasSize(1);
    }

    @Test
    void the_address_of_a_new_pod_stays_when_the_old_one_is_cleaned_up() {
        attachments.save(pod(Path.of("/run/netns/absent"), null));
        var heir = new Attachment(
                new AttachmentId("c2", "eth0"), sandbox.path().toString(), "", "mac0", List.of(address()));
        attachments.save(heir);

        passes(GRACE.multipliedBy(2));

        assertThat(attachments.all()).containsExactly(heir);
        assertThat(way()).contains("192.168.2.76");
    }

    /** A pass every second of the test's clock. */
    private void passes(Duration duration) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            node.call(() -> {
                orphans.look();
                return true;
            });
        }
    }

    private String way() {
        return node.run("ip", "route", "show", "192.168.2.76").stdout()
                + node.run("ip", "neigh", "show", "192.168.2.76").stdout();
    }

    private static IpAddress address() {
        return IpAddress.parse("192.168.2.76");
    }

    private static Attachment pod(Path netns, @Nullable String namespace) {
        return new Attachment(
                new AttachmentId("c1", "eth0"),
                netns.toString(),
                namespace,
                "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0",
                "mac0",
                null,
                List.of(address()));
    }
}

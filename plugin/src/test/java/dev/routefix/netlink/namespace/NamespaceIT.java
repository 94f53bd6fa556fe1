package dev.routefix.netlink.namespace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In and out of real namespaces. */
final class NamespaceIT {

    private static final String SETTING = "net/ipv4/conf/eth0/accept_redirects";

    private TestNamespace namespace;

    @BeforeEach
    void makes_a_namespace_with_a_pods_interface() {
        namespace = TestNamespace.withEth0();
    }

    @AfterEach
    void removes_it() {
        namespace.close();
    }

    @Test
    void enters_by_the_path_the_kubelet_gives() {
        assertThat(index(namespace.path())).isEqualTo(namespace.eth0);
    }

    @Test
    void enters_by_a_process_in_it_as_containerd_gives_it() throws Exception {
        Process sleeper = new ProcessBuilder("ip", "netns", "exec", namespace.name, "sleep", "60").start();
        try {
            Path path = Path.of("/proc", String.valueOf(sleeper.pid()), "ns", "net");
            awaits(() -> Files.isSameFile(path, namespace.path()));

            assertThat(index(path)).isEqualTo(namespace.eth0);
        } finally {
            sleeper.destroy();
            sleeper.waitFor();
        }
    }

    @Test
    void leaves_the_caller_where_it_was() {
        Path own = Path.of("/proc/thread-self/ns/net");
        String before = readLink(own);

        String inside = Namespace.inside(namespace.path(), (_, _) -> readLink(own));

        assertThat(inside).isNotEqualTo(before);
        assertThat(readLink(own)).isEqualTo(before);
        try (Netlink netlink = Namespace.own()) {
            assertThat(netlink.link("lo")).isNotNull();
        }
    }

    @Test
    void reads_and_sets_the_settings_of_the_namespace_only() {
        String outside = Namespace.sysctls().read("net/ipv4/ip_forward");

        String inside = Namespace.inside(namespace.path(), (_, sysctls) -> {
            sysctls.write("net/ipv4/ip_forward", "1".equals(outside) ? "0" : "1");
            return requireNonNull(sysctls.read("net/ipv4/ip_forward"));
        });

        assertThat(inside).isEqualTo("1".equals(outside) ? "0" : "1");
        assertThat(Namespace.sysctls().read("net/ipv4/ip_forward")).isEqualTo(outside);
        assertThat(Namespace.sysctls().read(SETTING.replace("eth0", namespace.name)))
                .isNull();
    }

    @Test
    void says_why_a_setting_cannot_be_set() {
        assertThatThrownBy(() -> Namespace.<Integer>inside(namespace.path(), (_, sysctls) -> {
                    sysctls.write("net/ipv4/conf/nosuch/accept_redirects", "0");
                    return 0;
                }))
                .hasMessage("cannot set net/ipv4/conf/nosuch/accept_redirects to 0: ENOENT, no such file or entry");
        assertThatThrownBy(() -> Namespace.<Integer>inside(namespace.path(), (_, sysctls) -> {
                    sysctls.write(SETTING, "yes");
                    return 0;
                }))
                .hasMessageContaining("EINVAL");
    }

    @Test
    void works_for_a_caller_that_is_being_interrupted_and_leaves_the_interrupt_pending() {
        Thread.currentThread().interrupt();

        String value = Namespace.inside(namespace.path(), (netlink, sysctls) -> {
            sysctls.write(SETTING, "0");
            netlink.links();
            return requireNonNull(sysctls.read(SETTING));
        });
        String own = Namespace.sysctls().read("net/ipv4/ip_forward");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(value).isEqualTo("0");
        assertThat(own).isNotNull();
    }

    @Test
    void lets_the_works_own_exception_through_as_it_was_thrown() {
        var thrown = new IllegalStateException("mine");

        assertThatThrownBy(() -> Namespace.<Integer>inside(namespace.path(), (_, _) -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void closes_the_namespaces_netlink_when_the_work_is_done() {
        Netlink kept = Namespace.inside(namespace.path(), (netlink, _) -> netlink);

        assertThatThrownBy(kept::links).hasMessageContaining("EBADF, closed already");
    }

    @Test
    void names_a_path_that_is_missing_or_no_network_namespace(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path fifo = folder.resolve("fifo");
        TestNamespace.run("mkfifo", fifo.toString());
        TestNamespace.run("chmod", "0", fifo.toString());

        refuses(folder.resolve("missing"), Errno.ENOENT);
        refuses(file.resolve("below"), Errno.ENOTDIR);
        refuses(file, Errno.EINVAL);
        refuses(fifo, Errno.EINVAL);
        refuses(folder, Errno.EINVAL);
        refuses(Path.of("/proc/self/ns/mnt"), Errno.EINVAL);
        refuses(Path.of("/proc/0/ns/net"), Errno.ENOENT);
    }

    @Test
    void leaves_no_thread_and_no_open_file_behind() throws Exception {
        index(namespace.path());
        long files = openFiles();
        for (int i = 0; i < 100; i++) {
            index(namespace.path());
            assertThatThrownBy(() -> index(Path.of("/proc/self/ns/mnt"))).isInstanceOf(NetlinkException.class);
        }

        assertThat(openFiles()).isLessThan(files + 20);
        String inside = Namespace.inside(namespace.path(), (_, _) -> readLink(Path.of("/proc/thread-self/ns/net")));
        awaits(() -> threadsIn(inside) == 0);
    }

    @Test
    void works_in_50_namespaces_at_once() throws Exception {
        var namespaces = new ArrayList<TestNamespace>();
        try (var threads = Executors.newFixedThreadPool(50)) {
            for (int i = 0; i < 50; i++) {
                namespaces.add(new TestNamespace());
                namespaces.getLast().ip("link add only%d type bridge".formatted(i));
            }

            var futures = threads.invokeAll(IntStream.range(0, 500)
                    .<Callable<List<String>>>mapToObj(
                            i -> () -> names(namespaces.get(i % 50).path()))
                    .toList());

            for (int i = 0; i < 500; i++) {
                assertThat(futures.get(i).get()).containsExactlyInAnyOrder("lo", "only" + i % 50);
            }
        } finally {
            namespaces.forEach(TestNamespace::close);
        }
    }

    private static List<String> names(Path path) {
        return Namespace.inside(
                path, (netlink, _) -> netlink.links().stream().map(Link::name).toList());
    }

    private static int index(Path path) {
        return Namespace.inside(
                path, (netlink, _) -> requireNonNull(netlink.link("eth0")).index());
    }

    private static void refuses(Path path, Errno errno) {
        assertThatThrownBy(() -> index(path))
                .isInstanceOf(NetlinkException.class)
                .hasMessageStartingWith("cannot enter network namespace " + path + ": " + errno.name());
    }

    private static String readLink(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static long threadsIn(String namespace) throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> {
                        try {
                            return readLink(task.resolve("ns/net")).equals(namespace);
                        } catch (IllegalStateException ended) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private static void awaits(Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (!condition.call()) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(5);
        }
    }
}

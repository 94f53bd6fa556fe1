package dev.routefix.netlink.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.netlink.Netlink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of a test's own, looked at through iproute2. */
final class TestNamespace implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger COUNT = new AtomicInteger();

    final String name = "rf" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();

    /** Index of the interface {@link #withEth0} makes. */
    final int eth0 = 100 + COUNT.get();

    TestNamespace() {
        run("ip", "netns", "add", name);
    }

    /** With a loopback and a veth {@code eth0} up, which has 192.168.2.76/24; its other end is {@code peer0}. */
    static TestNamespace withEth0() {
        var namespace = new TestNamespace();
        namespace.ip("link set lo up");
        namespace.ip("link add eth0 index " + namespace.eth0 + " address 02:00:00:00:00:76 type veth peer name peer0");
        namespace.ip("link set eth0 up");
        namespace.ip("link set peer0 up");
        namespace.ip("addr add 192.168.2.76/24 dev eth0");
        return namespace;
    }

    /** A netlink that outlives the visit, as a socket may. */
    Netlink open() {
        return Namespace.inside(path(), (_, _) -> Namespace.own());
    }

    Path path() {
        return Path.of("/var/run/netns", name);
    }

    /** Runs {@code ip -n <this> <command>}, words split at blanks. */
    String ip(String command) {
        var argv = new ArrayList<>(List.of("ip", "-n", name));
        argv.addAll(List.of(command.split(" ")));
        return run(argv.toArray(String[]::new));
    }

    /** Sets a kernel setting, given with dots. */
    void sysctl(String key, String value) {
        run("ip", "netns", "exec", name, "sysctl", "-qw", key + "=" + value);
    }

    /** What {@code ip -j} prints. */
    List<Map<String, Object>> json(String command) {
        try {
            return JSON.readValue(ip("-j -d " + command), new TypeReference<>() {});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command and fails unless it exits 0. */
    static String run(String... argv) {
        try {
            var process = new ProcessBuilder(argv).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(
                        String.join(" ", argv) + " (these tests need root) exited " + code + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        run("ip", "netns", "del", name);
    }
}

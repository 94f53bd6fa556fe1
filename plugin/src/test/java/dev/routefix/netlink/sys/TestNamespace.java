package dev.routefix.netlink.sys;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of a test's own, looked at through iproute2. */
final class TestNamespace implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    final String name = "rf" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();

    TestNamespace() {
        run("ip", "netns", "add", name);
        ip("link set lo up");
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

    /** What {@code ip -j} prints. */
    List<Map<String, Object>> json(String command) {
        try {
            var rows = new ArrayList<Map<String, Object>>();
            for (Object row : JSON.std.listFrom(ip("-j -d " + command))) {
                rows.add(JSON.std.mapFrom(JSON.std.asString(row)));
            }
            return rows;
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

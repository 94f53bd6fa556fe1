package dev.routefix.installer.check;

import dev.routefix.cni.Json;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.sys.NetworkNamespace;
import dev.routefix.plugin.RouteFix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A pod of the resident's own for a moment: a network namespace in which a thread stands, attached as the container runtime would attach a pod, with a server
 * in it that a port of the node leads to. Closing it has it released, its address given back.
 */
final class ProbePod implements AutoCloseable {

    private static final int PORT = 8080;

    private final RouteFix plugin;
    private final Map<String, String> environment;
    private final String network;
    private final ExecutorService inside;
    private final int nodePort;
    private @Nullable IpAddress address;
    private @Nullable ServerSocket server;

    /**
     * One that is attached.
     *
     * @param conflist the network, as the runtime reads it
     * @param binDir where the runtime looks for plugins
     * @param nodePort a port of the node that is free
     * @throws IOException if the network says no, in its words
     */
    static ProbePod attach(RouteFix plugin, Map<String, @Nullable Object> conflist, Path binDir, int nodePort)
            throws IOException, InterruptedException {
        var inside = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("probe pod").daemon().factory());
        try {
            var netns = run(inside, NetworkNamespace::leaveForNew);
            var pod = new ProbePod(plugin, environment(netns, binDir), network(conflist, nodePort), inside, nodePort);
            try {
                pod.attach();
                pod.serve();
                return pod;
            } catch (IOException | InterruptedException e) {
                pod.close();
                throw e;
            }
        } catch (IOException | RuntimeException | InterruptedException e) {
            inside.shutdownNow();
            throw e;
        }
    }

    private ProbePod(
            RouteFix plugin, Map<String, String> environment, String network, ExecutorService inside, int nodePort) {
        this.plugin = plugin;
        this.environment = environment;
        this.network = network;
        this.inside = inside;
        this.nodePort = nodePort;
    }

    private static Map<String, String> environment(Path netns, Path binDir) {
        return Map.of(
                "CNI_CONTAINERID",
                "route-fix-check-" + Long.toHexString(System.nanoTime()),
                "CNI_NETNS",
                netns.toString(),
                "CNI_IFNAME",
                "eth0",
                "CNI_PATH",
                binDir.toString());
    }

    /** As libcni makes one plugin's configuration of a list. */
    private static String network(Map<String, @Nullable Object> conflist, int nodePort) throws IOException {
        if (!(conflist.get("plugins") instanceof List<?> plugins
                && plugins.size() == 1
                && plugins.getFirst() instanceof Map<?, ?> only)) {
            throw new IOException("the conflist has other plugins beside route-fix, which only the runtime executes");
        }
        var network = new LinkedHashMap<String, @Nullable Object>();
        only.forEach((key, value) -> network.put(String.valueOf(key), value));
        network.put("name", conflist.get("name"));
        network.put("cniVersion", conflist.get("cniVersion"));
        var mapping = Map.of("hostPort", nodePort, "containerPort", PORT, "protocol", "tcp");
        network.put("runtimeConfig", Map.of("portMappings", List.of(mapping)));
        return Json.write(network);
    }

    private void attach() throws IOException {
        var result = Json.read(call("ADD").getBytes(StandardCharsets.UTF_8));
        if (result.get("ips") instanceof List<?> ips
                && !ips.isEmpty()
                && ips.getFirst() instanceof Map<?, ?> ip
                && ip.get("address") instanceof String text) {
            address = Prefix.parse(text).address();
            return;
        }
        throw new IOException("the network gives no address");
    }

    private String call(String verb) throws IOException {
        var variables = new LinkedHashMap<>(environment);
        variables.put("CNI_COMMAND", verb);
        var answer = plugin.answer(
                variables, new ByteArrayInputStream(network.getBytes(StandardCharsets.UTF_8)), Runnable::run, _ -> {});
        if (answer.exitCode() != 0) {
            throw new IOException(verb + ": " + answer.log().strip());
        }
        return answer.stdout();
    }

    private void serve() throws IOException, InterruptedException {
        var socket = run(inside, () -> new ServerSocket(PORT));
        server = socket;
        Thread.ofPlatform().name("probe server").daemon().start(() -> answer(socket));
    }

    private static void answer(ServerSocket socket) {
        while (true) {
            try (var client = socket.accept()) {
                client.getOutputStream().write('!');
            } catch (IOException e) {
                if (socket.isClosed()) {
                    return;
                }
            }
        }
    }

    IpAddress address() {
        return Objects.requireNonNull(address);
    }

    /** The port of the node that leads to it. */
    int nodePort() {
        return nodePort;
    }

    /** Does something by its thread, so by its network. */
    <T extends @Nullable Object> T inside(Callable<T> work) throws IOException, InterruptedException {
        return run(inside, work);
    }

    private static <T extends @Nullable Object> T run(ExecutorService executor, Callable<T> work)
            throws IOException, InterruptedException {
        try {
            return executor.submit(work).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (server != null) {
                server.close();
            }
            call("DEL");
        } finally {
            inside.shutdownNow();
        }
    }
}

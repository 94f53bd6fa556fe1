package dev.routefix.lab.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The reference plugins' DHCP client on a node: a daemon, which its plugin asks for leases. */
final class DhcpDaemon implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);

    private final NodeRoot root;
    private final ReferencePlugins plugins;
    private final String socket;
    private final Path log;
    private Background process;

    private DhcpDaemon(NodeRoot root, ReferencePlugins plugins) {
        this.root = root;
        this.plugins = plugins;
        this.socket = "/run/dhcp-" + plugins.version() + ".sock";
        this.log = Run.current().directory("dhcp-daemon").resolve("log");
        this.process = launch();
    }

    static DhcpDaemon start(NodeRoot root, ReferencePlugins plugins) {
        return new DhcpDaemon(root, plugins);
    }

    private Background launch() {
        Background started = root.command(plugins.plugin("dhcp").toString(), "daemon", "-socketpath", socket)
                .start(log);
        started.await("makes its socket", START, () -> Files.exists(root.path(socket)));
        return started;
    }

    /** Kills it and starts another one. */
    void killAndRestart() {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        process.exit(START);
        try {
            // What one that was killed leaves is in the way of the next.
            Files.deleteIfExists(root.path(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = launch();
    }

    /** An {@code ipam} that asks it. */
    ObjectNode ipam() {
        return JsonNodeFactory.instance.objectNode().put("type", "dhcp").put("daemonSocketPath", socket);
    }

    ReferencePlugins plugins() {
        return plugins;
    }

    @Override
    public void close() {
        process.close();
    }
}

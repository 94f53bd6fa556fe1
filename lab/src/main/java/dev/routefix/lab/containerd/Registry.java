package dev.routefix.lab.containerd;

import dev.routefix.lab.Host;
import dev.routefix.lab.Lan;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A host of the LAN that serves images by plain HTTP, with docker-registry. */
public final class Registry implements AutoCloseable {
    private static final int NUMBER = 10;
    private static final int PORT = 5000;
    private static final Duration START = Duration.ofSeconds(20);

    private final Host host;
    private final Background server;

    private Registry(Host host, Background server) {
        this.host = host;
        this.server = server;
    }

    /** Plugs a registry into the LAN and waits until it listens. */
    public static Registry start(Lan lan) {
        Host host = lan.attach("registry", NUMBER);
        Path directory = Run.current().directory("registry");
        try {
            Path config = Files.writeString(
                    directory.resolve("config.yml"), """
                    version: 0.1
                    log: {level: warn}
                    storage: {filesystem: {rootdirectory: %s}}
                    http: {addr: 0.0.0.0:%d}
                    """.formatted(directory.resolve("images"), PORT));
            Background server = host.netns()
                    .command("docker-registry", "serve", config.toString())
                    .start(directory.resolve("registry.log"));
            server.await("listens", START, () -> listens(server.pid()));
            return new Registry(host, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Port 5000 in state LISTEN (0A), as /proc/net/tcp6 writes it: the registry takes both families on one socket. */
    private static boolean listens(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "net/tcp6"))
                            .contains(":1388 ")
                    || Files.readString(Path.of("/proc", Long.toString(pid), "net/tcp"))
                            .contains(":1388 ");
        } catch (IOException e) {
            return false;
        }
    }

    public Host host() {
        return host;
    }

    /** The full name of an image of this registry. */
    public String image(String nameAndTag) {
        return host.address() + ":" + PORT + "/" + nameAndTag;
    }

    /** A process on the registry's host, such as one that pushes to it. */
    public Command command(List<String> argv) {
        return host.netns().command(argv);
    }

    @Override
    public void close() {
        server.close();
    }
}

package dev.routefix.lab.demo;

import dev.routefix.lab.Node;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.run.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What people have before they have route-fix: the reference macvlan plugin with DHCP, its daemon and a network of both. */
final class PlainNetwork implements AutoCloseable {
    /** The last one is the runtime's own need. */
    private static final List<String> PLUGINS = List.of("macvlan", "dhcp", "loopback");

    private static final String SOCKET = "/run/cni/dhcp.sock";
    private static final String CONFLIST = "/etc/cni/net.d/10-lan.conflist";
    private static final String MACVLAN =
            "{\"type\":\"macvlan\",\"master\":\"eth0\",\"mode\":\"bridge\",\"ipam\":{\"type\":\"dhcp\"}}";
    private static final Duration START = Duration.ofSeconds(10);

    private final Containerd containerd;
    private final Background daemon;

    private PlainNetwork(Containerd containerd, Background daemon) {
        this.containerd = containerd;
        this.daemon = daemon;
    }

    static PlainNetwork on(Containerd containerd) {
        try {
            for (String plugin : PLUGINS) {
                Files.copy(Node.REFERENCE_PLUGINS.resolve(plugin), file(containerd, plugin));
            }
            Background daemon = containerd
                    .root()
                    .command("/opt/cni/bin/dhcp", "daemon")
                    .start(containerd.node().directory().resolve("plain-dhcp.log"));
            daemon.await(
                    "makes its socket",
                    START,
                    () -> Files.exists(containerd.root().path(SOCKET)));
            Files.writeString(
                    containerd.root().path(CONFLIST),
                    Conflist.of("1.0.0", "lan").then(MACVLAN).toString());
            return new PlainNetwork(containerd, daemon);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Containerd containerd, String plugin) {
        return containerd.root().path("/opt/cni/bin/" + plugin);
    }

    /** Takes all of it away again. */
    @Override
    public void close() {
        daemon.close();
        try {
            Files.deleteIfExists(containerd.root().path(CONFLIST));
            Files.deleteIfExists(containerd.root().path(SOCKET));
            Files.deleteIfExists(containerd.root().path("/run/cni"));
            for (String plugin : PLUGINS) {
                Files.deleteIfExists(file(containerd, plugin));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.routefix.lab;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Kubernetes node's network: a host on the LAN that forwards, and the reference plugins beside it. */
public final class Node {
    /** Where Debian's containernetworking-plugins are. */
    public static final Path REFERENCE_PLUGINS = Path.of("/usr/lib/cni");

    private static final int FIRST_POD = 60;
    private static final int PODS = 20;
    private static final Duration START = Duration.ofSeconds(10);

    private final Lan lan;
    private final Host host;
    private final Path directory;
    private @Nullable Background dhcp;

    Node(Lan lan, Host host) {
        this.lan = lan;
        this.host = host;
        this.directory = Run.current().directory(host.name());
        host.netns().sysctl("net/ipv4/ip_forward", "1");
        // Loose, as systemd's own sysctl.d has it on the distributions people use.
        host.netns().sysctl("net/ipv4/conf/all/rp_filter", "2");
    }

    public String name() {
        return host.name();
    }

    public String address() {
        return host.address();
    }

    public Host host() {
        return host;
    }

    public Netns netns() {
        return host.netns();
    }

    public Lan lan() {
        return lan;
    }

    /** A directory of its own for what belongs to the node. */
    public Path directory() {
        return directory;
    }

    /** An {@code ipam} that takes addresses from the LAN's DHCP server, by the reference plugin's daemon, started when first asked for. */
    public ObjectNode dhcp() {
        Path socket = directory.resolve("dhcp.sock");
        if (dhcp == null) {
            Background daemon = netns().command(
                            REFERENCE_PLUGINS.resolve("dhcp").toString(), "daemon", "-socketpath", socket.toString())
                    .start(directory.resolve("dhcp.log"));
            dhcp = daemon;
            daemon.await("makes its socket", START, () -> Files.exists(socket));
        }
        return JsonNodeFactory.instance.objectNode().put("type", "dhcp").put("daemonSocketPath", socket.toString());
    }

    /** An {@code ipam} of the node's own range (.60 to .79 on the first, .80 to .99 on the second), at once and without a server. */
    public ObjectNode hostLocal() {
        int first = FIRST_POD + PODS * lan.nodes().indexOf(this);
        ObjectNode ipam = JsonNodeFactory.instance
                .objectNode()
                .put("type", "host-local")
                .put("dataDir", directory.resolve("host-local").toString());
        ipam.putArray("ranges")
                .addArray()
                .addObject()
                .put("subnet", lan.prefix().toString())
                .put("rangeStart", lan.prefix().host(first))
                .put("rangeEnd", lan.prefix().host(first + PODS - 1))
                .put("gateway", lan.router().address());
        ipam.putArray("routes").addObject().put("dst", "0.0.0.0/0");
        return ipam;
    }

    /** A chain of the reference plugins alone. */
    public CniChain chain(Conflist conflist) {
        return chain(conflist, List.of(REFERENCE_PLUGINS));
    }

    /** A chain whose plugins are looked for in these directories, in this order. */
    public CniChain chain(Conflist conflist, List<Path> plugins) {
        return CniChain.of(netns(), plugins, conflist);
    }

    /** The node's kube-proxy. */
    public KubeProxy kubeProxy(KubeProxy.Options options) {
        return KubeProxy.on(netns(), name(), options);
    }

    void close() {
        if (dhcp != null) {
            dhcp.close();
        }
    }
}

package dev.routefix.lab.bench;

import dev.routefix.lab.Lan;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.containerd.Registry;
import java.time.Duration;
import java.util.List;

/** Where it is measured: a LAN with one node, whose containerd has pulled the appliance's image from a registry. */
final class Site implements AutoCloseable {
    /** Room for more pods than a node has. */
    private static final String PREFIX = "10.77.0.0/16";

    /** As many as dnsmasq gives out where it is told nothing else. */
    private static final int LEASES = 900;

    private static final Duration PUSH = Duration.ofMinutes(2);

    private final Lan lan;
    private final Registry registry;
    private final Containerd node;
    private final String image;

    private Site(Lan lan, Registry registry, Containerd node, String image) {
        this.lan = lan;
        this.registry = registry;
        this.node = node;
        this.image = image;
    }

    static Site open(DaemonSet set, Progress progress) {
        Lan lan = progress.step(
                "a LAN with one node (network namespaces), its containerd, a registry",
                () -> Lan.open(Lan.Options.DEFAULT.prefix(PREFIX).nodes(1).leases(LEASES)));
        try {
            Registry registry = Registry.start(lan);
            String image = registry.image(set.image());
            progress.say("make push IMAGE=" + image);
            registry.command(List.of("make", "--no-print-directory", "push", "IMAGE=" + image))
                    .within(PUSH)
                    .run();
            Containerd node = Containerd.start(lan.node(1));
            Site site = new Site(lan, registry, node, image);
            progress.step("the node pulls it", () -> node.pull(image));
            return site;
        } catch (RuntimeException e) {
            lan.close();
            throw e;
        }
    }

    Lan lan() {
        return lan;
    }

    Containerd node() {
        return node;
    }

    String image() {
        return image;
    }

    @Override
    public void close() {
        node.close();
        registry.close();
        lan.close();
    }
}

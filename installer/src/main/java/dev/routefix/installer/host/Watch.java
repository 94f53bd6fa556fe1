package dev.routefix.installer.host;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.Log;
import dev.routefix.netlink.Event;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.namespace.Subscription;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Rings when something of ours may have changed: an interface, an address, the packet filter's rules, a file. A watch that cannot be kept is
 * told once, and what it would have seen is seen by the regular look at the whole node.
 */
public final class Watch {

    private static final Set<String> OURS = Set.of("route-fix", "loopback", ".route-fix");

    private final Paths paths;
    private final Configuration configuration;
    private final Runnable bell;
    private final Log log;

    /** The node's macvlans and their parents, which may be renamed, by their indices and as they were last seen. */
    private final Map<Integer, Link> links = new HashMap<>();

    private Watch(Paths paths, Configuration configuration, Runnable bell, Log log) {
        this.paths = paths;
        this.configuration = configuration;
        this.bell = bell;
        this.log = log;
    }

    /**
     * Watches from now on, for as long as the process lives.
     *
     * @param configuration with its parent interface settled
     * @param bell is rung from several threads, and too often rather than too seldom
     */
    public static void start(Paths paths, Configuration configuration, Runnable bell, Log log) {
        var watch = new Watch(paths, configuration, bell, log);
        watch.begin("interfaces", () -> watch.follow(Subscription.toLinks()));
        watch.begin("rules", () -> watch.follow(Subscription.toRules()));
        watch.begin("files", watch::followFiles);
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void begin(String what, Work work) {
        Thread.ofPlatform().name("watch " + what).daemon().start(() -> {
            try {
                work.run();
            } catch (IOException | NetlinkException e) {
                log.warn("changes of " + what + " are not seen at once, but every "
                        + configuration.resync().toSeconds() + " s: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void follow(Subscription subscription) {
        learn();
        // what happened before we listened
        bell.run();
        while (true) {
            for (var event : subscription.await()) {
                if (concernsUs(event)) {
                    bell.run();
                }
            }
        }
    }

    private void learn() {
        try (var netlink = Namespace.own()) {
            for (var link : netlink.links()) {
                if (isOurs(link)) {
                    links.put(link.index(), link);
                }
            }
        }
    }

    private boolean isOurs(Link link) {
        for (var network : configuration.networks()) {
            if (link.name().equals(network.hostInterface()) || link.name().equals(network.master())) {
                return true;
            }
        }
        return false;
    }

    private boolean concernsUs(Event event) {
        return switch (event) {
            // the kernel tells of the parent whenever a pod's macvlan comes or goes
            case Event.LinkChanged changed -> isNew(changed.link());
            case Event.LinkGone gone -> links.remove(gone.link()) != null;
            case Event.AddressChanged changed -> links.containsKey(changed.link());
            case Event.RulesChanged _, Event.SomeLost _ -> true;
        };
    }

    private boolean isNew(Link link) {
        return (isOurs(link) || links.containsKey(link.index())) && !link.equals(links.put(link.index(), link));
    }

    private void followFiles() throws IOException, InterruptedException {
        try (var service = FileSystems.getDefault().newWatchService()) {
            var plugins = register(service, paths.here(configuration.binDir()));
            for (var network : configuration.networks()) {
                if (network.conflist()) {
                    register(service, paths.here(network.networkDir()));
                }
            }
            while (true) {
                var key = service.take();
                boolean ofPlugins = key.watchable().equals(plugins);
                for (var event : key.pollEvents()) {
                    if (!ofPlugins || isPlugin(event)) {
                        bell.run();
                    }
                }
                if (!key.reset()) {
                    bell.run();
                    throw new IOException(key.watchable() + " is gone");
                }
            }
        }
    }

    private static Path register(WatchService service, Path directory) throws IOException {
        directory.register(
                service,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        return directory;
    }

    /** Files of other plugins are none of our business; that some events were lost is. */
    private boolean isPlugin(WatchEvent<?> event) {
        return !(event.context() instanceof Path file)
                || OURS.contains(file.toString())
                || configuration.networks().stream()
                        .anyMatch(network -> network.plugins().contains(file.toString()));
    }
}

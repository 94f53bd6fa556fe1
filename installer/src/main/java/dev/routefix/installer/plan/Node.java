package dev.routefix.installer.plan;

import dev.routefix.installer.config.NetworkMode;
import dev.routefix.installer.config.Option;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the node brings along and we only look at.
 *
 * @param masterName the parent interface asked for or found by the default route; null if there is neither
 * @param masterAddresses its IPv4 addresses
 * @param masterWireless whether it is a Wi-Fi interface
 * @param stranger the interface with the name of ours that we do not know by its hardware address; null if there is none
 * @param directories how far we may use the container runtime's directories, by the variable that names each
 * @param missing files of the appliance itself that are not there
 * @param heldMode by which pods have had this network so far, where that is another than the one asked for
 */
public record Node(
        List<Link> links,
        @Nullable String masterName,
        List<LinkAddress> masterAddresses,
        boolean masterWireless,
        @Nullable Stranger stranger,
        Map<Option, Access> directories,
        List<String> missing,
        @Nullable NetworkMode heldMode) {

    /** One on which nothing speaks against the mode that is asked for. */
    public Node(
            List<Link> links,
            @Nullable String masterName,
            List<LinkAddress> masterAddresses,
            boolean masterWireless,
            @Nullable Stranger stranger,
            Map<Option, Access> directories,
            List<String> missing) {
        this(links, masterName, masterAddresses, masterWireless, stranger, directories, missing, null);
    }

    /** How far a directory can be used. */
    public enum Access {
        MISSING,
        READ_ONLY,
        WRITABLE
    }

    public Node {
        links = List.copyOf(links);
        masterAddresses = List.copyOf(masterAddresses);
        directories = Map.copyOf(directories);
        missing = List.copyOf(missing);
    }

    /** The default route with the lowest metric, which is the one the kernel uses; null if there is none. */
    public static @Nullable Route defaultRoute(List<Route> routes) {
        Route best = null;
        for (var route : routes) {
            if (route.destination().isDefault() && (best == null || route.metric() < best.metric())) {
                best = route;
            }
        }
        return best;
    }

    /** Its interface; null if there is none. */
    public static @Nullable String defaultInterface(List<Link> links, List<Route> routes) {
        var best = defaultRoute(routes);
        if (best == null) {
            return null;
        }
        for (var link : links) {
            if (link.index() == best.link()) {
                return link.name();
            }
        }
        return null;
    }

    /** The parent interface, or null if there is none of that name. */
    public @Nullable Link master() {
        return masterName == null ? null : link(masterName);
    }

    /** The interface of that name, or null. */
    public @Nullable Link link(String name) {
        for (var link : links) {
            if (link.name().equals(name)) {
                return link;
            }
        }
        return null;
    }

    @Nullable
    Link link(int index) {
        for (var link : links) {
            if (link.index() == index) {
                return link;
            }
        }
        return null;
    }

    /** The interface's name for a message. */
    String nameOf(int index) {
        var link = link(index);
        return link == null ? "interface #" + index : link.name();
    }

    String kindOf(int index) {
        var link = link(index);
        return link == null ? "" : link.kind();
    }
}

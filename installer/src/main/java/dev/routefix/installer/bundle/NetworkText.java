package dev.routefix.installer.bundle;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.namespace.Namespace;

/** The interfaces, addresses, routes, rules and neighbours of a network namespace, for people. */
final class NetworkText {

    private NetworkText() {}

    /** Those of the namespace that the calling thread is in. */
    static String ofThisNode() {
        try (var node = Namespace.own()) {
            return of(node);
        }
    }

    private static String of(Netlink netlink) {
        var text = new StringBuilder();
        for (var link : netlink.links()) {
            text.append(line(link));
            for (var family : Family.values()) {
                netlink.addresses(family, link.index())
                        .forEach(address ->
                                text.append("    ").append(address.prefix()).append('\n'));
                netlink.neighbours(family, link.index())
                        .forEach(neighbour ->
                                text.append("    neighbour ").append(neighbour).append('\n'));
            }
        }
        for (var family : Family.values()) {
            netlink.rules(family)
                    .forEach(rule -> text.append("rule ")
                            .append(rule.priority())
                            .append(": ")
                            .append(rule)
                            .append('\n'));
            netlink.routes(family, 0)
                    .forEach(route -> text.append("route ").append(route).append('\n'));
        }
        return text.toString();
    }

    private static String line(Link link) {
        return "#" + link.index() + " " + link.name() + " " + link.kind()
                + (link.isMacvlan() ? " " + link.macvlanModeName() : "")
                + (link.parent() == 0 ? "" : " on #" + link.parent())
                + (link.controller() == 0 ? "" : " of #" + link.controller())
                + " " + link.mac() + " mtu " + link.mtu()
                + (link.isUp() ? " up" : " down")
                + (link.hasCarrier() ? " carrier" : "")
                + (link.isNoArp() ? " noarp" : "") + "\n";
    }
}

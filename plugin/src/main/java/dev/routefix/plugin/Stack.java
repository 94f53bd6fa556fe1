package dev.routefix.plugin;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Sysctls;
import dev.routefix.plan.Difference;
import dev.routefix.plan.StackState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A namespace's network stack as one attachment sees it: read it, move it to another state, put it back. */
final class Stack {

    private final Netlink netlink;
    private final Sysctls sysctls;
    private final Supplier<StackState> reader;

    private Stack(Netlink netlink, Sysctls sysctls, Supplier<StackState> reader) {
        this.netlink = netlink;
        this.sysctls = sysctls;
        this.reader = reader;
    }

    /** All routes of the family, the gateway's neighbour entry, and whether redirects are taken (all and interface: the kernel ORs them). */
    static Stack ofPod(Netlink netlink, Sysctls sysctls, String ifname, int link, IpAddress gateway) {
        var redirects = switch (gateway.family()) {
            case IPV4 -> List.of("net/ipv4/conf/all/accept_redirects", "net/ipv4/conf/" + ifname + "/accept_redirects");
            case IPV6 -> List.of("net/ipv6/conf/" + ifname + "/accept_redirects");
        };
        return new Stack(netlink, sysctls, () -> {
            var settings = new LinkedHashMap<String, String>();
            for (var name : redirects) {
                var value = sysctls.read(name);
                if (value != null) {
                    settings.put(name, value);
                }
            }
            return new StackState(
                    netlink.routes(gateway.family(), 0), permanent(netlink, link, List.of(gateway)), settings);
        });
    }

    /** The routes to exactly these addresses, wherever they lead, and their neighbour entries. */
    static Stack ofNode(Netlink netlink, Sysctls sysctls, int link, List<IpAddress> addresses) {
        return new Stack(netlink, sysctls, () -> {
            var routes = new ArrayList<Route>();
            for (var address : addresses) {
                var route = netlink.route(address.host());
                if (route != null) {
                    routes.add(route);
                }
            }
            return new StackState(routes, permanent(netlink, link, addresses), Map.of());
        });
    }

    /** Learnt entries come and go by themselves; only lasting ones are state. */
    private static List<Neighbour> permanent(Netlink netlink, int link, List<IpAddress> addresses) {
        var found = new ArrayList<Neighbour>();
        for (var address : addresses) {
            var neighbour = netlink.neighbour(link, address);
            if (neighbour != null && neighbour.state() == Neighbour.PERMANENT) {
                found.add(neighbour);
            }
        }
        return found;
    }

    StackState read() {
        return reader.get();
    }

    /** Moves to {@code wanted}; if the kernel refuses any of it, everything is put back and the refusal thrown. */
    void move(StackState now, StackState wanted) {
        try {
            apply(Difference.between(now, wanted));
        } catch (RuntimeException refused) {
            restore(now, refused);
            throw refused;
        }
    }

    /** Puts back what was there before; a failure of that joins {@code cause}. */
    void restore(StackState before, RuntimeException cause) {
        try {
            apply(Difference.between(read(), before));
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void apply(Difference difference) {
        if (!difference.changes().isEmpty()) {
            netlink.apply(difference.changes());
        }
        difference.sysctls().forEach(sysctls::write);
    }
}

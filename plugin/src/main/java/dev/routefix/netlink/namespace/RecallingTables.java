package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of a namespace, whose interfaces and addresses are those of when this was made: the kernel is asked for them only where nobody asked since they changed. */
final class RecallingTables implements Netlink {

    final Rtnetlink kernel;
    private final LinkMemory memory;
    private final int asOf;

    RecallingTables(Rtnetlink kernel, LinkMemory memory) {
        this.kernel = kernel;
        this.memory = memory;
        asOf = memory.look();
    }

    @Override
    public @Nullable Link link(String name) {
        if (memory.recall(asOf, name) instanceof Link known) {
            return known;
        }
        return remembered(name, kernel.link(name));
    }

    @Override
    public @Nullable Link link(int index) {
        var what = "#" + index;
        if (memory.recall(asOf, what) instanceof Link known) {
            return known;
        }
        return remembered(what, kernel.link(index));
    }

    private @Nullable Link remembered(String what, @Nullable Link link) {
        if (link != null) {
            memory.remember(asOf, what, link);
        }
        return link;
    }

    /** Those of one interface; no interface is called so. */
    private record Addresses(List<LinkAddress> all) {}

    @Override
    public List<LinkAddress> addresses(Family family, int link) {
        var what = family.name() + "/" + link;
        if (memory.recall(asOf, what) instanceof Addresses known) {
            return known.all();
        }
        var addresses = List.copyOf(kernel.addresses(family, link));
        memory.remember(asOf, what, new Addresses(addresses));
        return addresses;
    }

    @Override
    public List<Link> links() {
        return kernel.links();
    }

    @Override
    public List<Route> routes(Family family, int link) {
        return kernel.routes(family, link);
    }

    @Override
    public List<Route> routes(Family family, int link, int table) {
        return kernel.routes(family, link, table);
    }

    @Override
    public List<PolicyRule> rules(Family family) {
        return kernel.rules(family);
    }

    @Override
    public List<RouteAnswer> ask(List<RouteQuestion> questions) {
        return kernel.ask(questions);
    }

    @Override
    public @Nullable Route route(Prefix destination) {
        return kernel.route(destination);
    }

    @Override
    public @Nullable Neighbour neighbour(int link, IpAddress address) {
        return kernel.neighbour(link, address);
    }

    @Override
    public List<Neighbour> neighbours(Family family, int link) {
        return kernel.neighbours(family, link);
    }

    @Override
    public void apply(List<Change> changes) {
        kernel.apply(changes);
    }

    @Override
    public int numberOf(Netlink other) {
        return kernel.numberOf(other);
    }

    @Override
    public int descriptor() {
        return kernel.descriptor();
    }

    @Override
    public long cookie() {
        return kernel.cookie();
    }

    @Override
    public void close() {
        kernel.close();
    }
}

package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.AddRoute;
import dev.routefix.netlink.Change.CreateMacvlan;
import dev.routefix.netlink.Change.CreatePodMacvlan;
import dev.routefix.netlink.Change.DeleteAddress;
import dev.routefix.netlink.Change.DeleteLink;
import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeletePolicyRule;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutAddress;
import dev.routefix.netlink.Change.PutBareAddress;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutPolicyRule;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.Change.SeekNeighbour;
import dev.routefix.netlink.Change.SetFlags;
import dev.routefix.netlink.Change.SetMac;
import dev.routefix.netlink.Change.SetMtu;
import dev.routefix.netlink.Change.SetRouteLocalnet;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.codec.AddressMessage;
import dev.routefix.netlink.codec.LinkMessage;
import dev.routefix.netlink.codec.NamespaceMessage;
import dev.routefix.netlink.codec.NeighbourMessage;
import dev.routefix.netlink.codec.PolicyRuleMessage;
import dev.routefix.netlink.codec.RouteMessage;
import dev.routefix.netlink.sys.NetworkNamespace;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tables as rtnetlink(7) gives them. Dumps are filtered by the kernel ({@code NETLINK_GET_STRICT_CHK}) and once more here, because kernels
 * differ in what they filter.
 */
final class Rtnetlink implements Netlink {

    private final Transport transport;
    private final Conversation kernel;
    private final @Nullable KeptTables keeper;
    private @Nullable NetworkNamespace namespace;

    Rtnetlink(Transport transport) {
        this(transport, null);
    }

    /** @param keeper gets it back where others would close it */
    Rtnetlink(Transport transport, @Nullable KeptTables keeper) {
        this.transport = transport;
        this.keeper = keeper;
        this.kernel = new Conversation(transport);
    }

    @Override
    public List<Link> links() {
        try {
            LinkMessage.writeDump(kernel.blank());
            var links = new ArrayList<Link>();
            for (ByteBuffer body : kernel.dump()) {
                links.add(LinkMessage.read(body));
            }
            return links;
        } catch (Refusal refusal) {
            throw refusal.of("list interfaces");
        }
    }

    @Override
    public @Nullable Link link(String name) {
        try {
            LinkMessage.writeLookup(kernel.blank(), name);
            return LinkMessage.read(kernel.ask());
        } catch (Refusal refusal) {
            if (refusal.is(Errno.ENODEV)) {
                return null;
            }
            throw refusal.of("find interface " + name);
        }
    }

    @Override
    public @Nullable Link link(int index) {
        if (index == 0) {
            return null;
        }
        try {
            LinkMessage.writeLookup(kernel.blank(), index);
            return LinkMessage.read(kernel.ask());
        } catch (Refusal refusal) {
            if (refusal.is(Errno.ENODEV)) {
                return null;
            }
            throw refusal.of("find interface #" + index);
        }
    }

    @Override
    public List<LinkAddress> addresses(Family family, int link) {
        var addresses = new ArrayList<LinkAddress>();
        try {
            AddressMessage.writeDump(kernel.blank(), family, link);
            for (ByteBuffer body : kernel.dump()) {
                LinkAddress address = AddressMessage.read(body);
                if (address.link() == link) {
                    addresses.add(address);
                }
            }
        } catch (Refusal refusal) {
            if (!refusal.is(Errno.ENODEV)) {
                throw refusal.of("list addresses of #" + link);
            }
        }
        return addresses;
    }

    @Override
    public List<Route> routes(Family family, int link) {
        return routes(family, link, Route.MAIN);
    }

    @Override
    public List<Route> routes(Family family, int link, int table) {
        var routes = new ArrayList<Route>();
        try {
            RouteMessage.writeDump(kernel.blank(), family, link, table);
            for (ByteBuffer body : kernel.dump()) {
                Route route = RouteMessage.read(body);
                if (route != null && route.table() == table && (link == 0 || route.link() == link)) {
                    routes.add(route);
                }
            }
        } catch (Refusal refusal) {
            // a table that never had a route is none: ENOENT
            if (!refusal.is(Errno.ENODEV) && !refusal.is(Errno.ENOENT)) {
                throw refusal.of("list routes" + (link == 0 ? "" : " through #" + link));
            }
        }
        return routes;
    }

    @Override
    public List<PolicyRule> rules(Family family) {
        try {
            PolicyRuleMessage.writeDump(kernel.blank(), family);
            var rules = new ArrayList<PolicyRule>();
            for (ByteBuffer body : kernel.dump()) {
                rules.add(PolicyRuleMessage.read(body));
            }
            return rules;
        } catch (Refusal refusal) {
            throw refusal.of("list rules");
        }
    }

    @Override
    public List<RouteAnswer> ask(List<RouteQuestion> questions) {
        try {
            var answers = new ArrayList<RouteAnswer>();
            for (int at = 0; at < questions.size(); at += Conversation.BATCH) {
                int end = Math.min(at + Conversation.BATCH, questions.size());
                answers.addAll(kernel.askAll(questions.subList(at, end)));
            }
            return answers;
        } catch (Refusal lost) {
            throw lost.of("ask for the way of a packet");
        }
    }

    @Override
    public @Nullable Route route(Prefix destination) {
        Prefix wanted = destination.network();
        if (wanted.isHost()) {
            Route match = bestMatch(wanted.address());
            if (match != null) {
                return match.destination().equals(wanted) ? match : null;
            }
        }
        Route best = null;
        for (Route route : routes(wanted.family(), 0)) {
            if (route.destination().equals(wanted) && (best == null || route.metric() < best.metric())) {
                best = route;
            }
        }
        return best;
    }

    /**
     * The entry of the main table a packet to {@code address} meets: the address's own route, if the table has one. Null if the packet meets
     * something else, such as another table by a policy rule, an address of this machine, or nothing; that says nothing about the main table.
     */
    private @Nullable Route bestMatch(IpAddress address) {
        try {
            RouteMessage.writeLookup(kernel.blank(), address);
            Route route = RouteMessage.read(kernel.ask());
            return route != null && route.table() == Route.MAIN ? route : null;
        } catch (Refusal noWay) {
            return null;
        }
    }

    @Override
    public @Nullable Neighbour neighbour(int link, IpAddress address) {
        try {
            NeighbourMessage.writeLookup(kernel.blank(), link, address);
            return NeighbourMessage.read(kernel.ask());
        } catch (Refusal refusal) {
            if (refusal.is(Errno.ENOENT) || refusal.is(Errno.ENODEV)) {
                return null;
            }
            throw refusal.of("find neighbour " + address + " dev #" + link);
        }
    }

    @Override
    public List<Neighbour> neighbours(Family family, int link) {
        try {
            var neighbours = new ArrayList<Neighbour>();
            NeighbourMessage.writeDump(kernel.blank(), family, link);
            for (ByteBuffer body : kernel.dump()) {
                Neighbour neighbour = NeighbourMessage.read(body);
                if (neighbour.link() == link) {
                    neighbours.add(neighbour);
                }
            }
            return neighbours;
        } catch (Refusal refusal) {
            throw refusal.of("list neighbours of #" + link);
        }
    }

    @Override
    public void apply(List<Change> changes) {
        var refused = new ArrayList<NetlinkException>();
        var batch = new ArrayList<Change>();
        for (Change change : changes) {
            if (change instanceof DeleteRoute(Route route)) {
                // what comes before may put the route there
                applyBatch(batch, refused);
                if (!isThere(route)) {
                    continue;
                }
            } else if (batch.size() == Conversation.BATCH) {
                applyBatch(batch, refused);
            }
            batch.add(change);
        }
        applyBatch(batch, refused);
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
    }

    /**
     * Whether exactly this route is there. The kernel takes metric 0 of a deletion as any metric and a missing gateway as any gateway, so it
     * would take another route for one that is gone.
     */
    private boolean isThere(Route wanted) {
        if (wanted.destination().isHost()
                && wanted.table() == Route.MAIN) { // a pod's: an interface has one of these for every pod
            Route match = bestMatch(wanted.destination().address());
            if (match != null && isIt(match, wanted)) {
                return true;
            }
        }
        for (Route route : routes(wanted.family(), wanted.link(), wanted.table())) {
            if (isIt(route, wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIt(Route route, Route wanted) {
        return route.destination().equals(wanted.destination())
                && Objects.equals(route.gateway(), wanted.gateway())
                && route.link() == wanted.link()
                && (wanted.source() == null || wanted.source().equals(route.source()))
                && route.scope().equals(wanted.scope())
                && route.protocol() == wanted.protocol()
                && route.metric() == wanted.metric();
    }

    /** Applies the batch and empties it. */
    private void applyBatch(List<Change> batch, List<NetlinkException> refused) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            @Nullable Refusal[] refusals = kernel.apply(batch);
            for (int i = 0; i < refusals.length; i++) {
                Refusal refusal = refusals[i];
                if (refusal != null && !isDone(batch.get(i), refusal)) {
                    refused.add(refusal.of(batch.get(i)));
                }
            }
        } catch (Refusal lost) {
            throw lost.of(batch.getFirst());
        }
        batch.clear();
    }

    /** Whether the kernel refused because everything is as wanted already. */
    private static boolean isDone(Change change, Refusal refusal) {
        return switch (change) {
            case AddRoute _, PutAddress _, PutBareAddress _, PutPolicyRule _ -> refusal.is(Errno.EEXIST);
            case DeleteRoute _ -> refusal.is(Errno.ESRCH) || refusal.is(Errno.ENODEV);
            case DeletePolicyRule _ -> refusal.is(Errno.ENOENT);
            case DeleteNeighbour _ -> refusal.is(Errno.ENOENT) || refusal.is(Errno.ENODEV);
            case DeleteAddress _ -> refusal.is(Errno.EADDRNOTAVAIL) || refusal.is(Errno.ENODEV);
            case DeleteLink _ -> refusal.is(Errno.ENODEV);
            case PutRoute _,
                    PutNeighbour _,
                    SeekNeighbour _,
                    CreateMacvlan _,
                    CreatePodMacvlan _,
                    SetFlags _,
                    SetMac _,
                    SetMtu _,
                    SetRouteLocalnet _ -> false;
        };
    }

    @Override
    public int numberOf(Netlink other) {
        try {
            int descriptor = other.descriptor();
            NamespaceMessage.writeLookup(kernel.blank(), descriptor);
            return NamespaceMessage.read(kernel.ask());
        } catch (Refusal refusal) {
            throw refusal.of("tell one network namespace from another");
        }
    }

    @Override
    public int descriptor() {
        try {
            return namespace().descriptor();
        } catch (Refusal refusal) {
            throw refusal.of("get hold of the network namespace");
        }
    }

    private NetworkNamespace namespace() {
        var known = namespace;
        if (known == null) {
            known = transport.namespace();
            namespace = known;
        }
        return known;
    }

    @Override
    public long cookie() {
        try {
            return transport.cookie();
        } catch (Refusal refusal) {
            if (refusal.is(Errno.ENOPROTOOPT)) {
                return 0;
            }
            throw refusal.of("identify the network namespace");
        }
    }

    @Override
    public void close() {
        if (keeper != null && !kernel.isBroken() && keeper.takes(this)) {
            return;
        }
        if (namespace != null) {
            namespace.close();
        }
        kernel.close();
    }
}

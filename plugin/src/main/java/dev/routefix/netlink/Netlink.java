package dev.routefix.netlink;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routing tables of one network namespace: read them, change them. Opened for a namespace by {@link dev.routefix.netlink.namespace.Namespace};
 * usable from any thread, one thread at a time.
 *
 * <p>Every method throws {@link NetlinkException}, which names the operation and the object it failed on.
 */
public interface Netlink extends AutoCloseable {

    List<Link> links();

    /** The interface of that name, or null if there is none. */
    @Nullable
    Link link(String name);

    /** The interface with that index, or null if there is none; 0 is none. */
    @Nullable
    Link link(int index);

    /** Addresses of one interface. */
    List<LinkAddress> addresses(Family family, int link);

    /** Routes of the main table through one interface; {@code link} 0 means through any. */
    List<Route> routes(Family family, int link);

    /** Routes of another table. */
    List<Route> routes(Family family, int link, int table);

    /** Every rule that says which table a packet meets, in the order in which they are asked. */
    List<PolicyRule> rules(Family family);

    /** What a packet would meet, for each question; all are asked at once. The cost does not grow with the tables. */
    List<RouteAnswer> ask(List<RouteQuestion> questions);

    /** The route of the main table for exactly this prefix, or null. Its cost does not grow with the table. */
    @Nullable
    Route route(Prefix destination);

    /** The entry for one address, or null. Its cost does not grow with the table. */
    @Nullable
    Neighbour neighbour(int link, IpAddress address);

    /** All entries of one interface. */
    List<Neighbour> neighbours(Family family, int link);

    /**
     * Makes the changes in order, in as few sends as fit the socket. Taking away what is not there (route, neighbour, address or link) counts
     * as done. The kernel goes on after a change it refuses, and so does this: it then throws for the first refused one, and the caller undoes.
     */
    void apply(List<Change> changes);

    /** The number by which this namespace knows that of {@code other}, see {@link Link#parentNamespace}; {@link Link#HERE} if by none, or if it is this one. */
    int numberOf(Netlink other);

    /** A file descriptor of this namespace, for messages to another one that name it. Good until this is closed. */
    int descriptor();

    /** What tells this namespace from all others since the machine was started ({@code SO_NETNS_COOKIE}); 0 on kernels before 5.14, which cannot tell. */
    long cookie();

    @Override
    void close();
}

package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Netlink;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The tables of one namespace for a process that stays in it: a socket that was opened for one piece of work is kept for the next. As many are kept as
 * were in use at once.
 */
public final class KeptTables {

    private final Queue<Netlink> free = new ConcurrentLinkedQueue<>();

    /** None kept yet. */
    public KeptTables() {}

    /** Those of the namespace the calling thread is in, which must be the same each time; to be closed as if they were opened anew. */
    public Netlink open() {
        var kept = free.poll();
        return kept == null ? Namespace.own(this) : kept;
    }

    void giveBack(Netlink netlink) {
        free.add(netlink);
    }
}

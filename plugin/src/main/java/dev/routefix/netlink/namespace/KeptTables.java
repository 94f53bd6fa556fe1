package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Netlink;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one namespace for a process that stays in it: a socket that was opened for one piece of work is kept for the next. One is: what many
 * calls at once open besides goes with them.
 */
public final class KeptTables {

    private final AtomicReference<@Nullable Netlink> free = new AtomicReference<>();

    /** None kept yet. */
    public KeptTables() {}

    /** Those of the namespace the calling thread is in, which must be the same each time; to be closed as if they were opened anew. */
    public Netlink open() {
        var kept = free.getAndSet(null);
        return kept == null ? Namespace.own(this) : kept;
    }

    /** Keeps it, unless another one is kept already. */
    boolean takes(Netlink netlink) {
        return free.compareAndSet(null, netlink);
    }
}

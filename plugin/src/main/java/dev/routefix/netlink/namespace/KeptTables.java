package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Netlink;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one namespace for a process that stays in it: a socket that was opened for one piece of work is kept for the next. One is: what many
 * calls at once open besides goes with them.
 */
public final class KeptTables {

    private final AtomicReference<@Nullable Rtnetlink> free = new AtomicReference<>();
    private @Nullable LinkMemory memory;
    private boolean opened;

    /** None kept yet. */
    public KeptTables() {}

    /** Those of the namespace the calling thread is in, which must be the same each time; to be closed as if they were opened anew. */
    public Netlink open() {
        var kept = free.getAndSet(null);
        var tables = kept == null ? Namespace.own(this) : kept;
        var memory = memory();
        return memory == null ? tables : new RecallingTables(tables, memory);
    }

    private synchronized @Nullable LinkMemory memory() {
        if (!opened) {
            opened = true;
            memory = LinkMemory.open();
        }
        return memory;
    }

    /** Keeps it, unless another one is kept already. */
    boolean takes(Rtnetlink netlink) {
        return free.compareAndSet(null, netlink);
    }
}

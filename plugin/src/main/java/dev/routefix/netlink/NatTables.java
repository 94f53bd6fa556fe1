package dev.routefix.netlink;

import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables of our own in the nftables of one network namespace, beside all others, and what the kernel remembers of the conversations that pass through
 * them. Opened by {@link dev.routefix.netlink.namespace.Namespace#natTables}; usable from any thread, one thread at a time.
 *
 * <p>Every method throws {@link NetlinkException}, which names the operation and the object it failed on.
 */
public interface NatTables extends AutoCloseable {

    /** What is there of the table, or null if there is none of its name. */
    NatTable.@Nullable TableContent read(NatTable table);

    /** Makes the table in place of what there is of its name. A packet meets the one or the other, whole. */
    void make(NatTable table, List<Element> elements);

    /**
     * Takes elements out of the table, and puts others in.
     *
     * @param gone must all be there
     */
    void change(NatTable table, List<Element> gone, List<Element> added);

    /** Takes the table away, which must be there, with all that is in it. */
    void remove(NatTable table);

    /**
     * The conversations that are remembered and were begun with that port.
     *
     * @param transport {@code IPPROTO_*}
     */
    List<TrackedFlow> flows(Family family, int transport, int port);

    /** Has the kernel forget a conversation, so that its next packet is looked at as a first one; one that is forgotten already counts as done. */
    void forget(TrackedFlow flow);

    @Override
    void close();
}

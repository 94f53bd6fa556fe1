package dev.routefix.netlink;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A route with one next hop ({@code RTM_GETROUTE}, {@code linux/rtnetlink.h}). Lists of routes hold unicast ones only; others (multipath, blackhole)
 * are not ours and never become a {@code Route} there.
 *
 * @param destination with its host bits cleared
 * @param gateway null where the destination is on the link itself
 * @param link index of the outgoing interface
 * @param source the preferred source address ({@code RTA_PREFSRC})
 * @param protocol who made it ({@code RTPROT_*}): {@link #KERNEL}, {@link #BOOT}, {@link #OURS}
 * @param metric {@code RTA_PRIORITY}; lower wins
 * @param table {@code RT_TABLE_*}: {@link #MAIN} or another, which packets meet by a {@link PolicyRule} only
 */
public record Route(
        Prefix destination,
        @Nullable IpAddress gateway,
        int link,
        @Nullable IpAddress source,
        Scope scope,
        int protocol,
        int metric,
        int table) {

    /** {@code RT_TABLE_MAIN}. */
    public static final int MAIN = 254;

    public static final int KERNEL = 2;
    public static final int BOOT = 3;
    public static final int STATIC = 4;

    /**
     * Our mark on every route we make. From the range {@code linux/rtnetlink.h} leaves to user space, clear of those named there or in
     * iproute2's {@code rt_protos}. Number 96 is mentioned by neither.
     */
    public static final int OURS = 96;

    public Route {
        destination = destination.network();
    }

    /** One of the main table. */
    public Route(
            Prefix destination,
            @Nullable IpAddress gateway,
            int link,
            @Nullable IpAddress source,
            Scope scope,
            int protocol,
            int metric) {
        this(destination, gateway, link, source, scope, protocol, metric, MAIN);
    }

    public Family family() {
        return destination.family();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Route that
                && destination.equals(that.destination)
                && Objects.equals(gateway, that.gateway)
                && link == that.link
                && Objects.equals(source, that.source)
                && scope.equals(that.scope)
                && protocol == that.protocol
                && metric == that.metric
                && table == that.table;
    }

    @Override
    public int hashCode() {
        return 31 * destination.hashCode() + metric;
    }

    @Override
    public String toString() {
        return destination + (gateway == null ? "" : " via " + gateway) + " dev #" + link
                + (source == null ? "" : " src " + source)
                + (metric == 0 ? "" : " metric " + metric)
                + (table == MAIN ? "" : " table " + table);
    }
}

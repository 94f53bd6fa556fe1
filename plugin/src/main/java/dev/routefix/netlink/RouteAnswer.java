package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * What a packet would meet.
 *
 * @param errno 0, or why the kernel would not let it through
 * @param type {@code RTN_*} of {@code linux/rtnetlink.h}: {@link #UNICAST}, {@link #LOCAL} or another; 0 if refused
 * @param route the table's entry, null if refused; its link is 0 where the entry has several next hops, or none
 */
public record RouteAnswer(int errno, int type, @Nullable Route route) {

    public static final int UNICAST = 1;
    /** An address of this namespace's own. */
    public static final int LOCAL = 2;

    public static final int BROADCAST = 3;

    /** The kernel says no. */
    public static RouteAnswer refused(int errno) {
        return new RouteAnswer(errno, 0, null);
    }

    public boolean isLocal() {
        return type == LOCAL;
    }

    /** Whether it goes out by that interface. */
    public boolean leaves(int link) {
        return type == UNICAST && route != null && route.link() == link;
    }

    /** Whether it goes out by that interface and to that gateway, or straight to its destination if that is null. */
    public boolean leaves(int link, @Nullable IpAddress gateway) {
        return type == UNICAST
                && route != null
                && route.link() == link
                && (gateway == null ? route.gateway() == null : gateway.equals(route.gateway()));
    }

    /** The table it was found in; 0 if nothing was. */
    public int table() {
        return route == null ? 0 : route.table();
    }
}

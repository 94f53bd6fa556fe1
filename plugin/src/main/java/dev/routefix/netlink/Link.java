package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * A network interface, as {@code RTM_GETLINK} shows it (rtnetlink(7), {@code linux/if_link.h}).
 *
 * @param parent index of the interface below ({@code IFLA_LINK}, a macvlan's parent), 0 if there is none
 * @param controller index of the bridge or bond this is a port of ({@code IFLA_MASTER}), 0 if it is none
 * @param flags {@code IFF_*} of {@code linux/if.h}
 * @param mtu in bytes
 * @param mac null where the link has none of 6 bytes
 * @param kind {@code IFLA_INFO_KIND} such as {@code macvlan}, {@code bridge}, {@code veth}; empty for hardware
 * @param macvlanMode {@code IFLA_MACVLAN_MODE}: {@link #BRIDGE}, or another way to reach its like; 0 for what is no macvlan
 */
public record Link(
        int index,
        String name,
        int parent,
        int controller,
        int flags,
        int mtu,
        @Nullable MacAddress mac,
        String kind,
        int macvlanMode) {

    public static final int UP = 0x1;
    public static final int BROADCAST = 0x2;
    public static final int LOOPBACK = 0x8;
    public static final int NOARP = 0x80;
    public static final int MULTICAST = 0x1000;
    /** {@code IFF_LOWER_UP}: there is a carrier. */
    public static final int LOWER_UP = 0x10000;

    /** {@code MACVLAN_MODE_BRIDGE} of {@code linux/if_link.h}. */
    public static final int BRIDGE = 4;

    /** What is no macvlan in a mode of its own. */
    public Link(
            int index,
            String name,
            int parent,
            int controller,
            int flags,
            int mtu,
            @Nullable MacAddress mac,
            String kind) {
        this(index, name, parent, controller, flags, mtu, mac, kind, kind.equals("macvlan") ? BRIDGE : 0);
    }

    public boolean isUp() {
        return (flags & UP) != 0;
    }

    public boolean isNoArp() {
        return (flags & NOARP) != 0;
    }

    public boolean isMulticast() {
        return (flags & MULTICAST) != 0;
    }

    public boolean hasCarrier() {
        return (flags & LOWER_UP) != 0;
    }
}

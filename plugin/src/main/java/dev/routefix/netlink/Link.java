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
 * @param parentNamespace the number by which this namespace knows the one the parent is in ({@code IFLA_LINK_NETNSID}), {@link #HERE} if it is
 *     in this one; an index means nothing in another namespace
 * @param macvlanMode {@code IFLA_MACVLAN_MODE} of {@code linux/if_link.h}: {@link #BRIDGE} or another; 0 for what is no macvlan
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
        int parentNamespace,
        int macvlanMode) {

    public static final int UP = 0x1;
    public static final int BROADCAST = 0x2;
    public static final int LOOPBACK = 0x8;
    public static final int NOARP = 0x80;
    public static final int MULTICAST = 0x1000;
    /** {@code IFF_LOWER_UP}: there is a carrier. */
    public static final int LOWER_UP = 0x10000;

    /** {@code NETNSA_NSID_NOT_ASSIGNED} of {@code linux/net_namespace.h}. */
    public static final int HERE = -1;

    /** {@code MACVLAN_MODE_BRIDGE}: the only mode in which two macvlans on one parent hear each other. */
    public static final int BRIDGE = 4;

    /** One whose parent, if it has any, is in the same namespace, and which is no macvlan or of which that is of no interest. */
    public Link(
            int index,
            String name,
            int parent,
            int controller,
            int flags,
            int mtu,
            @Nullable MacAddress mac,
            String kind) {
        this(index, name, parent, controller, flags, mtu, mac, kind, HERE, 0);
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

    public boolean isMacvlan() {
        return kind.equals("macvlan");
    }

    /** The mode of a macvlan in the words of {@code ip link}. */
    public String macvlanModeName() {
        return switch (macvlanMode) {
            case 1 -> "private";
            case 2 -> "vepa";
            case BRIDGE -> "bridge";
            case 8 -> "passthru";
            case 16 -> "source";
            default -> "number " + macvlanMode;
        };
    }
}

package dev.routefix.netlink;

/** One change of a network namespace. A list of them travels to the kernel in as few sends as possible: {@link Netlink#apply}. */
public sealed interface Change {

    /** Adds the route, or takes the place of the one with the same destination and metric ({@code NLM_F_CREATE | NLM_F_REPLACE}). */
    record PutRoute(Route route) implements Change {}

    record DeleteRoute(Route route) implements Change {}

    record PutNeighbour(Neighbour neighbour) implements Change {}

    record DeleteNeighbour(Neighbour neighbour) implements Change {}

    /** Adds an address; an address that is there already stays. */
    record PutAddress(LinkAddress address) implements Change {}

    record DeleteAddress(LinkAddress address) implements Change {}

    /**
     * Makes a macvlan in bridge mode ({@code IFLA_MACVLAN_MODE}), down, with its hardware address given from the start.
     *
     * @param parent index of the interface it sits on
     * @param noArp whether it neither asks nor answers ARP ({@code IFF_NOARP})
     */
    record CreateMacvlan(String name, int parent, MacAddress mac, boolean noArp) implements Change {}

    /**
     * Sets flags of an interface; those outside {@code mask} stay.
     *
     * @param flags {@code IFF_*}, see {@link Link}
     */
    record SetFlags(int link, int flags, int mask) implements Change {}

    record SetMac(int link, MacAddress mac) implements Change {}

    record DeleteLink(int link) implements Change {}
}

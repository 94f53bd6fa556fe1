package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * One change of a network namespace. A list of them travels to the kernel in as few sends as possible: {@link Netlink#apply}. As text it says
 * what is done, to follow the word "cannot": {@code add route default via 169.254.1.1 dev #3}.
 */
public sealed interface Change {

    /** Adds the route, or takes the place of the one with the same destination and metric ({@code NLM_F_CREATE | NLM_F_REPLACE}). */
    record PutRoute(Route route) implements Change {
        @Override
        public String toString() {
            return "add route " + route;
        }
    }

    /** Adds the route behind those with the same destination and metric, if there are any ({@code NLM_F_APPEND}); one that is there already stays. */
    record AddRoute(Route route) implements Change {
        @Override
        public String toString() {
            return "add route " + route;
        }
    }

    /** Takes away exactly this route; one with another metric, gateway, scope or protocol stays. A source that is null stands for any. */
    record DeleteRoute(Route route) implements Change {
        @Override
        public String toString() {
            return "delete route " + route;
        }
    }

    /** Adds a rule; one that is there already stays. */
    record PutPolicyRule(PolicyRule rule) implements Change {
        @Override
        public String toString() {
            return "add rule " + rule;
        }
    }

    record DeletePolicyRule(PolicyRule rule) implements Change {
        @Override
        public String toString() {
            return "delete rule " + rule;
        }
    }

    record PutNeighbour(Neighbour neighbour) implements Change {
        @Override
        public String toString() {
            return "set neighbour " + neighbour;
        }
    }

    record DeleteNeighbour(Neighbour neighbour) implements Change {
        @Override
        public String toString() {
            return "delete neighbour " + neighbour;
        }
    }

    /**
     * Has the kernel look for a neighbour, as if there were a packet for it ({@code NTF_USE} of {@code linux/neighbour.h}). For one of which no hardware
     * address is known: an entry that was permanent is so no more.
     */
    record SeekNeighbour(int link, IpAddress address) implements Change {
        @Override
        public String toString() {
            return "seek neighbour " + address + " dev #" + link;
        }
    }

    /** Adds an address; an address that is there already stays. */
    record PutAddress(LinkAddress address) implements Change {
        @Override
        public String toString() {
            return "add address " + address;
        }
    }

    /**
     * Adds an IPv4 address with its broadcast address and without the route to its network, which the kernel makes otherwise
     * ({@code IFA_F_NOPREFIXROUTE} of {@code linux/if_addr.h}).
     */
    record PutBareAddress(LinkAddress address) implements Change {
        @Override
        public String toString() {
            return "add address " + address;
        }
    }

    record DeleteAddress(LinkAddress address) implements Change {
        @Override
        public String toString() {
            return "delete address " + address;
        }
    }

    /** A change of an interface itself. */
    sealed interface OfLink extends Change {}

    /**
     * Makes a macvlan in bridge mode ({@code IFLA_MACVLAN_MODE}), down, with its hardware address given from the start.
     *
     * @param parent index of the interface it sits on
     * @param flags {@code IFF_*} it is to have, see {@link Link}; those outside {@code mask} are the kernel's choice
     */
    record CreateMacvlan(String name, int parent, MacAddress mac, int flags, int mask) implements OfLink {
        @Override
        public String toString() {
            return "create macvlan " + name + " on #" + parent;
        }
    }

    /**
     * Makes a macvlan in bridge mode in another namespace than the one that is asked: up, and under its own name from the start. With an index given,
     * kernels before 6.15 do not look for its name among the interfaces of the asked namespace, where a pod's {@code eth0} usually stands
     * ({@code __rtnl_newlink} in net/core/rtnetlink.c).
     *
     * @param namespace a file descriptor of the namespace it is to be in ({@code IFLA_NET_NS_FD}), see {@link Netlink#descriptor}
     * @param index that no interface of either namespace has
     * @param parent index of the interface it sits on, in the asked namespace
     * @param mac null for one that the kernel rolls
     * @param mtu in bytes, 0 for that of the parent
     */
    record CreatePodMacvlan(
            int namespace,
            int index,
            String name,
            int parent,
            @Nullable MacAddress mac,
            int mtu) implements OfLink {
        @Override
        public String toString() {
            return "create the pod's macvlan " + name + " on #" + parent;
        }
    }

    /**
     * Sets flags of an interface; those outside {@code mask} stay.
     *
     * @param flags {@code IFF_*}, see {@link Link}
     */
    record SetFlags(int link, int flags, int mask) implements OfLink {
        @Override
        public String toString() {
            return "set flags 0x" + Integer.toHexString(flags) + " of 0x" + Integer.toHexString(mask) + " on #" + link;
        }
    }

    record SetMac(int link, MacAddress mac) implements OfLink {
        @Override
        public String toString() {
            return "set address " + mac + " of #" + link;
        }
    }

    /**
     * Sets the largest size of what an interface sends.
     *
     * @param mtu in bytes; a macvlan's is at most its parent's
     */
    record SetMtu(int link, int mtu) implements OfLink {
        @Override
        public String toString() {
            return "set mtu " + mtu + " of #" + link;
        }
    }

    /**
     * Lets an interface of the node send and get packets with addresses of {@code 127.0.0.0/8}, or not ({@code net.ipv4.conf.*.route_localnet}). For a
     * thread that is in another namespace, where the setting cannot be written.
     */
    record SetRouteLocalnet(int link, boolean on) implements OfLink {
        @Override
        public String toString() {
            return "set route_localnet of #" + link + " to " + (on ? 1 : 0);
        }
    }

    record DeleteLink(int link) implements OfLink {
        @Override
        public String toString() {
            return "delete interface #" + link;
        }
    }
}

package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Event;
import dev.routefix.netlink.codec.EventMessage;
import dev.routefix.netlink.codec.NlMsg;
import dev.routefix.netlink.sys.NetlinkSocket;
import dev.routefix.netlink.sys.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel tells of one network namespace, that of the thread which opened it, as it happens (netlink(7), "Multicast groups"). For one thread; it
 * lives as long as the process.
 */
public final class Subscription {

    /** {@code RTNLGRP_LINK} and {@code RTNLGRP_IPV4_IFADDR} of {@code linux/rtnetlink.h}. */
    private static final int[] LINKS = {1, 5};

    /** {@code NFNLGRP_NFTABLES} of {@code linux/netfilter/nfnetlink.h}. */
    private static final int[] RULES = {7};

    private final NetlinkSocket socket;
    private final boolean ofRules;

    private Subscription(NetlinkSocket socket, boolean ofRules) {
        this.socket = socket;
        this.ofRules = ofRules;
    }

    /** To interfaces and their addresses. Routes come and go with every pod; those that go by themselves go with an interface. */
    public static Subscription toLinks() {
        return open(NetlinkSocket.Subsystem.ROUTE, LINKS, false);
    }

    /** To the rules of nftables; fails on a kernel that has none. */
    public static Subscription toRules() {
        return open(NetlinkSocket.Subsystem.NETFILTER, RULES, true);
    }

    private static Subscription open(NetlinkSocket.Subsystem subsystem, int[] groups, boolean ofRules) {
        try {
            return new Subscription(NetlinkSocket.listen(subsystem, groups), ofRules);
        } catch (Refusal refusal) {
            throw refusal.of("listen to the kernel's events");
        }
    }

    /** Waits until something happens; what it was, which may be nothing of interest. */
    public List<Event> await() {
        try {
            var datagram = socket.receive();
            if (ofRules) {
                // one message for each of thousands of rules: that something changed is enough
                return List.of(new Event.RulesChanged());
            }
            var events = new ArrayList<Event>();
            while (datagram.hasRemaining()) {
                var event = EventMessage.read(NlMsg.read(datagram));
                if (event != null) {
                    events.add(event);
                }
            }
            return events;
        } catch (Refusal refusal) {
            if (refusal.is(Errno.ENOBUFS)) {
                return List.of(new Event.SomeLost());
            }
            throw refusal.of("wait for the kernel's events");
        }
    }
}

package dev.routefix.netlink.namespace;

import dev.routefix.netlink.sys.NetlinkSocket;
import dev.routefix.netlink.sys.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel has said of the interfaces of a namespace and of their addresses, as long as nothing has happened to any. That is certain: it puts the news of a
 * change into the sockets of those who listen before the change is finished, so whoever finds none there knows all.
 */
final class LinkMemory {

    /** {@code RTNLGRP_LINK}, {@code RTNLGRP_IPV4_IFADDR} and {@code RTNLGRP_IPV6_IFADDR} of {@code linux/rtnetlink.h}. */
    private static final int[] GROUPS = {1, 5, 9};

    private final NetlinkSocket news;
    private final Map<String, Object> known = new HashMap<>();
    private int age;

    private LinkMemory(NetlinkSocket news) {
        this.news = news;
    }

    /** That of the namespace the calling thread is in; null if it cannot be had, and then everything is asked for each time. */
    static @Nullable LinkMemory open() {
        try {
            return new LinkMemory(NetlinkSocket.listen(NetlinkSocket.Subsystem.ROUTE, GROUPS));
        } catch (Refusal refusal) {
            return null;
        }
    }

    /** Forgets everything if something has happened. The number of what is remembered now: what was asked for under another one does not belong to it. */
    synchronized int look() {
        try {
            boolean changed = false;
            while (news.hasSome()) {
                changed = true;
                news.receive();
            }
            if (changed) {
                forget();
            }
        } catch (Refusal lost) {
            // some did not fit
            forget();
        }
        return age;
    }

    private void forget() {
        known.clear();
        age++;
    }

    synchronized @Nullable Object recall(int asOf, String what) {
        return asOf == age ? known.get(what) : null;
    }

    synchronized void remember(int asOf, String what, Object answer) {
        if (asOf == age) {
            known.put(what, answer);
        }
    }
}

package dev.routefix.plan;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Destinations to ask for, where one stands for many. */
public final class Places {

    private Places() {}

    /** An address that is near nobody: one that is kept free for documents (RFC 5737, RFC 3849). */
    public static IpAddress farAway(Family family) {
        return switch (family) {
            case IPV4 -> IpAddress.parse("192.0.2.1");
            case IPV6 -> IpAddress.parse("2001:db8::1");
        };
    }

    /** Somebody at that destination. */
    static IpAddress in(Prefix destination) {
        if (destination.isDefault()) {
            return farAway(destination.family());
        }
        var first = destination.network().address();
        return isPointToPoint(destination) ? first : new IpAddress(first.family(), first.high(), first.low() + 1);
    }

    /** A machine of the pod's network that is neither pod nor node, from the network's upper end; null if there is no room for one. */
    static @Nullable IpAddress neighbourOf(Prefix pod, List<IpAddress> taken) {
        if (isPointToPoint(pod)) {
            return null;
        }
        var last = last(pod);
        for (int down = 1; down <= taken.size() + 1; down++) {
            var candidate = new IpAddress(last.family(), last.high(), last.low() - down);
            if (!pod.contains(candidate) || candidate.equals(pod.network().address())) {
                return null;
            }
            if (!taken.contains(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** The last address of a network: IPv4's broadcast address. */
    static IpAddress last(Prefix prefix) {
        var first = prefix.network().address();
        int free = prefix.family().bits() - prefix.length();
        long low = free >= 64 ? -1L : first.low() | ((1L << free) - 1);
        long high = free <= 64 ? first.high() : first.high() | (free == 128 ? -1L : (1L << (free - 64)) - 1);
        return new IpAddress(first.family(), high, low);
    }

    /** Of so few addresses that all are a host's (RFC 3021). */
    static boolean isPointToPoint(Prefix prefix) {
        return prefix.length() >= prefix.family().bits() - 1;
    }
}

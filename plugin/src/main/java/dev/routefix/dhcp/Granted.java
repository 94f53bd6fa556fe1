package dev.routefix.dhcp;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server gave a pod.
 *
 * @param mac the hardware address that the pod's interface must have, for the server gave the address to that
 * @param address with its subnet's length
 * @param router options 3 or 121's default; null if the server names none
 * @param routes option 121's others (RFC 3442)
 * @param mtu option 26; 0 if the server names none
 */
public record Granted(
        MacAddress mac, Prefix address, @Nullable IpAddress router, List<OtherRoute> routes, int mtu, Resolver names) {

    /** One way that is not the default. */
    public record OtherRoute(Prefix destination, @Nullable IpAddress gateway) {}

    /** Options 6, 15 and 119, as CNI's {@code dns} has them. */
    public record Resolver(
            List<IpAddress> servers, @Nullable String domain, List<String> search) {}
}

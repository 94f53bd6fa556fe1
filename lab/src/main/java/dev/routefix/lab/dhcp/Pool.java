package dev.routefix.lab.dhcp;

import dev.routefix.lab.net.Prefix;
import java.time.Duration;

/**
 * What a DHCP server gives out.
 *
 * @param router the way out it tells of, an address
 * @param first number of the first address in the prefix
 * @param last number of the last one
 * @param time for which a lease holds; dnsmasq makes two minutes of anything less
 */
public record Pool(Prefix prefix, String router, int first, int last, Duration time) {
    String firstAddress() {
        return prefix.host(first);
    }

    String lastAddress() {
        return prefix.host(last);
    }
}

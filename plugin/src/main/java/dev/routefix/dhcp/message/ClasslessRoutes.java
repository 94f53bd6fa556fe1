package dev.routefix.dhcp.message;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;

/** The value of option 121 (RFC 3442): for each route the length of its destination, as many bytes of that as matter, and the router. */
public final class ClasslessRoutes {

    /** One route; the router is 0.0.0.0 where the destination is on the LAN itself. */
    public record Entry(Prefix destination, IpAddress router) {}

    private ClasslessRoutes() {}

    /**
     * The routes in an option's value.
     *
     * @throws MalformedMessage if the value is cut short, or a length is no length
     */
    public static List<Entry> read(byte[] value) {
        var entries = new ArrayList<Entry>();
        int at = 0;
        while (at < value.length) {
            int length = value[at++] & 0xff;
            int significant = (length + 7) / 8;
            if (length > Family.IPV4.bits() || value.length - at < significant + Family.IPV4.bytes) {
                throw new MalformedMessage("has classless routes that are none");
            }
            var destination = new IpAddress(
                    Family.IPV4, 0, bits(value, at, significant) << (8 * (Family.IPV4.bytes - significant)));
            var router = new IpAddress(Family.IPV4, 0, bits(value, at + significant, Family.IPV4.bytes));
            entries.add(new Entry(new Prefix(destination, length).network(), router));
            at += significant + Family.IPV4.bytes;
        }
        return entries;
    }

    private static long bits(byte[] value, int from, int count) {
        long bits = 0;
        for (int at = from; at < from + count; at++) {
            bits = bits << 8 | (value[at] & 0xff);
        }
        return bits;
    }
}

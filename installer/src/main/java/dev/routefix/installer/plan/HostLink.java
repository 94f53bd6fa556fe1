package dev.routefix.installer.plan;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Scope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The node's own macvlan, through which it reaches its pods and they reach the world.
 *
 * @param index 0 while it is only wanted
 * @param parent index of the interface it sits on
 * @param mac null where the interface has none of 6 bytes
 * @param addresses the IPv4 ones
 */
public record HostLink(
        int index,
        String name,
        String kind,
        int parent,
        @Nullable MacAddress mac,
        boolean up,
        boolean noArp,
        List<LinkAddress> addresses) {

    public static final String MACVLAN = "macvlan";

    public HostLink {
        addresses = List.copyOf(addresses);
    }

    /**
     * The interface we want. It neither asks nor answers ARP: every node has the gateway's address, and only the pods' own node may be it;
     * pods and node know each other by permanent neighbours instead.
     */
    static HostLink wanted(String name, int parent, MacAddress mac, IpAddress gateway) {
        return new HostLink(
                0, name, MACVLAN, parent, mac, true, true, List.of(new LinkAddress(0, gateway.host(), Scope.LINK)));
    }

    /**
     * The hardware address of {@code name} on this node: the same after every reboot and re-creation, because pods hold it as a permanent
     * neighbour, and another one on every node, even on cloned ones that share a machine id.
     *
     * @return unicast and locally administered (IEEE 802-2014, section 8.4)
     */
    public static MacAddress macFor(String nodeName, MacAddress parent, String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(nodeName.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(parent.toBytes());
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            var bytes = digest.digest();
            bytes[0] = (byte) ((bytes[0] & 0xfc) | 0x02);
            return MacAddress.of(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    boolean holds(Prefix prefix) {
        for (var address : addresses) {
            if (address.prefix().equals(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Such as {@code 02:42:… noarp up 169.254.1.1/32}. */
    String describe() {
        var text = new StringBuilder(kind.isEmpty() ? "no macvlan" : kind)
                .append(' ')
                .append(mac);
        text.append(noArp ? " noarp" : " arp").append(up ? " up" : " down");
        for (var address : addresses) {
            text.append(' ').append(address.prefix());
        }
        return text.toString();
    }
}

package dev.routefix.installer.plan;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
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
 * @param multicast whether programs take it for one that multicast leaves by ({@code IFF_MULTICAST})
 * @param mtu in bytes
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
        boolean multicast,
        int mtu,
        List<LinkAddress> addresses) {

    public static final String MACVLAN = "macvlan";

    public HostLink {
        addresses = List.copyOf(addresses);
    }

    /**
     * The interface we want. It neither asks nor answers ARP: every node has the gateway's address, and only the pods' own node may be it;
     * pods and node know each other by permanent neighbours instead. Nor is it for multicast, or mDNS responders of the node would tell the LAN that
     * the node has the gateway's address; pods have interfaces of their own on the LAN.
     */
    static HostLink wanted(String name, Link parent, MacAddress mac, IpAddress gateway) {
        return new HostLink(
                0,
                name,
                MACVLAN,
                parent.index(),
                mac,
                true,
                true,
                false,
                parent.mtu(),
                List.of(new LinkAddress(0, gateway.host(), Scope.LINK)));
    }

    /** An interface that is there. */
    public static HostLink of(Link link, List<LinkAddress> addresses) {
        return new HostLink(
                link.index(),
                link.name(),
                link.kind(),
                link.parent(),
                link.mac(),
                link.isUp(),
                link.isNoArp(),
                link.isMulticast(),
                link.mtu(),
                addresses);
    }

    /** Its {@code IFF_*} but for whether it is up. */
    public int flags() {
        return (noArp ? Link.NOARP : 0) | (multicast ? Link.MULTICAST : 0);
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

    /** Whether it was us who gave it an address: one of an earlier {@code GATEWAY}. Others have another scope, or a network. */
    static boolean isOurs(LinkAddress address) {
        return address.prefix().isHost() && address.scope().equals(Scope.LINK);
    }

    boolean holds(Prefix prefix) {
        for (var address : addresses) {
            if (address.prefix().equals(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Such as {@code macvlan 02:42:… mtu 1500 noarp up 169.254.1.1/32}. */
    String describe() {
        var text = new StringBuilder(kind.isEmpty() ? "no macvlan" : kind)
                .append(' ')
                .append(mac)
                .append(" mtu ")
                .append(mtu);
        text.append(multicast ? " multicast" : "")
                .append(noArp ? " noarp" : " arp")
                .append(up ? " up" : " down");
        for (var address : addresses) {
            text.append(' ').append(address.prefix());
        }
        return text.toString();
    }
}

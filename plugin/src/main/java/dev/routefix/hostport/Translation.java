package dev.routefix.hostport;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.nftables.Element;
import org.jspecify.annotations.Nullable;

/**
 * What an element of the table leads from and to.
 *
 * @param transport {@code IPPROTO_*}
 * @param hostIp null for every address of the node
 */
record Translation(int transport, @Nullable IpAddress hostIp, int hostPort, IpAddress pod, int containerPort) {

    /** Null for an element that leads nowhere. */
    static @Nullable Translation of(Element element) {
        var data = element.data();
        if (data == null) {
            return null;
        }
        var key = element.key().duplicate();
        var target = data.duplicate();
        var hostIp = element.set().equals(HostPortTable.OF_ADDRESS) ? IpAddress.of(Family.IPV4, key) : null;
        int transport = key.getInt() >>> 24;
        return new Translation(
                transport,
                hostIp,
                key.getShort() & 0xffff,
                IpAddress.of(Family.IPV4, target),
                target.getShort() & 0xffff);
    }
}

package dev.routefix.plugin;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.sys.PacketSocket;
import java.util.List;

/**
 * Tells the LAN whose a pod's addresses are now. One may have been another pod's a moment ago, and hosts learn of a change when the new
 * owner asks for one of them, which this pod never will.
 */
sealed interface Announcement {

    /**
     * Tells of all its addresses.
     *
     * @param inside the pod's namespace, where the calling thread is
     */
    void make(Pod pod, Link link, HostInterface host, Netlink inside, Sysctls sysctls);

    /**
     * By the kernel, for a process that lives for one call. It announces an interface's addresses when its hardware address is set, be it to
     * what it is ({@code arp_notify} of ip-sysctl.rst, NETDEV_CHANGEADDR in net/ipv4/devinet.c). Each macvlan on the same parent gets it too,
     * while the caller waits. It also empties the pod's neighbour table.
     */
    record ByThePod() implements Announcement {
        @Override
        public void make(Pod pod, Link link, HostInterface host, Netlink inside, Sysctls sysctls) {
            var setting = "net/ipv4/conf/" + pod.ifname() + "/arp_notify";
            var before = sysctls.read(setting);
            sysctls.write(setting, "1");
            try {
                inside.apply(List.of(new Change.SetMac(link.index(), pod.mac(link))));
            } finally {
                sysctls.write(setting, before == null ? "0" : before);
            }
        }
    }

    /** By the interface below the pod's. What is sent there goes to the LAN alone, so it costs the same with a hundred pods on the node. */
    record ByTheNode(PacketSocket socket) implements Announcement {
        @Override
        public void make(Pod pod, Link link, HostInterface host, Netlink inside, Sysctls sysctls) {
            for (var address : pod.hosts()) {
                if (address.family() == Family.IPV4) {
                    socket.announce(host.parent().index(), pod.mac(link), address);
                }
            }
        }
    }
}

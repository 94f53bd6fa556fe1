package dev.routefix.plugin;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.sys.PacketSocket;
import dev.routefix.plan.AttachPlan;
import java.util.ArrayList;
import java.util.Objects;

/**
 * Tells the LAN whose a pod's addresses are now. One may have been another pod's a moment ago, and hosts learn of a change when the new
 * owner asks for one of them, which this pod never will. It comes last, when nothing can be refused any more.
 */
sealed interface Announcement {

    /**
     * Whether it may be made when the call is over: nobody who waits for the answer needs it, and the pod's namespace is not open any more then.
     */
    boolean canWait();

    /**
     * Tells of all its addresses.
     *
     * @param inside the pod's namespace, where the calling thread is unless this {@link #canWait}
     * @throws dev.routefix.netlink.NetlinkException if the kernel does not let it be sent, and the pod is none the worse for it
     */
    void make(AttachPlan plan, HostInterface host, Netlink inside, Sysctls sysctls);

    /**
     * By the kernel, for a process that lives for one call. It announces an interface's addresses when its hardware address is set, be it to
     * what it is ({@code arp_notify} of ip-sysctl.rst, NETDEV_CHANGEADDR in net/ipv4/devinet.c). Each macvlan on the same parent gets it too,
     * while the caller waits. It also empties the pod's neighbour table, so what belongs there is put there again at once.
     */
    record ByThePod() implements Announcement {
        @Override
        public boolean canWait() {
            return false;
        }

        @Override
        public void make(AttachPlan plan, HostInterface host, Netlink inside, Sysctls sysctls) {
            var link = plan.pod().link();
            var setting = "net/ipv4/conf/" + link.name() + "/arp_notify";
            var before = sysctls.read(setting);
            sysctls.write(setting, "1");
            try {
                var changes = new ArrayList<Change>();
                changes.add(new Change.SetMac(link.index(), mac(plan)));
                for (var neighbour : plan.podAfter().neighbours()) {
                    changes.add(new Change.PutNeighbour(neighbour));
                }
                inside.apply(changes);
            } finally {
                sysctls.write(setting, before == null ? "0" : before);
            }
        }
    }

    /** By the interface below the pod's. What is sent there goes to the LAN alone, so it costs the same with a hundred pods on the node. */
    record ByTheNode(PacketSocket socket) implements Announcement {
        @Override
        public boolean canWait() {
            return true;
        }

        @Override
        public void make(AttachPlan plan, HostInterface host, Netlink inside, Sysctls sysctls) {
            for (var address : plan.record().addresses()) {
                if (address.family() == Family.IPV4) {
                    socket.announce(host.parent().index(), mac(plan), address);
                }
            }
        }
    }

    private static MacAddress mac(AttachPlan plan) {
        return Objects.requireNonNull(plan.record().mac());
    }
}

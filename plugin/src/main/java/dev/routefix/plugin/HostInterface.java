package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.NetConf;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Prefix;
import dev.routefix.plan.Wanted;
import java.util.List;

/**
 * The node's macvlan interface, found fit for use.
 *
 * @param nodeAddresses of its parent, the node's own on the LAN
 */
record HostInterface(int index, MacAddress mac, Link parent, List<LinkAddress> nodeAddresses) {

    /**
     * Looks at the node, changing nothing.
     *
     * @throws CniException code 11 while the interface is not (yet) as the installer makes it, 7 if the configuration names a wrong one
     */
    static HostInterface find(Netlink netlink, NetConf conf) {
        var name = conf.hostInterface();
        var link = netlink.link(name);
        if (link == null) {
            throw notYet("the node has no interface " + name);
        }
        if (!link.kind().equals("macvlan") || link.mac() == null) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"hostInterface\" " + name + " is not a macvlan but "
                            + (link.kind().isEmpty() ? "hardware" : link.kind())
                            + ": give the name of the one the route-fix installer makes (HOST_IFACE)");
        }
        if (!link.isUp()) {
            throw notYet("the node's interface " + name + " is down");
        }
        var gateway = conf.gateway();
        if (!has(netlink.addresses(gateway.family(), link.index()), gateway)) {
            throw notYet("the node's interface " + name + " lacks the address " + gateway);
        }
        var parent = parentOf(link, netlink);
        if (conf.master() != null && !conf.master().equals(parent.name())) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"master\" is " + conf.master() + ", but " + name + " sits on " + parent.name() + ": pods and "
                            + name + " need the same parent");
        }
        return new HostInterface(link.index(), link.mac(), parent, netlink.addresses(gateway.family(), parent.index()));
    }

    /** The node's address to be seen by the pod. */
    IpAddress nodeAddressFor(Prefix podAddress) {
        var address = Wanted.nodeAddress(nodeAddresses, podAddress.address());
        if (address == null) {
            throw notYet("the node has no address of the pod's kind on " + parent.name());
        }
        return address;
    }

    private static boolean has(List<LinkAddress> addresses, IpAddress wanted) {
        for (var address : addresses) {
            if (address.prefix().address().equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static Link parentOf(Link link, Netlink netlink) {
        var parent = netlink.link(link.parent());
        if (parent == null) {
            throw notYet("the parent of the node's interface " + link.name() + " is in another namespace or gone");
        }
        return parent;
    }

    private static CniException notYet(String what) {
        return new CniException(
                ErrorCode.TRY_AGAIN_LATER,
                what + ": is the route-fix DaemonSet's pod running on this node? its log says what it waits for");
    }
}

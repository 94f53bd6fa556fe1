package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.NetConf;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.plan.NodeSide;
import java.util.List;

/**
 * The node's macvlan interface, found fit for use.
 *
 * @param gateway what pods know of it
 * @param parent the interface it sits on
 * @param nodeAddresses those of its parent, the node's own on the LAN
 */
record HostInterface(Link link, Attachment.Gateway gateway, Link parent, List<LinkAddress> nodeAddresses) {

    /**
     * Looks at the node, changing nothing.
     *
     * @throws CniException code 11 while the interface is not (yet) as the installer makes it, 7 if the configuration names a wrong one
     */
    static HostInterface find(Netlink netlink, NetConf conf) {
        var host = find(netlink, conf.hostInterface(), conf.gateway());
        if (conf.master() != null && !conf.master().equals(host.parent.name())) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"master\" is " + conf.master() + ", but " + host.link.name() + " sits on " + host.parent.name()
                            + ": pods and " + host.link.name() + " need the same parent");
        }
        return host;
    }

    /** The same for one whose name and address are known otherwise. */
    static HostInterface find(Netlink netlink, String name, IpAddress gateway) {
        var link = netlink.link(name);
        if (link == null) {
            throw notYet("the node has no interface " + name);
        }
        var mac = link.mac();
        if (!link.isMacvlan() || mac == null) {
            throw wrong(name + " is not a macvlan but " + (link.kind().isEmpty() ? "hardware" : link.kind()));
        }
        if (link.macvlanMode() != Link.BRIDGE) {
            throw wrong(name + " is a macvlan in mode " + link.macvlanModeName() + ", which pods cannot reach");
        }
        if (!link.isUp()) {
            throw notYet("the node's interface " + name + " is down");
        }
        if (!has(netlink.addresses(gateway.family(), link.index()), gateway)) {
            throw notYet("the node's interface " + name + " lacks the address " + gateway);
        }
        var parent = link.parentNamespace() == Link.HERE ? netlink.link(link.parent()) : null;
        if (parent == null) {
            throw notYet("the parent of the node's interface " + name + " is in another namespace or gone");
        }
        return new HostInterface(
                link,
                new Attachment.Gateway(gateway, mac),
                parent,
                netlink.addresses(gateway.family(), parent.index()));
    }

    /** The node's address to be seen by a pod. */
    IpAddress nodeAddressFor(IpAddress pod) {
        var address = NodeSide.addressFor(pod, nodeAddresses);
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

    private static CniException wrong(String what) {
        return new CniException(
                ErrorCode.INVALID_CONFIG,
                "\"hostInterface\" " + what + ": give the name of the one the route-fix installer makes (HOST_IFACE)");
    }

    private static CniException notYet(String what) {
        return new CniException(
                ErrorCode.TRY_AGAIN_LATER,
                what + ": is the route-fix DaemonSet's pod running on this node? its log says what it waits for");
    }
}

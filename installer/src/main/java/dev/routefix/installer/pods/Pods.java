package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.Difference;
import dev.routefix.plan.Wanted;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The node's ways to its attached pods. The plugin makes them; the kernel drops them all when the node's macvlan goes down or away, and then
 * they are made again from the plugin's records.
 */
public final class Pods {

    private final Attachments attachments;
    private final Sandboxes sandboxes;
    private final Netlink netlink;
    private @Nullable List<Attachment> all;

    public Pods(Paths paths, Netlink netlink) {
        attachments = new Attachments(paths.run());
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
        this.netlink = netlink;
    }

    /** Every attachment, as it was when this was asked first. */
    public List<Attachment> all() {
        var known = all;
        if (known == null) {
            try {
                known = attachments.all();
            } catch (CniException e) {
                throw new HostProblem(String.valueOf(e.getMessage()), e);
            }
            all = known;
        }
        return known;
    }

    /** Whether the attachment's pod is there. */
    public boolean lives(Attachment attachment) {
        return sandboxes.isThere(attachment.netns(), attachment.namespace());
    }

    /**
     * The attachments whose pod is there but cannot be reached.
     *
     * @param link index of the node's macvlan; 0 if there is none
     */
    public List<Attachment> cutOff(String hostInterface, int link) {
        var suspects = cutOff(hostInterface, link, all());
        if (suspects.isEmpty()) {
            return suspects;
        }
        // a pod that is being attached or released looks the same, but there is none while we hold the lock
        var certain = new ArrayList<Attachment>();
        try {
            attachments.exclusively(() -> certain.addAll(cutOff(hostInterface, link, attachments.all())));
        } catch (CniException e) {
            throw new HostProblem(String.valueOf(e.getMessage()), e);
        }
        return certain;
    }

    private List<Attachment> cutOff(String hostInterface, int link, List<Attachment> all) {
        if (all.isEmpty()) {
            return all;
        }
        var reached = link == 0 ? Set.<IpAddress>of() : reached(link);
        var cutOff = new ArrayList<Attachment>();
        for (var attachment : all) {
            if (attachment.hostInterface().equals(hostInterface)
                    && !reached.containsAll(attachment.addresses())
                    && owns(attachment)
                    && lives(attachment)) {
                cutOff.add(attachment);
            }
        }
        return cutOff;
    }

    /** The addresses that have both a route through the interface and a permanent neighbour on it. */
    private Set<IpAddress> reached(int link) {
        var routed = new HashSet<IpAddress>();
        for (var route : netlink.routes(Family.IPV4, link)) {
            if (route.destination().isHost()) {
                routed.add(route.destination().address());
            }
        }
        var reached = new HashSet<IpAddress>();
        for (var neighbour : netlink.neighbours(Family.IPV4, link)) {
            if (neighbour.state() == Neighbour.PERMANENT && routed.contains(neighbour.address())) {
                reached.add(neighbour.address());
            }
        }
        return reached;
    }

    /** Whether DHCP has not given its addresses to another pod since. */
    private boolean owns(Attachment attachment) {
        for (var address : attachment.addresses()) {
            if (!attachments.mayTakeAway(address, attachment.id())) {
                return false;
            }
        }
        return true;
    }

    /** Makes the ways to a pod again, unless its DEL came in between. */
    public void reconnect(Attachment attachment) {
        try {
            attachments.exclusively(() -> {
                if (attachment.equals(attachments.find(attachment.id())) && owns(attachment)) {
                    makeWay(attachment);
                }
            });
        } catch (CniException e) {
            throw new HostProblem(String.valueOf(e.getMessage()), e);
        }
    }

    private void makeWay(Attachment attachment) {
        var link = netlink.link(attachment.hostInterface());
        var ifname = attachment.id().ifname();
        var mac = Namespace.inside(sandboxes.locate(attachment.netns()), (inside, _) -> {
            var podLink = inside.link(ifname);
            return podLink == null ? null : podLink.mac();
        });
        if (link == null || mac == null) {
            throw new HostProblem("pod " + attachment.id() + " cannot be reached: "
                    + (mac == null
                            ? "it has no interface " + ifname + ", delete it to have it made anew"
                            : attachment.hostInterface() + " is gone again"));
        }
        var nodeAddress = Wanted.nodeAddress(
                netlink.addresses(Family.IPV4, link.parent()),
                attachment.addresses().getFirst());
        if (nodeAddress == null) {
            throw new HostProblem("pod " + attachment.id() + " cannot be reached: the parent of "
                    + attachment.hostInterface() + " has no IPv4 address");
        }
        var wanted = Wanted.onNode(link.index(), attachment.addresses(), mac, nodeAddress);
        netlink.apply(Difference.between(Wanted.nothing(), wanted).changes());
    }
}

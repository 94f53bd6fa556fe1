package dev.routefix.installer.doctor;

import dev.routefix.attachment.Attachment;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Node;
import dev.routefix.lan.ArpProbe;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Netlink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the machines of the LAN say by ARP: whether pods' hardware addresses come through, and whether somebody else has an address of ours. */
final class LanFindings {

    private static final Duration PATIENCE = Duration.ofMillis(300);

    /** A question or its answer may be lost. */
    private static final int TRIES = 3;

    private final Netlink node;
    private final Link parent;
    private final MacAddress own;

    /** @param own the parent's hardware address */
    private LanFindings(Netlink node, Link parent, MacAddress own) {
        this.node = node;
        this.parent = parent;
        this.own = own;
    }

    /**
     * Asks the LAN.
     *
     * @param host the node's macvlan, whose hardware address is beside its parent's as those of pods are
     */
    static List<Finding> of(Netlink node, Link host, List<Attachment> pods) {
        var parent = node.link(host.parent());
        var own = parent == null ? null : parent.mac();
        if (parent == null || own == null) {
            return List.of();
        }
        var lan = new LanFindings(node, parent, own);
        var findings = new ArrayList<Finding>();
        try (var probe = ArpProbe.on(parent.index())) {
            var filter = lan.filter(probe, host.mac());
            if (filter != null) {
                findings.add(filter);
            }
            findings.addAll(lan.duplicates(probe, pods));
        }
        return findings;
    }

    private @Nullable Finding filter(ArpProbe probe, @Nullable MacAddress second) {
        var route = Node.defaultRoute(node.routes(Family.IPV4, parent.index()));
        var router = route == null ? null : route.gateway();
        if (router == null
                || second == null
                || !probe.isAnswered(own, router, TRIES, PATIENCE)
                || probe.isAnswered(second, router, TRIES, PATIENCE)) {
            return null;
        }
        return Finding.blocking(
                "LAN of " + parent.name(),
                "pods reach nobody outside of this machine",
                router + " answers the hardware address of " + parent.name()
                        + " and none beside it: a filter on the way lets only " + own + " through",
                "on a virtual machine have its port take more: promiscuous mode, MAC changes and forged transmits (VMware), MAC address"
                        + " spoofing (Hyper-V), no MAC filter of the firewall (Proxmox), promiscuous mode allow all (VirtualBox); on a"
                        + " switch give port security room for every pod");
    }

    /** The pods do not hear the question, as it comes from the interface that they are on. */
    private List<Finding> duplicates(ArpProbe probe, List<Attachment> pods) {
        var owners = new LinkedHashMap<IpAddress, String>();
        for (var address : node.addresses(Family.IPV4, parent.index())) {
            owners.put(address.prefix().address(), "node");
        }
        for (var pod : pods) {
            for (var address : pod.addresses()) {
                if (address.family() == Family.IPV4) {
                    owners.put(address, "pod " + pod.name());
                }
            }
        }
        var holders = new HashMap<IpAddress, Set<MacAddress>>();
        for (int at = 0; at < TRIES - 1; at++) {
            merge(holders, probe.holders(own, owners.keySet(), PATIENCE));
        }
        // another interface of this node on the same LAN answers for all of its addresses
        node.links().forEach(link -> holders.values().forEach(macs -> macs.remove(link.mac())));
        var findings = new ArrayList<Finding>();
        owners.forEach((address, owner) -> {
            var others = holders.getOrDefault(address, Set.of());
            if (!others.isEmpty()) {
                findings.add(duplicate(owner, address, others.iterator().next()));
            }
        });
        return findings;
    }

    private static void merge(Map<IpAddress, Set<MacAddress>> all, Map<IpAddress, Set<MacAddress>> more) {
        more.forEach((address, macs) ->
                all.computeIfAbsent(address, _ -> new LinkedHashSet<>()).addAll(macs));
    }

    private static Finding duplicate(String owner, IpAddress address, MacAddress other) {
        return Finding.told(
                owner,
                "now the one is reached and now the other",
                "the machine " + other + " of the LAN has the address " + address + " too",
                "find it by its hardware address in the router's list of devices and give it another address, outside of the range that the"
                        + " DHCP server gives pods"
                        + (owner.equals("node") ? "" : "; then delete the pod"));
    }
}

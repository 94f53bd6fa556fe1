package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.attachment.MadeInterfaces;
import dev.routefix.cni.CniException;
import dev.routefix.hostport.HostPorts;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Found.HostPortState;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plugin.AttachedPod;
import dev.routefix.sandbox.Sandboxes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attached pods: what the plugin made of them and of the node's ways to them. The kernel drops those all when the node's macvlan goes down or away, and
 * a pod's own when somebody changes its interface; then they are made again from the plugin's records.
 */
public final class Pods {

    private final Attachments attachments;
    private final Sandboxes sandboxes;
    private final Path run;
    private final Netlink netlink;
    private final Rounds rounds;
    private @Nullable List<Attachment> all;

    /**
     * Those of this node.
     *
     * @param netlink the node's tables
     * @param rounds when each was looked into
     */
    public Pods(Paths paths, Attachments attachments, Netlink netlink, Rounds rounds) {
        this.attachments = attachments;
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
        run = paths.run();
        this.netlink = netlink;
        this.rounds = rounds;
    }

    /** Every attachment, as it was when this was asked first. */
    public List<Attachment> all() {
        var known = all;
        if (known == null) {
            try {
                known = attachments.all();
            } catch (CniException e) {
                throw HostProblem.of(e);
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
     * The attachments whose pod is there, and that lack something of what they were set up with, in the pod or on the node. All of them are looked at on the
     * node; into the pods it is looked by {@link Rounds}.
     *
     * @param link index of the node's macvlan; 0 if there is none
     */
    public List<Attachment> cutOff(String hostInterface, int link) {
        rounds.keep(all(), id -> MadeInterfaces.isMade(run, id));
        var suspects = cutOff(hostInterface, link, all());
        if (suspects.isEmpty()) {
            return suspects;
        }
        // a pod that is being attached or released looks the same, but there is none while we hold the lock
        var certain = new ArrayList<Attachment>();
        locked(() -> certain.addAll(cutOff(hostInterface, link, attachments.all())));
        return certain;
    }

    private List<Attachment> cutOff(String hostInterface, int link, List<Attachment> all) {
        if (all.isEmpty()) {
            return all;
        }
        var reached = link == 0 ? Map.<IpAddress, MacAddress>of() : reached(link);
        var cutOff = new ArrayList<Attachment>();
        for (var attachment : all) {
            if (attachment.hostInterface().equals(hostInterface) && isCutOff(attachment, reached)) {
                cutOff.add(attachment);
            }
        }
        return cutOff;
    }

    private boolean isCutOff(Attachment attachment, Map<IpAddress, MacAddress> reached) {
        if (isReached(attachment, reached)) {
            return rounds.isDue(attachment.id()) && owns(attachment) && differs(attachment);
        }
        return owns(attachment) && lives(attachment);
    }

    /** The addresses that have both a route through the interface and a permanent neighbour on it. */
    private Map<IpAddress, MacAddress> reached(int link) {
        var routed = new HashSet<IpAddress>();
        for (var route : netlink.routes(Family.IPV4, link)) {
            if (route.destination().isHost()) {
                routed.add(route.destination().address());
            }
        }
        var reached = new HashMap<IpAddress, MacAddress>();
        for (var neighbour : netlink.neighbours(Family.IPV4, link)) {
            var mac = neighbour.mac();
            if (neighbour.state() == Neighbour.PERMANENT && mac != null && routed.contains(neighbour.address())) {
                reached.put(neighbour.address(), mac);
            }
        }
        return reached;
    }

    private static boolean isReached(Attachment attachment, Map<IpAddress, MacAddress> reached) {
        for (var address : attachment.addresses()) {
            var mac = reached.get(address);
            if (mac == null || (attachment.mac() != null && !mac.equals(attachment.mac()))) {
                return false;
            }
        }
        return true;
    }

    private boolean differs(Attachment attachment) {
        try {
            if (pod(attachment).differs()) {
                return true;
            }
            rounds.isWell(attachment.id());
        } catch (NetlinkException gone) {
            rounds.isWell(attachment.id());
        } catch (CniException notYet) {
            // the node's own interface is put right first
        }
        return false;
    }

    private AttachedPod pod(Attachment attachment) {
        return new AttachedPod(attachment, sandboxes.locate(attachment.netns()), netlink);
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

    /** How the ports of the node that lead to pods are. One that is being attached or released makes no difference. */
    public HostPortState ports(Sysctls sysctls) {
        try (var ports = new HostPorts(Namespace.natTables(), netlink)) {
            if (!ports.differ(all(), sysctls)) {
                return hasPorts(all()) ? HostPortState.THERE : HostPortState.NONE;
            }
            var certain = new ArrayList<HostPortState>();
            locked(() -> certain.add(
                    ports.differ(attachments.all(), sysctls) ? HostPortState.DIFFERENT : HostPortState.THERE));
            return certain.getFirst();
        }
    }

    private static boolean hasPorts(List<Attachment> all) {
        for (var attachment : all) {
            if (!attachment.portMappings().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Has the ports of the node lead where the records say. */
    public void openPorts() {
        locked(() -> follow(attachments.all()));
    }

    /** Has none of them lead to a pod any more. */
    public void shutPorts() {
        locked(() -> follow(List.of()));
    }

    private void follow(List<Attachment> wanted) {
        try (var ports = new HostPorts(Namespace.natTables(), netlink)) {
            ports.follow(wanted);
        }
    }

    private void locked(Runnable work) {
        try {
            attachments.exclusively(work);
        } catch (CniException e) {
            throw HostProblem.of(e);
        }
    }

    /** Makes pod and node again what they were set up to be, unless its DEL came in between. */
    public void reconnect(Attachment attachment) {
        locked(() -> {
            if (attachment.equals(attachments.find(attachment.id())) && owns(attachment)) {
                attachments.save(pod(attachment).repair());
            }
        });
    }
}

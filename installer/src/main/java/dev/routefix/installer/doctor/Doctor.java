package dev.routefix.installer.doctor;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.dhcp.client.Clock;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.hostport.HostPorts;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.config.Stay;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Item;
import dev.routefix.installer.plan.NodeWay;
import dev.routefix.installer.pods.AskedPods;
import dev.routefix.lifecycle.Phase;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.namespace.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at everything that may be wrong, also at what costs too much to be looked at all the time, and changes nothing. For one look. */
public final class Doctor {

    /** A DHCP server that pings an address before it offers it needs 3 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final String STUCK = "nothing on it can be put right";

    private final Paths paths;
    private final Configuration configuration;
    private final Supplier<Host.Status> things;
    private final @Nullable Leases leases;
    private final Attachments attachments;
    private final Moment now = new Clock().moment();
    private final List<String> well = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * One for this look.
     *
     * @param things looks at what there is of ours and of others
     * @param leases their keeper, who can ask the DHCP server; null if there is none
     */
    public Doctor(Paths paths, Configuration configuration, Supplier<Host.Status> things, @Nullable Leases leases) {
        this.paths = paths;
        this.configuration = configuration;
        this.things = things;
        this.leases = leases;
        attachments = new Attachments(paths.run());
    }

    /**
     * The whole node.
     *
     * @param phase where it stands
     * @param stopped sandboxes that have been torn down and not removed
     * @param trouble what the last pass over the node could not do, one line each; empty if it could do all
     */
    public Diagnosis node(Phase phase, List<String> stopped, List<String> trouble) {
        standing(phase);
        var all = attachments.all();
        if (phase == Phase.RETIRING && all.isEmpty() && !stopped.isEmpty()) {
            findings.add(left(stopped));
        }
        if (phase == Phase.KEPT || (phase == Phase.RETIRING && !all.isEmpty())) {
            boolean reachable = things(phase == Phase.KEPT ? trouble : List.of());
            kernel();
            pods(all, reachable);
            if (!reachable || lan(all)) {
                dhcp();
            }
        }
        return new Diagnosis(well, findings);
    }

    /**
     * Pods alone.
     *
     * @param name a pod's name, {@code namespace/name}, an address, or a container's id or the beginning of one
     * @throws dev.routefix.installer.pods.NoSuchPod if none is attached of which that is said
     */
    public Diagnosis pod(String name) {
        var asked = AskedPods.called(name, attachments.all());
        pods(asked, true);
        ports(asked);
        return new Diagnosis(well, findings);
    }

    private void standing(Phase phase) {
        switch (phase) {
            case KEPT -> well.add("this node is kept");
            case RETIRING, LEAVING ->
                findings.add(Finding.blocking(
                        "node",
                        "no pod is added, and everything goes with the last one",
                        "route-fix has been removed from this node",
                        "apply the manifest again, or drain the node to have it go"));
            case GONE ->
                findings.add(Finding.blocking(
                        "node",
                        "no pod is added",
                        "route-fix was uninstalled from this node",
                        "apply the manifest again"));
        }
    }

    /** A completed Job's sandbox may stay for days; one whose pod the API server has forgotten stays for ever. */
    private static Finding left(List<String> stopped) {
        return Finding.told(
                "node",
                "the conflist and the plugin stay until that is done",
                "the container runtime has not removed the sandboxes " + String.join(", ", stopped)
                        + ", which have ended",
                "delete their pods, such as those of completed Jobs; where there is none any more: crictl rmp "
                        + String.join(" ", stopped));
    }

    /** Whether pods could be reached, as far as the node is concerned. */
    private boolean things(List<String> trouble) {
        try {
            var status = things.get();
            var untold = untold(trouble, status.findings());
            var own = OwnFindings.of(status.items(), configuration.resync(), untold);
            add("route-fix's own things: " + status.items().size(), own);
            add(
                    "what others have on the node: packet filters, routing, kube-proxy, networks",
                    notOf(own, status.findings()));
            if (own.isEmpty() && !untold.isEmpty() && status.items().stream().allMatch(Item::isWell)) {
                findings.add(Finding.ofFailure("node", "pods to come may have no network that works", untold));
            }
            return status.items().stream().noneMatch(this::isInTheWay)
                    && status.findings().stream()
                            .noneMatch(finding -> finding.subject().equals(NodeWay.ROUTING));
        } catch (HostProblem e) {
            String.valueOf(e.getMessage()).lines().forEach(line -> findings.add(Finding.ofLine("node", STUCK, line)));
            return false;
        } catch (NetlinkException e) {
            findings.add(Finding.ofFailure("node", STUCK, String.valueOf(e.getMessage())));
            return false;
        }
    }

    /** A plugin of ours that is not as wanted need not be told once more as one that the conflist has executed. */
    private List<Finding> notOf(List<Finding> own, List<Finding> others) {
        var plugin = "the plugin " + configuration.pluginFile() + " ";
        boolean isTold = own.stream().anyMatch(finding -> finding.subject().contains("plugin"));
        return others.stream()
                .filter(finding -> !isTold || !finding.cause().startsWith(plugin))
                .toList();
    }

    /** What of the last pass's trouble is no finding anyway, in one line. */
    private static String untold(List<String> trouble, List<Finding> told) {
        var rest = new ArrayList<>(trouble);
        told.forEach(finding -> rest.remove(finding.text()));
        return String.join("; ", rest);
    }

    private boolean isInTheWay(Item item) {
        return !item.isWell()
                && (item.thing().startsWith("net.")
                        || configuration.networks().stream()
                                .anyMatch(network -> item.thing().equals(network.hostInterface())));
    }

    private void kernel() {
        try (var rules = Namespace.ruleset()) {
            add("the kernel", KernelFindings.of(!Ruleset.NONE.equals(rules), Namespace.sysctls()));
        }
    }

    private void pods(List<Attachment> pods, boolean inside) {
        var store = new LeaseStore(paths.state(), _ -> {});
        try (var node = Namespace.own()) {
            var looks = new PodFindings(paths, attachments, node, now);
            for (var pod : pods) {
                var lease = store.find(pod.id());
                var time = lease == null || lease.terms().isForever()
                        ? ""
                        : ", leased for " + LeaseFindings.time(lease.end(now) - now.sinceBoot()) + " more";
                var found = looks.of(pod, lease, inside);
                if (!found.isEmpty()) {
                    found = certain(pod, () -> looks.of(pod, lease, inside));
                }
                add("pod " + pod.name() + time + (inside ? "" : ", not looked into"), found);
            }
        }
    }

    /** A pod that is being attached or released looks the same, but there is none while we hold the lock. */
    private List<Finding> certain(Attachment pod, Supplier<List<Finding>> look) {
        var certain = new ArrayList<Finding>();
        attachments.exclusively(() -> {
            if (attachments.find(pod.id()) != null) {
                certain.addAll(look.get());
            }
        });
        return certain;
    }

    /** Of the whole node they are one of its own things. */
    private void ports(List<Attachment> pods) {
        try (var node = Namespace.own();
                var ports = new HostPorts(Namespace.natTables(), node)) {
            for (var pod : pods) {
                if (!pod.portMappings().isEmpty() && !ports.serve(pod)) {
                    findings.add(Finding.told(
                            "pod " + pod.name(),
                            "they do not all lead to the pod",
                            "the node's ports for it are not as its record says",
                            "the resident opens them again within "
                                    + configuration.resync().toSeconds() + " s"));
                }
            }
        }
    }

    /** Whether hardware addresses like those of pods come through, in whose name a DHCP server is asked too. */
    private boolean lan(List<Attachment> pods) {
        try (var node = Namespace.own()) {
            var host = node.link(configuration.hostInterface());
            var found = host == null ? List.<Finding>of() : LanFindings.of(node, host, pods);
            add("the LAN: other hardware addresses come through, and nobody else has an address of ours", found);
            return found.stream().noneMatch(Finding::blocks);
        } catch (NetlinkException e) {
            findings.add(
                    Finding.ofFailure("the LAN", "it cannot be asked who is there", String.valueOf(e.getMessage())));
            return true;
        }
    }

    private void dhcp() {
        for (var network : configuration.networks()) {
            var master = network.master();
            if (leases != null && master != null && network.asksDhcp() && network.stay() == Stay.KEPT) {
                dhcp(leases, master);
            }
        }
    }

    private void dhcp(Leases asked, String master) {
        var offer = asked.ask(master, PATIENCE);
        var offered = offer.offered();
        add(
                offered == null ? "" : "DHCP server " + offered.server() + ": it offers " + offered.address(),
                DhcpFindings.of(offer, master, lan(master)));
    }

    private static List<LinkAddress> lan(String master) {
        try (var node = Namespace.own()) {
            var link = node.link(master);
            return link == null ? List.of() : node.addresses(Family.IPV4, link.index());
        }
    }

    private void add(String what, List<Finding> found) {
        if (found.isEmpty()) {
            well.add(what);
        } else {
            findings.addAll(found);
        }
    }
}

package dev.routefix.installer.pods;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.attachment.MadeInterface;
import dev.routefix.attachment.MadeInterfaces;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.IpamConf;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.lifecycle.ContainerRuntime;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pods whose interface and address are the reference plugins' ({@code macvlan} and {@code dhcp}), on a node where we make both: as after an upgrade from 0.1.0. Nobody renews their leases
 * any more, for the daemon that did forgot them when it ended. They become ours: their leases are asked for and renewed, and given back when the pods go. Nothing changes in the pods.
 */
public final class OldChain {

    /** A call that the old container had begun may end after our start. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Attachments attachments;
    private final Path run;
    private final MadeInterfaces made;
    private final Sandboxes sandboxes;
    private final CachedNetworks networks;
    private final LeaseStore store;
    private final Leases leases;
    private final Set<String> networkNames;
    private final Log log;

    /** Those that need not be looked at again. */
    private final Set<AttachmentId> settled = new HashSet<>();

    /** Those of which no server has said yet for how long their leases are. */
    private final Set<AttachmentId> asked = new LinkedHashSet<>();

    private final Set<AttachmentId> complained = new HashSet<>();
    private long nextLook = System.nanoTime();

    /**
     * Those of this node.
     *
     * @param networkNames of the conflists
     * @param leases of the node, which take those over
     */
    public OldChain(Paths paths, Attachments attachments, Set<String> networkNames, Leases leases, Log log) {
        this.attachments = attachments;
        this.networkNames = networkNames;
        run = paths.run();
        made = new MadeInterfaces(run);
        sandboxes = Sandboxes.alsoBelow(paths.hostRoot());
        networks = new CachedNetworks(new ContainerRuntime(paths.proc(), paths.hostRoot()));
        store = new LeaseStore(paths.state(), log::warn);
        this.leases = leases;
        this.log = log;
    }

    /**
     * What is found in a pod.
     *
     * @param parent the interface's, on the node
     */
    private record PodLink(MacAddress mac, Prefix address, String parent) {}

    /** Takes over what there is to be taken over; does nothing but say what servers have answered if the last look was a moment ago. */
    public void look() {
        asked.removeIf(this::isAnswered);
        long now = System.nanoTime();
        if (now - nextLook < 0) {
            return;
        }
        nextLook = now + AGAIN.toNanos();
        var all = all();
        var there = new HashSet<AttachmentId>();
        for (var attachment : all) {
            there.add(attachment.id());
        }
        settled.retainAll(there);
        complained.retainAll(there);
        for (var attachment : all) {
            if (!settled.contains(attachment.id())) {
                attempt(attachment);
            }
        }
    }

    private List<Attachment> all() {
        try {
            return attachments.all();
        } catch (CniException e) {
            throw HostProblem.of(e);
        }
    }

    private boolean isAnswered(AttachmentId id) {
        var lease = store.find(id);
        if (lease != null && lease.terms().isKnown()) {
            log.info("the lease of " + lease.name() + " is taken over: "
                    + lease.terms().server() + " gives it for " + lease.terms().seconds() + " s");
        }
        return lease == null || lease.terms().isKnown();
    }

    /** What goes wrong with one must not keep the node from being looked after. */
    private void attempt(Attachment attachment) {
        try {
            if (takeOver(attachment)) {
                settled.add(attachment.id());
            }
        } catch (IOException | CniException | NetlinkException e) {
            complain(attachment, String.valueOf(e.getMessage()));
        }
    }

    /** Gives true if there is nothing left to do for it. */
    private boolean takeOver(Attachment listed) throws IOException {
        var id = listed.id();
        // asked in this order, as of one that we made and is being deleted the attachment is forgotten first
        if (MadeInterfaces.isMade(run, id)) {
            return true;
        }
        var attachment = attachments.find(id);
        if (attachment == null
                || store.find(id) != null
                || !sandboxes.isThere(attachment.netns(), attachment.namespace())) {
            return true;
        }
        var network = networks.find(id);
        if (network == null) {
            // a chain made by hand, as Multus runs them, is remembered elsewhere, and has its own daemon
            if (attachment.network() == null || networkNames.contains(attachment.network())) {
                complain(attachment, "the container runtime remembers nothing of its network");
            }
            return false;
        }
        var ipam = network.dhcp();
        if (ipam == null) {
            return true;
        }
        var link = inPod(attachment);
        if (link == null) {
            complain(attachment, "it has no macvlan interface " + id.ifname() + " with its address");
            return false;
        }
        var ours = network.asOurs(id, attachment.netns(), attachment.pod(), link.parent(), ipam);
        // whoever deletes the pod holds the lock too, and gives back afterwards what is there then
        attachments.exclusively(() -> {
            if (attachment.equals(attachments.find(id))) {
                inherit(ours, link);
                made.save(ours);
                asked.add(id);
            }
        });
        log.info("the lease of " + attachment.name() + " is nobody's any more, as the dhcp plugin's daemon is gone:"
                + " the DHCP server is asked for it");
        return true;
    }

    private void inherit(MadeInterface ours, PodLink link) {
        var call = CachedNetwork.call(ours);
        if (call.conf().own().ipam() instanceof IpamConf.Leased dhcp) {
            leases.inherit(
                    AddressRequest.of(call, dhcp, link.parent(), link.mac(), Duration.ZERO),
                    link.mac(),
                    link.address());
        }
    }

    private @Nullable PodLink inPod(Attachment attachment) {
        try (var node = Namespace.own()) {
            return Namespace.visit(sandboxes.locate(attachment.netns()), (inside, _) -> {
                var link = inside.link(attachment.id().ifname());
                if (link == null || !link.isMacvlan()) {
                    return null;
                }
                var parent = node.link(link.parent());
                var mac = link.mac();
                for (var held : inside.addresses(Family.IPV4, link.index())) {
                    if (parent != null
                            && mac != null
                            && attachment
                                    .addresses()
                                    .equals(List.of(held.prefix().address()))) {
                        return new PodLink(mac, held.prefix(), parent.name());
                    }
                }
                return null;
            });
        }
    }

    private void complain(Attachment attachment, String why) {
        if (complained.add(attachment.id())) {
            log.warn("if pod " + attachment.name() + " has its address from a DHCP server, nobody renews its lease ("
                    + why + "): delete the pod, so that it gets one that is renewed");
        }
    }
}

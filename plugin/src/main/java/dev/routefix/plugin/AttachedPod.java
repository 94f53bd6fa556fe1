package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.AttachPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pod that was attached, for one who looks after it: by the same plan as its ADD, made from its record and from what pod and node have now. A plugin
 * after ours may have given it another hardware address, and the kernel drops routes and neighbours with many a change.
 */
public final class AttachedPod {

    private final Attachment attachment;
    private final Path sandbox;
    private final Netlink node;

    /**
     * One of this node's.
     *
     * @param sandbox where it is found
     * @param node the node's tables
     */
    public AttachedPod(Attachment attachment, Path sandbox, Netlink node) {
        this.attachment = attachment;
        this.sandbox = sandbox;
        this.node = node;
    }

    /**
     * Whether pod or node lacks something of what was planned. One that has lost its interface or its addresses does not, for that is not ours to give;
     * nor does one whose sandbox is another by now.
     *
     * @throws CniException if the node's interface is not as pods need it
     * @throws dev.routefix.netlink.NetlinkException if the pod is gone
     */
    public boolean differs() {
        var host = host();
        return Namespace.visit(sandbox, (inside, sysctls) -> {
            var link = inside.link(attachment.id().ifname());
            var found = link == null ? List.<Prefix>of() : found(inside, link);
            return link != null
                    && !found.isEmpty()
                    && !plan(host, sides(host, inside, sysctls), link, found).isMet();
        });
    }

    /**
     * What is wrong with it, as CHECK would say, in a sentence; null if nothing is.
     *
     * @throws CniException if the node's interface is not as pods need it
     * @throws dev.routefix.netlink.NetlinkException if the pod is gone
     */
    public @Nullable String fault() {
        var host = host();
        return Namespace.visit(sandbox, (inside, sysctls) -> {
            var link = inside.link(attachment.id().ifname());
            if (link == null) {
                return "the pod has no interface " + attachment.id().ifname();
            }
            if (!link.isUp()) {
                return "the pod's interface " + link.name() + " is down";
            }
            var found = found(inside, link);
            if (found.size() < attachment.prefixes().size()) {
                return "the pod's interface " + link.name() + " lacks an address of " + attachment.addresses();
            }
            var sides = sides(host, inside, sysctls);
            return sides.fault(plan(host, sides, link, found));
        });
    }

    /**
     * Makes both as planned again; in the pod only what is missing, as what others have added is theirs.
     *
     * @return the record as it should be now
     * @throws CniException code 7 if the pod has lost its interface, or if the node's is not as pods need it
     */
    public Attachment repair() {
        var host = host();
        return Namespace.visit(sandbox, (inside, sysctls) -> {
            var link = inside.link(attachment.id().ifname());
            if (link == null) {
                throw new CniException(
                        ErrorCode.INVALID_CONFIG,
                        "pod " + attachment.id() + " cannot be reached: it has no interface "
                                + attachment.id().ifname() + ", delete it to have it made anew");
            }
            var found = found(inside, link);
            var sides = sides(host, inside, sysctls);
            var plan = plan(host, sides, link, found.isEmpty() ? attachment.prefixes() : found);
            sides.repairNode(plan);
            if (!found.isEmpty()) {
                sides.repairPod(plan);
            }
            var made = plan.record();
            return attachment.with(made.mac(), made.routes(), made.table());
        });
    }

    /** With the gateway of the record; an old one that tells of none was made with the one the interface has. */
    private HostInterface host() {
        var name = attachment.hostInterface();
        var gateway = attachment.gateway();
        if (gateway != null) {
            return HostInterface.find(node, name, gateway.address());
        }
        var link = node.link(name);
        var addresses = link == null
                ? List.<LinkAddress>of()
                : node.addresses(attachment.addresses().getFirst().family(), link.index());
        if (addresses.isEmpty()) {
            throw new CniException(ErrorCode.TRY_AGAIN_LATER, "the node's interface " + name + " has no address (yet)");
        }
        return HostInterface.find(node, name, addresses.getFirst().prefix().address());
    }

    /** Its addresses with the lengths they have in the pod, which an old record does not tell. */
    private List<Prefix> found(Netlink inside, Link link) {
        var recorded = attachment.addresses();
        var found = new ArrayList<Prefix>();
        for (var address : inside.addresses(recorded.getFirst().family(), link.index())) {
            if (recorded.contains(address.prefix().address())) {
                found.add(address.prefix());
            }
        }
        return found;
    }

    private BothSides sides(HostInterface host, Netlink inside, Sysctls sysctls) {
        return new BothSides(
                inside,
                sysctls,
                node,
                host,
                host.nodeAddressFor(attachment.addresses().getFirst()));
    }

    private AttachPlan plan(HostInterface host, BothSides sides, Link link, List<Prefix> addresses) {
        return sides.planAgain(attachment.with(host.gateway(), addresses), link);
    }
}

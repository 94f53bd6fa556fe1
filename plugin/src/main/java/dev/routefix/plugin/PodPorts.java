package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.NetConf;
import dev.routefix.cni.PortMapping;
import dev.routefix.hostport.HostPorts;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ports of the node that a pod which is being added asks for. For one that asks for none nothing is opened and nothing looked at. */
final class PodPorts implements AutoCloseable {

    private final Attachments attachments;
    private final Sandboxes sandboxes;

    /** Null if none is asked for. */
    private final @Nullable HostPorts ports;

    private PodPorts(Attachments attachments, Sandboxes sandboxes, @Nullable HostPorts ports) {
        this.attachments = attachments;
        this.sandboxes = sandboxes;
        this.ports = ports;
    }

    /** For a thread in the node's namespace, as a socket stays where it was opened. */
    static PodPorts of(NetConf conf, Attachments attachments, Sandboxes sandboxes, Netlink node) {
        return new PodPorts(
                attachments,
                sandboxes,
                conf.portMappings().isEmpty() ? null : new HostPorts(Namespace.natTables(), node));
    }

    /** Ports that living pods have already, a sentence each. */
    List<String> heldByOthers(Attachment asked) {
        var held = new ArrayList<String>();
        if (ports == null) {
            return held;
        }
        for (var other : attachments.all()) {
            var sockets = overlapping(other, asked);
            if (!sockets.isEmpty() && sandboxes.isThere(other.netns(), other.namespace())) {
                for (var theirs : sockets) {
                    held.add("the node's port " + theirs.socket() + " leads to " + other.name() + ", " + other.id()
                            + ", already: ask for another hostPort or hostIP, or delete that pod");
                }
            }
        }
        return held;
    }

    /** Ports of one attachment that packets for another one's would come to as well. */
    private static List<PortMapping> overlapping(Attachment theirs, Attachment asked) {
        var overlapping = new ArrayList<PortMapping>();
        for (var mapping : theirs.portMappings()) {
            if (!theirs.id().equals(asked.id()) && overlapsAny(mapping, asked.portMappings())) {
                overlapping.add(mapping);
            }
        }
        return overlapping;
    }

    private static boolean overlapsAny(PortMapping mapping, List<PortMapping> others) {
        for (var other : others) {
            if (mapping.overlaps(other)) {
                return true;
            }
        }
        return false;
    }

    /** Has them lead to the pod, whose record is saved. A dead pod whose DEL is still to come loses those it had; none is changed on failure. */
    void open(Attachment record) {
        if (ports == null) {
            return;
        }
        var all = new ArrayList<Attachment>();
        for (var each : attachments.all()) {
            var taken = overlapping(each, record);
            var left = new ArrayList<>(each.portMappings());
            left.removeAll(taken);
            all.add(each.with(left));
            if (!taken.isEmpty()) {
                attachments.amend(each.with(left));
            }
        }
        try {
            ports.follow(all);
        } catch (RuntimeException e) {
            shut(record, all, e);
            throw e;
        }
    }

    private void shut(Attachment record, List<Attachment> all, RuntimeException cause) {
        all.removeIf(each -> each.id().equals(record.id()));
        try {
            if (ports != null) {
                ports.follow(all);
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        if (ports != null) {
            ports.close();
        }
    }
}

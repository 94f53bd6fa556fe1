package dev.routefix.installer.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.installer.config.Configuration;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What attached pods hold and cannot be told anew: the node's interface with its parent and its hardware address, and the gateway. As long as one of
 * them lives the node keeps to it, so that they, and those that join them, have their network; what the configuration asks for instead is refused.
 *
 * @param configuration the asked one, but for what is kept
 * @param mac the hardware address of the node's interface; null where the parent has none
 * @param refused each setting that is not followed
 */
public record Commitment(
        Configuration configuration, @Nullable MacAddress mac, List<Finding> refused) {

    private static final int NAMED = 3;

    public Commitment {
        refused = List.copyOf(refused);
    }

    /**
     * Compares what is asked for with what the pods were set up with.
     *
     * @param lives whether an attachment's pod is there; asked only of those that are at odds with the configuration
     */
    public static Commitment of(
            Configuration asked, Node node, List<Attachment> attachments, Predicate<Attachment> lives) {
        var mode = node.heldMode();
        var bound = mode == null
                ? List.<Attachment>of()
                : attachments.stream().filter(lives).toList();
        if (mode == null || bound.isEmpty()) {
            return inThisMode(asked, node, attachments, lives);
        }
        // the runtime takes them down by the network that is where they got it
        var kept = inThisMode(asked.with(mode), node, attachments, lives);
        var refused = new ArrayList<>(kept.refused());
        refused.add(refused(
                "MODE=" + asked.mode().text()
                        + dependOn(asked.with(mode).conflistFile().toString(), bound),
                "MODE=" + mode.text(),
                asked));
        return new Commitment(kept.configuration(), kept.mac(), refused);
    }

    private static Commitment inThisMode(
            Configuration asked, Node node, List<Attachment> attachments, Predicate<Attachment> lives) {
        var master = node.master();
        var mac = master == null ? null : macFor(asked, master, asked.hostInterface());
        if (master == null || mac == null) {
            return new Commitment(asked, null, List.of());
        }
        var bound = attachments.stream()
                .filter(attachment -> isAtOdds(attachment, asked, node, master, mac) && lives.test(attachment))
                .toList();
        return bound.isEmpty() ? new Commitment(asked, mac, List.of()) : keep(bound, asked, node, master, mac);
    }

    private static boolean isAtOdds(
            Attachment attachment, Configuration asked, Node node, Link master, MacAddress mac) {
        var link = node.link(attachment.hostInterface());
        var gateway = attachment.gateway();
        if (!attachment.hostInterface().equals(asked.hostInterface())) {
            // one that somebody else has made is no concern of ours
            var parent = link == null ? master : node.link(link.parent());
            var held = gateway != null ? gateway.mac() : link == null ? null : link.mac();
            return parent != null && held != null && held.equals(macFor(asked, parent, attachment.hostInterface()));
        }
        boolean elsewhere = link != null && link.kind().equals(HostLink.MACVLAN) && link.parent() != master.index();
        boolean another = gateway != null && !gateway.equals(new Attachment.Gateway(asked.gateway(), mac));
        return elsewhere || another;
    }

    private static Commitment keep(
            List<Attachment> bound, Configuration asked, Node node, Link master, MacAddress askedMac) {
        var name = bound.getFirst().hostInterface();
        var link = node.link(name);
        var parent = link == null ? null : node.link(link.parent());
        var keptMaster = parent == null ? master : parent;
        var held = bound.stream()
                .map(Attachment::gateway)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        var gateway = held == null ? asked.gateway() : held.address();
        var mac = held != null ? held.mac() : link != null ? link.mac() : macFor(asked, keptMaster, name);

        var refused = new ArrayList<Finding>();
        if (!name.equals(asked.hostInterface())) {
            refused.add(refused(
                    "HOST_IFACE=" + asked.hostInterface() + dependOn(name, bound), "HOST_IFACE=" + name, asked));
        }
        if (!keptMaster.name().equals(master.name())) {
            refused.add(refused(
                    "MASTER_IFACE=" + master.name() + dependOn(name + " on " + keptMaster.name(), bound),
                    "MASTER_IFACE=" + keptMaster.name(),
                    asked));
        }
        if (!gateway.equals(asked.gateway())) {
            refused.add(refused(
                    "GATEWAY=" + asked.gateway() + dependOn(gateway.toString(), bound), "GATEWAY=" + gateway, asked));
        }
        if (refused.isEmpty()) {
            refused.add(refused(
                    "another hardware address for " + name + ", " + askedMac + " by NODE_NAME=" + asked.nodeName()
                            + " and the one of " + master.name() + "," + dependOn(String.valueOf(mac), bound),
                    "the old NODE_NAME",
                    asked));
        }
        return new Commitment(asked.with(keptMaster.name(), name, gateway), mac, refused);
    }

    private static Finding refused(String cause, String old, Configuration asked) {
        return Finding.blocking(
                "settings",
                "the old value stays",
                cause,
                "set " + old + " again, or move them (kubectl drain " + asked.nodeName() + " --ignore-daemonsets)");
    }

    private static String dependOn(String what, List<Attachment> bound) {
        var names = bound.stream().limit(NAMED).map(Attachment::name).collect(Collectors.joining(", "));
        var more = bound.size() > NAMED ? " and " + (bound.size() - NAMED) + " more" : "";
        return " is refused while pods depend on " + what + ", which is kept for " + names + more;
    }

    private static @Nullable MacAddress macFor(Configuration configuration, Link parent, String name) {
        var mac = parent.mac();
        return mac == null ? null : HostLink.macFor(configuration.nodeName(), mac, name);
    }
}

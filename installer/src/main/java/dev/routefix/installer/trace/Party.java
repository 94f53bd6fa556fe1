package dev.routefix.installer.trace;

import dev.routefix.attachment.Attachment;
import dev.routefix.netlink.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sends or gets a packet.
 *
 * @param name for people to read
 * @param pod null where it is none of this node's
 */
record Party(
        Kind kind, IpAddress address, String name, @Nullable Attachment pod) {

    enum Kind {
        /** Of this node. */
        POD,
        /** This one. */
        NODE,
        /** Whoever else. */
        MACHINE
    }

    boolean is(Kind other) {
        return kind == other;
    }

    static Party pod(Attachment pod, IpAddress address) {
        return new Party(Kind.POD, address, "pod " + pod.name(), pod);
    }

    static Party node(IpAddress address) {
        return new Party(Kind.NODE, address, "this node (" + address + ")", null);
    }

    static Party machine(IpAddress address) {
        return new Party(Kind.MACHINE, address, "machine " + address, null);
    }
}

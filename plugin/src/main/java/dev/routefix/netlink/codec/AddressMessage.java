package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Scope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Addresses of interfaces: {@code RTM_NEWADDR} and its kin, numbered in {@code linux/rtnetlink.h}, attributes of {@code linux/if_addr.h}. */
public final class AddressMessage {

    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;

    /** On a point-to-point link the other end's address, else the same as {@code IFA_LOCAL}. */
    private static final int IFA_ADDRESS = 1;

    /** IPv6 leaves it out unless there is another end. */
    private static final int IFA_LOCAL = 2;

    private static final int IFA_BROADCAST = 4;
    private static final int IFA_FLAGS = 8;

    /** {@code IFA_F_NOPREFIXROUTE}. */
    private static final int NO_PREFIX_ROUTE = 0x200;

    /** A network of two addresses has none for all (RFC 3021). */
    private static final int LONGEST_WITH_BROADCAST = 30;

    private AddressMessage() {}

    /** Asks for the addresses of one interface. */
    public static void writeDump(ByteBuffer out, Family family, int link) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETADDR, NlMsg.NLM_F_DUMP, 0);
        new IfAddrMsg(family.number, 0, 0, link).write(out);
        NlMsg.end(out, start);
    }

    static void write(ByteBuffer out, LinkAddress address) {
        Prefix prefix = address.prefix();
        new IfAddrMsg(prefix.family().number, prefix.length(), address.scope().number(), address.link()).write(out);
        NlAttr.put(out, IFA_LOCAL, prefix.address());
        NlAttr.put(out, IFA_ADDRESS, prefix.address());
    }

    /** Without the kernel's route to its network. Programs that broadcast take the address for that from the interface. */
    static void writeBare(ByteBuffer out, LinkAddress address) {
        write(out, address);
        Prefix prefix = address.prefix();
        if (prefix.length() <= LONGEST_WITH_BROADCAST) {
            NlAttr.put(out, IFA_BROADCAST, new IpAddress(prefix.family(), 0, broadcast(prefix)));
        }
        NlAttr.put(out, IFA_FLAGS, NO_PREFIX_ROUTE);
    }

    private static long broadcast(Prefix prefix) {
        return prefix.network().address().low() | (1L << (prefix.family().bits() - prefix.length())) - 1;
    }

    /** Reads the body of an {@code RTM_NEWADDR}. */
    public static LinkAddress read(ByteBuffer body) {
        IfAddrMsg struct = IfAddrMsg.read(body);
        Family family = Malformed.family(struct.family());
        @Nullable IpAddress local = null;
        @Nullable IpAddress address = null;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case IFA_LOCAL -> local = attrs.address(family);
                case IFA_ADDRESS -> address = attrs.address(family);
                default -> {} // label, broadcast, lifetimes
            }
        }
        IpAddress own = local != null ? local : address;
        if (own == null) {
            throw Malformed.message("an address entry without an address");
        }
        return new LinkAddress(struct.index(), Malformed.prefix(own, struct.prefixLength()), new Scope(struct.scope()));
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The ARP and NDP tables: {@code RTM_NEWNEIGH} and its kin, numbered in {@code linux/rtnetlink.h}, attributes of {@code linux/neighbour.h}. */
public final class NeighbourMessage {

    static final int RTM_NEWNEIGH = 28;
    static final int RTM_DELNEIGH = 29;
    private static final int RTM_GETNEIGH = 30;

    /** {@code NTF_USE} */
    private static final int USE = 0x01;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_IFINDEX = 8;

    private NeighbourMessage() {}

    /** Asks for all entries of one interface. */
    public static void writeDump(ByteBuffer out, Family family, int link) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETNEIGH, NlMsg.NLM_F_DUMP, 0);
        // a strictly checked dump takes the interface as attribute only
        new NdMsg(family.number, 0, 0, 0, 0).write(out);
        NlAttr.put(out, NDA_IFINDEX, link);
        NlMsg.end(out, start);
    }

    /** Asks for the entry of one address. */
    public static void writeLookup(ByteBuffer out, int link, IpAddress address) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETNEIGH, 0, 0);
        new NdMsg(address.family().number, link, 0, 0, 0).write(out);
        NlAttr.put(out, NDA_DST, address);
        NlMsg.end(out, start);
    }

    static void write(ByteBuffer out, Neighbour neighbour) {
        new NdMsg(neighbour.address().family().number, neighbour.link(), neighbour.state(), 0, 0).write(out);
        NlAttr.put(out, NDA_DST, neighbour.address());
        MacAddress mac = neighbour.mac();
        if (mac != null) {
            NlAttr.put(out, NDA_LLADDR, mac);
        }
    }

    static void writeSearch(ByteBuffer out, int link, IpAddress address) {
        new NdMsg(address.family().number, link, 0, USE, 0).write(out);
        NlAttr.put(out, NDA_DST, address);
    }

    /** Reads the body of an {@code RTM_NEWNEIGH}. */
    public static Neighbour read(ByteBuffer body) {
        NdMsg struct = NdMsg.read(body);
        Family family = Malformed.family(struct.family());
        @Nullable IpAddress address = null;
        @Nullable MacAddress mac = null;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case NDA_DST -> address = attrs.address(family);
                case NDA_LLADDR -> mac = attrs.length() == MacAddress.BYTES ? attrs.mac() : null;
                default -> {} // statistics and who made it
            }
        }
        if (address == null) {
            throw Malformed.message("a neighbour without an address");
        }
        return new Neighbour(struct.index(), address, mac, struct.state());
    }
}

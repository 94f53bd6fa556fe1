package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Routes: {@code RTM_NEWROUTE} and its kin, numbers and attributes of {@code linux/rtnetlink.h}. */
public final class RouteMessage {

    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;

    private static final int RT_TABLE_MAIN = 254;
    private static final int RTN_UNICAST = 1;

    /** A cached clone of a route, not an entry of the table. */
    private static final int RTM_F_CLONED = 0x200;

    /** Say in which table the answer was found. */
    private static final int RTM_F_LOOKUP_TABLE = 0x1000;

    /** Answer with the table's entry that matches best, not with the packet's way. */
    private static final int RTM_F_FIB_MATCH = 0x2000;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;

    /** {@code struct rtvia}: u16 family and address of a gateway that is not of the route's family. */
    private static final int RTA_VIA = 18;

    private RouteMessage() {}

    /**
     * Asks for the unicast routes of the main table.
     *
     * @param link index of the interface they go through, 0 for any
     */
    public static void writeDump(ByteBuffer out, Family family, int link) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETROUTE, NlMsg.NLM_F_DUMP, 0);
        new RtMsg(family.number, 0, 0, 0, RT_TABLE_MAIN, 0, 0, RTN_UNICAST, 0).write(out);
        if (link != 0) {
            NlAttr.put(out, RTA_OIF, link);
        }
        NlMsg.end(out, start);
    }

    /** Asks which entry a packet to {@code address} would meet. */
    public static void writeLookup(ByteBuffer out, IpAddress address) {
        Family family = address.family();
        int start = out.position();
        NlMsg.begin(out, RTM_GETROUTE, 0, 0);
        new RtMsg(family.number, family.bits(), 0, 0, 0, 0, 0, 0, RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH).write(out);
        NlAttr.put(out, RTA_DST, address);
        NlMsg.end(out, start);
    }

    static void write(ByteBuffer out, Route route) {
        Prefix destination = route.destination();
        new RtMsg(
                        route.family().number,
                        destination.length(),
                        0,
                        0,
                        RT_TABLE_MAIN,
                        route.protocol(),
                        route.scope().number(),
                        RTN_UNICAST,
                        0)
                .write(out);
        if (!destination.isDefault()) {
            NlAttr.put(out, RTA_DST, destination.address());
        }
        IpAddress gateway = route.gateway();
        if (gateway != null) {
            writeGateway(out, gateway, route.family());
        }
        IpAddress source = route.source();
        if (source != null) {
            NlAttr.put(out, RTA_PREFSRC, source);
        }
        if (route.metric() != 0) {
            NlAttr.put(out, RTA_PRIORITY, route.metric());
        }
        NlAttr.put(out, RTA_OIF, route.link());
    }

    private static void writeGateway(ByteBuffer out, IpAddress gateway, Family family) {
        if (gateway.family() == family) {
            NlAttr.put(out, RTA_GATEWAY, gateway);
            return;
        }
        int via = NlAttr.begin(out, RTA_VIA);
        out.putShort((short) gateway.family().number).put(gateway.toBytes());
        NlAttr.end(out, via);
    }

    /** Reads the body of an {@code RTM_NEWROUTE}; null for what is no {@link Route}: other tables and types, several next hops. */
    public static @Nullable Route read(ByteBuffer body) {
        RtMsg struct = RtMsg.read(body);
        Family family = Malformed.family(struct.family());
        boolean plain = struct.type() == RTN_UNICAST
                && struct.tos() == 0
                && struct.sourceLength() == 0
                && (struct.flags() & RTM_F_CLONED) == 0;
        int table = struct.table();
        IpAddress destination = Prefix.defaultOf(family).address();
        @Nullable IpAddress gateway = null;
        @Nullable IpAddress source = null;
        int link = 0;
        int metric = 0;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case RTA_DST -> destination = attrs.address(family);
                case RTA_GATEWAY -> gateway = attrs.address(family);
                case RTA_VIA -> gateway = readVia(attrs.value());
                case RTA_OIF -> link = attrs.number();
                case RTA_PREFSRC -> source = attrs.address(family);
                case RTA_PRIORITY -> metric = attrs.number();
                case RTA_TABLE -> table = attrs.number();
                case RTA_MULTIPATH -> plain = false;
                default -> {} // metrics, cache and preference
            }
        }
        if (!plain || table != RT_TABLE_MAIN || link == 0) {
            return null;
        }
        Prefix prefix = Malformed.prefix(destination, struct.destinationLength());
        return new Route(prefix, gateway, link, source, new Scope(struct.scope()), struct.protocol(), metric);
    }

    private static IpAddress readVia(ByteBuffer via) {
        NlMsg.require(via, Short.BYTES, "rtvia");
        Family family = Malformed.family(via.getShort() & 0xffff);
        NlMsg.require(via, family.bytes, "rtvia's address");
        return IpAddress.of(family, via.slice());
    }
}

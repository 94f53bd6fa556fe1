package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Routes: {@code RTM_NEWROUTE} and its kin, numbers and attributes of {@code linux/rtnetlink.h}. */
public final class RouteMessage {

    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;

    /** {@code RT_TABLE_COMPAT}: the struct's table where {@code RTA_TABLE} holds a number that does not fit. */
    private static final int RT_TABLE_COMPAT = 252;

    /** A cached clone of a route, not an entry of the table. */
    private static final int RTM_F_CLONED = 0x200;

    /** Say in which table the answer was found. */
    private static final int RTM_F_LOOKUP_TABLE = 0x1000;

    /** Answer with the table's entry that matches best, not with the packet's way. */
    private static final int RTM_F_FIB_MATCH = 0x2000;

    private static final int RTA_DST = 1;
    private static final int RTA_SRC = 2;
    private static final int RTA_IIF = 3;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;
    private static final int RTA_MARK = 16;

    /** {@code struct rtvia}: u16 family and address of a gateway that is not of the route's family. */
    private static final int RTA_VIA = 18;

    private static final int RTA_UID = 25;
    private static final int RTA_IP_PROTO = 27;
    private static final int RTA_SPORT = 28;
    private static final int RTA_DPORT = 29;

    private RouteMessage() {}

    /**
     * Asks for the unicast routes of a table.
     *
     * @param link index of the interface they go through, 0 for any
     */
    public static void writeDump(ByteBuffer out, Family family, int link, int table) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETROUTE, NlMsg.NLM_F_DUMP, 0);
        new RtMsg(family.number, 0, 0, 0, short8(table), 0, 0, RouteAnswer.UNICAST, 0).write(out);
        if (link != 0) {
            NlAttr.put(out, RTA_OIF, link);
        }
        if (table != short8(table)) {
            NlAttr.put(out, RTA_TABLE, table);
        }
        NlMsg.end(out, start);
    }

    /** Asks which entry a packet to {@code address} would meet. */
    public static void writeLookup(ByteBuffer out, IpAddress address) {
        writeQuestion(out, RouteQuestion.sent(null, address), 0);
    }

    /**
     * Appends the question which entry a packet would meet.
     *
     * @param sequence the number the kernel puts on its answer
     */
    public static void writeQuestion(ByteBuffer out, RouteQuestion question, int sequence) {
        IpAddress source = question.source();
        var traits = question.traits();
        int bits = question.destination().family().bits();
        int start = out.position();
        NlMsg.begin(out, RTM_GETROUTE, 0, sequence);
        new RtMsg(
                        question.destination().family().number,
                        bits,
                        source == null ? 0 : bits,
                        traits.tos(),
                        0,
                        0,
                        0,
                        0,
                        RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH)
                .write(out);
        NlAttr.put(out, RTA_DST, question.destination());
        if (source != null) {
            NlAttr.put(out, RTA_SRC, source);
        }
        putUnlessZero(out, RTA_IIF, question.arrives());
        putUnlessZero(out, RTA_OIF, traits.link());
        putUnlessZero(out, RTA_MARK, traits.mark());
        putUnlessZero(out, RTA_UID, traits.user());
        if (traits.ipProtocol() != 0) {
            NlAttr.put(out, RTA_IP_PROTO, new byte[] {(byte) traits.ipProtocol()});
        }
        putPort(out, RTA_SPORT, traits.sourcePort());
        putPort(out, RTA_DPORT, traits.destinationPort());
        NlMsg.end(out, start);
    }

    private static void putUnlessZero(ByteBuffer out, int type, int value) {
        if (value != 0) {
            NlAttr.put(out, type, value);
        }
    }

    /** In network byte order. */
    private static void putPort(ByteBuffer out, int type, int port) {
        if (port != 0) {
            NlAttr.put(out, type, new byte[] {(byte) (port >> 8), (byte) port});
        }
    }

    private static int short8(int table) {
        return table > 0xff ? RT_TABLE_COMPAT : table;
    }

    static void write(ByteBuffer out, Route route) {
        Prefix destination = route.destination();
        new RtMsg(
                        route.family().number,
                        destination.length(),
                        0,
                        0,
                        short8(route.table()),
                        route.protocol(),
                        route.scope().number(),
                        RouteAnswer.UNICAST,
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
        if (route.table() != short8(route.table())) {
            NlAttr.put(out, RTA_TABLE, route.table());
        }
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

    /** Reads the body of an {@code RTM_NEWROUTE} of a dump; null for what is no {@link Route}: other types, several next hops. */
    public static @Nullable Route read(ByteBuffer body) {
        var struct = RtMsg.read(body.duplicate().order(body.order()));
        var answer = readAnswer(body);
        boolean plain = struct.tos() == 0 && struct.sourceLength() == 0 && (struct.flags() & RTM_F_CLONED) == 0;
        var route = answer.route();
        return plain && answer.type() == RouteAnswer.UNICAST && route != null && route.link() != 0 ? route : null;
    }

    /** Reads the body of an {@code RTM_NEWROUTE} that answers a question. */
    public static RouteAnswer readAnswer(ByteBuffer body) {
        RtMsg struct = RtMsg.read(body);
        Family family = Malformed.family(struct.family());
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
                default -> {} // several next hops, which are no Route; metrics, cache and preference
            }
        }
        Prefix prefix = Malformed.prefix(destination, struct.destinationLength());
        return new RouteAnswer(
                0,
                struct.type(),
                new Route(prefix, gateway, link, source, new Scope(struct.scope()), struct.protocol(), metric, table));
    }

    private static IpAddress readVia(ByteBuffer via) {
        NlMsg.require(via, Short.BYTES, "rtvia");
        Family family = Malformed.family(via.getShort() & 0xffff);
        NlMsg.require(via, family.bytes, "rtvia's address");
        return IpAddress.of(family, via.slice());
    }
}

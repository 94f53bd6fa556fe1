package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.TrackedFlow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** What the kernel remembers of conversations: {@code IPCTNL_MSG_CT_*} of {@code linux/netfilter/nfnetlink_conntrack.h}. */
public final class ConntrackMessage {

    /** {@code NFNL_SUBSYS_CTNETLINK} */
    private static final int SUBSYSTEM = 1 << 8;

    private static final int IPCTNL_MSG_CT_GET = SUBSYSTEM | 1;
    private static final int IPCTNL_MSG_CT_DELETE = SUBSYSTEM | 2;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int CTA_FILTER = 25;

    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;

    /** {@code CTA_IP_V4_SRC}, {@code CTA_IP_V4_DST}; those of IPv6 are two more. */
    private static final int SOURCE = 1;

    private static final int DESTINATION = 2;
    private static final int OF_IPV6 = 2;

    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_SRC_PORT = 2;
    private static final int CTA_PROTO_DST_PORT = 3;

    private static final int CTA_FILTER_ORIG_FLAGS = 1;
    private static final int CTA_FILTER_REPLY_FLAGS = 2;

    /** {@code CTA_FILTER_F_CTA_PROTO_NUM} and {@code CTA_FILTER_F_CTA_PROTO_DST_PORT} of {@code net/netfilter/nf_internals.h}. */
    private static final int BY_TRANSPORT_AND_PORT = 1 << 3 | 1 << 5;

    private static final int NESTED = 0x8000;

    private ConntrackMessage() {}

    /**
     * Asks for the conversations that were begun with a port. Kernels before 5.8 give all there are, so whoever reads them must look again.
     *
     * @param transport {@code IPPROTO_*}
     */
    public static void writeDump(ByteBuffer out, Family family, int transport, int port) {
        int start = out.position();
        NlMsg.begin(out, IPCTNL_MSG_CT_GET, NlMsg.NLM_F_DUMP, 0);
        new NfGenMsg(family.number).write(out);
        int tuple = NlAttr.begin(out, CTA_TUPLE_ORIG | NESTED);
        int proto = NlAttr.begin(out, CTA_TUPLE_PROTO | NESTED);
        NlAttr.put(out, CTA_PROTO_NUM, new byte[] {(byte) transport});
        NlAttr.put(out, CTA_PROTO_DST_PORT, new byte[] {(byte) (port >> 8), (byte) port});
        NlAttr.end(out, proto);
        NlAttr.end(out, tuple);
        int filter = NlAttr.begin(out, CTA_FILTER | NESTED);
        NlAttr.put(out, CTA_FILTER_ORIG_FLAGS, BY_TRANSPORT_AND_PORT);
        NlAttr.put(out, CTA_FILTER_REPLY_FLAGS, 0);
        NlAttr.end(out, filter);
        NlMsg.end(out, start);
    }

    /** Asks to forget a conversation. */
    public static void writeDeletion(ByteBuffer out, TrackedFlow flow) {
        int start = out.position();
        NlMsg.begin(out, IPCTNL_MSG_CT_DELETE, NlMsg.NLM_F_ACK, 0);
        new NfGenMsg(flow.destination().family().number).write(out);
        out.put(flow.identity().duplicate());
        NlMsg.end(out, start);
    }

    /** Reads the body of an {@code IPCTNL_MSG_CT_NEW}; null if it is about another transport or port. */
    public static @Nullable TrackedFlow read(ByteBuffer body, int transport, int port) {
        var family = Malformed.family(NfGenMsg.read(body).family());
        var identity = ByteBuffer.allocate(body.remaining()).order(ByteOrder.nativeOrder());
        var original = Tuple.NONE;
        var reply = Tuple.NONE;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case CTA_TUPLE_ORIG -> {
                    original = Tuple.read(attrs.nested(), family);
                    copy(attrs, CTA_TUPLE_ORIG | NESTED, identity);
                }
                case CTA_TUPLE_REPLY -> reply = Tuple.read(attrs.nested(), family);
                case CTA_ID, CTA_ZONE -> copy(attrs, attrs.type(), identity);
                default -> {} // how it goes, and for how long yet
            }
        }
        if (original.transport() != transport || original.destinationPort() != port) {
            return null;
        }
        return original.destination() == null || reply.source() == null
                ? null
                : new TrackedFlow(original.destination(), reply.source(), reply.sourcePort(), identity.flip());
    }

    private static void copy(NlAttrs attrs, int type, ByteBuffer out) {
        int start = NlAttr.begin(out, type);
        out.put(attrs.value());
        NlAttr.end(out, start);
    }

    /** What the packets of one direction look like. */
    private record Tuple(
            @Nullable IpAddress source,
            @Nullable IpAddress destination,
            int transport,
            int sourcePort,
            int destinationPort) {

        static final Tuple NONE = new Tuple(null, null, 0, 0, 0);

        static Tuple read(NlAttrs attrs, Family family) {
            IpAddress source = null;
            IpAddress destination = null;
            int transport = 0;
            int sourcePort = 0;
            int destinationPort = 0;
            while (attrs.next()) {
                var inside = attrs.nested();
                if (attrs.type() == CTA_TUPLE_IP) {
                    int first = family == Family.IPV4 ? 0 : OF_IPV6;
                    while (inside.next()) {
                        switch (inside.type() - first) {
                            case SOURCE -> source = inside.address(family);
                            case DESTINATION -> destination = inside.address(family);
                            default -> {} // there is no other
                        }
                    }
                } else if (attrs.type() == CTA_TUPLE_PROTO) {
                    while (inside.next()) {
                        switch (inside.type()) {
                            case CTA_PROTO_NUM -> transport = inside.octet();
                            case CTA_PROTO_SRC_PORT -> sourcePort = inside.networkPort();
                            case CTA_PROTO_DST_PORT -> destinationPort = inside.networkPort();
                            default -> {} // of ICMP
                        }
                    }
                }
            }
            return new Tuple(source, destination, transport, sourcePort, destinationPort);
        }
    }
}

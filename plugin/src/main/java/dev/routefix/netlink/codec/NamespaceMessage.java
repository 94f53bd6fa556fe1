package dev.routefix.netlink.codec;

import dev.routefix.netlink.Link;
import java.nio.ByteBuffer;

/** By which numbers a namespace knows others: {@code RTM_GETNSID} of {@code linux/rtnetlink.h}, attributes of {@code linux/net_namespace.h}. */
public final class NamespaceMessage {

    private static final int RTM_GETNSID = 90;

    private static final int NETNSA_NSID = 1;
    private static final int NETNSA_FD = 3;

    /** {@code struct rtgenmsg}: u8 family, here {@code AF_UNSPEC}, and its padding. */
    private static final int RTGENMSG = 4;

    private NamespaceMessage() {}

    /** Asks for the number of a namespace, given by a file descriptor of the asking process. */
    public static void writeLookup(ByteBuffer out, int descriptor) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETNSID, 0, 0).putInt(0);
        NlAttr.put(out, NETNSA_FD, descriptor);
        NlMsg.end(out, start);
    }

    /** Reads the body of an {@code RTM_NEWNSID}. */
    public static int read(ByteBuffer body) {
        NlMsg.require(body, RTGENMSG, "rtgenmsg");
        body.getInt();
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            if (attrs.type() == NETNSA_NSID) {
                return attrs.number();
            }
        }
        return Link.HERE;
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Change.CreateMacvlan;
import dev.routefix.netlink.Change.CreatePodMacvlan;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Interfaces: {@code RTM_NEWLINK} and its kin, numbered in {@code linux/rtnetlink.h}, attributes of {@code linux/if_link.h}. */
public final class LinkMessage {

    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_LINK_NETNSID = 37;
    private static final int IFLA_ALT_IFNAME = 53;

    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_MACVLAN_MODE = 1;

    private static final int IFLA_INET_CONF = 1;

    /** Of {@code linux/ip.h}. */
    private static final int IPV4_DEVCONF_ROUTE_LOCALNET = 26;

    /** {@code RTEXT_FILTER_SKIP_STATS} of {@code linux/rtnetlink.h}: the counters are most of an answer, and nobody reads them. */
    private static final int SKIP_STATS = 8;

    /** {@code IFNAMSIZ} of {@code linux/if.h} with its zero byte. */
    private static final int NAME_SIZE = 16;

    private LinkMessage() {}

    /** Asks for all interfaces. */
    public static void writeDump(ByteBuffer out) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETLINK, NlMsg.NLM_F_DUMP, 0);
        new IfInfoMsg(0, 0, 0).write(out);
        NlAttr.put(out, IFLA_EXT_MASK, SKIP_STATS);
        NlMsg.end(out, start);
    }

    /** Asks for the interface of that name. The kernel looks among alternative names too; only these may be longer than 15 bytes. */
    public static void writeLookup(ByteBuffer out, String name) {
        boolean isShort = name.getBytes(StandardCharsets.UTF_8).length < NAME_SIZE;
        int start = out.position();
        NlMsg.begin(out, RTM_GETLINK, 0, 0);
        new IfInfoMsg(0, 0, 0).write(out);
        NlAttr.put(out, IFLA_EXT_MASK, SKIP_STATS);
        NlAttr.put(out, isShort ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
        NlMsg.end(out, start);
    }

    /** Asks for the interface with that index. */
    public static void writeLookup(ByteBuffer out, int index) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETLINK, 0, 0);
        new IfInfoMsg(index, 0, 0).write(out);
        NlAttr.put(out, IFLA_EXT_MASK, SKIP_STATS);
        NlMsg.end(out, start);
    }

    static void writeMacvlan(ByteBuffer out, CreateMacvlan macvlan) {
        new IfInfoMsg(0, macvlan.flags(), macvlan.mask()).write(out);
        NlAttr.put(out, IFLA_ADDRESS, macvlan.mac());
        writeMacvlan(out, macvlan.parent(), macvlan.name());
    }

    static void writePodMacvlan(ByteBuffer out, CreatePodMacvlan macvlan) {
        new IfInfoMsg(macvlan.index(), Link.UP, Link.UP).write(out);
        NlAttr.put(out, IFLA_NET_NS_FD, macvlan.namespace());
        var mac = macvlan.mac();
        if (mac != null) {
            NlAttr.put(out, IFLA_ADDRESS, mac);
        }
        if (macvlan.mtu() != 0) {
            NlAttr.put(out, IFLA_MTU, macvlan.mtu());
        }
        writeMacvlan(out, macvlan.parent(), macvlan.name());
    }

    private static void writeMacvlan(ByteBuffer out, int parent, String name) {
        NlAttr.put(out, IFLA_LINK, parent);
        NlAttr.put(out, IFLA_IFNAME, name);
        int info = NlAttr.begin(out, IFLA_LINKINFO);
        int kind = NlAttr.begin(out, IFLA_INFO_KIND);
        out.put("macvlan".getBytes(StandardCharsets.US_ASCII));
        NlAttr.end(out, kind);
        int data = NlAttr.begin(out, IFLA_INFO_DATA);
        NlAttr.put(out, IFLA_MACVLAN_MODE, Link.BRIDGE);
        NlAttr.end(out, data);
        NlAttr.end(out, info);
    }

    static void writeMac(ByteBuffer out, int link, MacAddress mac) {
        new IfInfoMsg(link, 0, 0).write(out);
        NlAttr.put(out, IFLA_ADDRESS, mac);
    }

    static void writeMtu(ByteBuffer out, int link, int mtu) {
        new IfInfoMsg(link, 0, 0).write(out);
        NlAttr.put(out, IFLA_MTU, mtu);
    }

    static void writeRouteLocalnet(ByteBuffer out, int link, boolean on) {
        new IfInfoMsg(link, 0, 0).write(out);
        int families = NlAttr.begin(out, IFLA_AF_SPEC);
        int inet = NlAttr.begin(out, Family.IPV4.number);
        int settings = NlAttr.begin(out, IFLA_INET_CONF);
        NlAttr.put(out, IPV4_DEVCONF_ROUTE_LOCALNET, on ? 1 : 0);
        NlAttr.end(out, settings);
        NlAttr.end(out, inet);
        NlAttr.end(out, families);
    }

    /** Reads the body of an {@code RTM_NEWLINK}. */
    public static Link read(ByteBuffer body) {
        IfInfoMsg struct = IfInfoMsg.read(body);
        String name = "";
        int parent = 0;
        int controller = 0;
        int mtu = 0;
        @Nullable MacAddress mac = null;
        String kind = "";
        int parentNamespace = Link.HERE;
        int mode = 0;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case IFLA_IFNAME -> name = attrs.text();
                case IFLA_ADDRESS -> mac = attrs.length() == MacAddress.BYTES ? attrs.mac() : null;
                case IFLA_MTU -> mtu = attrs.number();
                case IFLA_LINK -> parent = attrs.number();
                case IFLA_MASTER -> controller = attrs.number();
                case IFLA_LINK_NETNSID -> parentNamespace = attrs.number();
                case IFLA_LINKINFO -> {
                    kind = kind(attrs.nested());
                    mode = kind.equals("macvlan") ? macvlanMode(attrs.nested()) : 0;
                }
                default -> {} // some sixty more, none of which a route depends on
            }
        }
        return new Link(
                struct.index(), name, parent, controller, struct.flags(), mtu, mac, kind, parentNamespace, mode);
    }

    private static String kind(NlAttrs info) {
        while (info.next()) {
            if (info.type() == IFLA_INFO_KIND) {
                return info.text();
            }
        }
        return "";
    }

    private static int macvlanMode(NlAttrs info) {
        while (info.next()) {
            if (info.type() == IFLA_INFO_DATA) {
                var data = info.nested();
                while (data.next()) {
                    if (data.type() == IFLA_MACVLAN_MODE) {
                        return data.number();
                    }
                }
            }
        }
        return 0;
    }
}

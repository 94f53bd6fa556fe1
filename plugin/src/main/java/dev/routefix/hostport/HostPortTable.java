package dev.routefix.hostport;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.PortMapping;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import dev.routefix.netlink.nftables.NatTable.HookedChain;
import dev.routefix.netlink.nftables.NatTable.NamedSet;
import dev.routefix.netlink.nftables.NatTable.SignedStatements;
import dev.routefix.netlink.nftables.Statement;
import dev.routefix.netlink.nftables.Statement.Dnat;
import dev.routefix.netlink.nftables.Statement.Drop;
import dev.routefix.netlink.nftables.Statement.Equal;
import dev.routefix.netlink.nftables.Statement.InSet;
import dev.routefix.netlink.nftables.Statement.LoadDestinationType;
import dev.routefix.netlink.nftables.Statement.LoadMeta;
import dev.routefix.netlink.nftables.Statement.LoadPayload;
import dev.routefix.netlink.nftables.Statement.Masquerade;
import dev.routefix.netlink.nftables.Statement.Translate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table: the same rules on every node, over maps with one element for each port. It stands behind the {@code nat} table of iptables, whose priorities
 * are -100 and 100, where it asks what to translate: what kube-proxy takes for a Service's is not ours. Where it hides senders it stands before it.
 *
 * <pre>
 * nft list table ip route-fix-hostports
 * </pre>
 */
final class HostPortTable {

    /** Address, transport and port of the node, to address and port of the pod. */
    static final String OF_ADDRESS = "of-address";

    /** The same for all addresses of the node. */
    static final String OF_ANY = "of-any";

    /** Pairs of sender and receiver who could not talk without a masquerade: the pod to itself, and the node's loopback to the pod. */
    static final String HIDDEN = "hidden";

    /** Interfaces by which packets of the loopback may pass. */
    static final String LOOPBACK_GATES = "loopback-gates";

    /** Numbers of nft's types ({@code enum datatypes} of nftables), and how many bits each takes in a concatenation. */
    private static final int IPV4_ADDR = 7;

    private static final int INET_PROTO = 12;
    private static final int INET_SERVICE = 13;
    private static final int TYPE_BITS = 6;

    private static final int WORD = Integer.BYTES;
    private static final int NAME_SIZE = 16;

    /** Of the IPv4 header, and of those of TCP, UDP and SCTP. */
    private static final int SOURCE_AT = 12;

    private static final int DESTINATION_AT = 16;
    private static final int PORT_AT = 2;

    /** Registers: one of 16 bytes, and the second and third word of it. */
    private static final int FIRST = 1;

    private static final int SECOND = 9;
    private static final int THIRD = 10;

    private static final int BEFORE_ALL = -300;
    private static final int AFTER_IPTABLES_DNAT = -90;
    private static final int BEFORE_IPTABLES_SNAT = 90;

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final byte LOOPBACK_NETWORK = 127;

    static final NatTable TABLE = new NatTable(
            BaseChain.IPV4,
            HostPorts.TABLE,
            List.of(
                    new NamedSet(LOOPBACK_GATES, NamedSet.IFNAME, NAME_SIZE, 0, 0),
                    new NamedSet(HIDDEN, types(IPV4_ADDR, IPV4_ADDR), 2 * WORD, 0, 0),
                    new NamedSet(
                            OF_ADDRESS,
                            types(IPV4_ADDR, INET_PROTO, INET_SERVICE),
                            3 * WORD,
                            types(IPV4_ADDR, INET_SERVICE),
                            2 * WORD),
                    new NamedSet(
                            OF_ANY,
                            types(INET_PROTO, INET_SERVICE),
                            2 * WORD,
                            types(IPV4_ADDR, INET_SERVICE),
                            2 * WORD)),
            List.of(
                    new HookedChain(
                            "guard",
                            "filter",
                            HookedChain.PREROUTING,
                            BEFORE_ALL,
                            List.of(
                                    guard("no pod talks to the loopback of the node", DESTINATION_AT),
                                    guard("no pod talks as the loopback of the node", SOURCE_AT))),
                    new HookedChain("prerouting", "nat", HookedChain.PREROUTING, AFTER_IPTABLES_DNAT, translations()),
                    new HookedChain("output", "nat", HookedChain.OUTPUT, AFTER_IPTABLES_DNAT, translations()),
                    new HookedChain(
                            "postrouting", "nat", HookedChain.POSTROUTING, BEFORE_IPTABLES_SNAT, List.of(hidden()))));

    private HostPortTable() {}

    private static int types(int... types) {
        int number = 0;
        for (int type : types) {
            number = number << TYPE_BITS | type;
        }
        return number;
    }

    private static SignedStatements guard(String purpose, int addressAt) {
        return signed(
                purpose,
                new LoadMeta(LoadMeta.IIFNAME, FIRST),
                new InSet(FIRST, LOOPBACK_GATES),
                new LoadPayload(LoadPayload.NETWORK, addressAt, Byte.BYTES, FIRST),
                new Equal(FIRST, ByteBuffer.wrap(new byte[] {LOOPBACK_NETWORK})),
                new Drop());
    }

    private static List<SignedStatements> translations() {
        var local = ByteBuffer.allocate(WORD)
                .order(ByteOrder.nativeOrder())
                .putInt(RouteAnswer.LOCAL)
                .flip();
        return List.of(
                signed(
                        "ports of one address of the node",
                        new LoadDestinationType(FIRST),
                        new Equal(FIRST, local),
                        new LoadPayload(LoadPayload.NETWORK, DESTINATION_AT, WORD, FIRST),
                        new LoadMeta(LoadMeta.L4PROTO, SECOND),
                        new LoadPayload(LoadPayload.TRANSPORT, PORT_AT, Short.BYTES, THIRD),
                        new Translate(FIRST, OF_ADDRESS),
                        new Dnat(FIRST, SECOND)),
                signed(
                        "ports of all addresses of the node",
                        new LoadDestinationType(FIRST),
                        new Equal(FIRST, local),
                        new LoadMeta(LoadMeta.L4PROTO, FIRST),
                        new LoadPayload(LoadPayload.TRANSPORT, PORT_AT, Short.BYTES, SECOND),
                        new Translate(FIRST, OF_ANY),
                        new Dnat(FIRST, SECOND)));
    }

    private static SignedStatements hidden() {
        return signed(
                "pods to themselves, and the loopback of the node to pods",
                new LoadPayload(LoadPayload.NETWORK, SOURCE_AT, WORD, FIRST),
                new LoadPayload(LoadPayload.NETWORK, DESTINATION_AT, WORD, SECOND),
                new InSet(FIRST, HIDDEN),
                new Masquerade());
    }

    private static SignedStatements signed(String purpose, Statement... statements) {
        return new SignedStatements("route-fix: " + purpose, List.of(statements));
    }

    /** What the table is to hold for these attachments, of which no two have one port; empty if none has any. */
    static List<Element> elements(List<Attachment> attachments) {
        var elements = new ArrayList<Element>();
        for (var attachment : attachments) {
            for (var mapping : attachment.portMappings()) {
                var pod = attachment.prefixes().getFirst().address();
                put(elements, element(mapping, pod));
                put(elements, new Element(HIDDEN, pair(pod, pod), null));
                if (mapping.isOnLoopback()) {
                    put(elements, new Element(HIDDEN, pair(LOOPBACK, pod), null));
                    put(elements, new Element(LOOPBACK_GATES, name(attachment.hostInterface()), null));
                }
            }
        }
        return elements;
    }

    /** The kernel refuses all if one of them is there twice. */
    private static void put(List<Element> elements, Element element) {
        for (var other : elements) {
            if (other.set().equals(element.set()) && other.key().equals(element.key())) {
                return;
            }
        }
        elements.add(element);
    }

    private static Element element(PortMapping mapping, IpAddress pod) {
        var hostIp = mapping.hostIp();
        var key = ByteBuffer.allocate(hostIp == null ? 2 * WORD : 3 * WORD);
        if (hostIp != null) {
            key.put(hostIp.toBytes());
        }
        key.put((byte) mapping.protocol().number).put(new byte[WORD - Byte.BYTES]);
        key.putShort((short) mapping.hostPort()).putShort((short) 0);
        var data = ByteBuffer.allocate(2 * WORD).put(pod.toBytes());
        data.putShort((short) mapping.containerPort()).putShort((short) 0);
        return new Element(hostIp == null ? OF_ANY : OF_ADDRESS, key.flip(), data.flip());
    }

    private static ByteBuffer pair(IpAddress sender, IpAddress receiver) {
        return ByteBuffer.allocate(2 * WORD)
                .put(sender.toBytes())
                .put(receiver.toBytes())
                .flip();
    }

    private static ByteBuffer name(String ifname) {
        return ByteBuffer.allocate(NAME_SIZE).put(0, ifname.getBytes(StandardCharsets.UTF_8));
    }

    /** The interface that an element of {@link #LOOPBACK_GATES} is about; null for another's. */
    static @Nullable String gate(Element element) {
        if (!element.set().equals(LOOPBACK_GATES)) {
            return null;
        }
        var bytes = new byte[element.key().remaining()];
        element.key().get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
    }
}

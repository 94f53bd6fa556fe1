package dev.routefix.lab.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Ethernet frames, from bytes and, for ARP, to bytes. */
final class Frames {
    static final String EVERYBODY = "ff:ff:ff:ff:ff:ff";

    private static final HexFormat MAC = HexFormat.ofDelimiter(":");
    private static final int MAC_LENGTH = 6;
    private static final int ADDRESS_LENGTH = 4;
    /** Of linux/if_ether.h. */
    private static final int ARP = 0x0806;

    private static final int IPV4 = 0x0800;
    private static final int ETHERNET = 1;
    private static final int ARP_FRAME = 42;
    /** IANA's protocol numbers. */
    private static final int ICMP = 1;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int WORD = 4;
    /** In the order of their bits, from the lowest (RFC 9293, section 3.1). */
    private static final List<String> TCP_FLAGS = List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR");

    private Frames() {}

    static Packet parse(Duration time, ByteBuffer frame) {
        ByteBuffer in = frame.duplicate();
        String to = mac(in);
        String from = mac(in);
        int type = Short.toUnsignedInt(in.getShort());
        try {
            Content content = switch (type) {
                case ARP -> arp(in);
                case IPV4 -> ipv4(in);
                default -> new Content.Other(type, 0);
            };
            return new Packet(time, from, to, content);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return new Packet(time, from, to, new Content.Other(type, 0)); // cut short
        }
    }

    static byte[] arp(String to, Content.Arp arp) {
        return ByteBuffer.allocate(ARP_FRAME)
                .put(MAC.parseHex(to))
                .put(MAC.parseHex(arp.senderMac()))
                .putShort((short) ARP)
                .putShort((short) ETHERNET)
                .putShort((short) IPV4)
                .put((byte) MAC_LENGTH)
                .put((byte) ADDRESS_LENGTH)
                .putShort((short) arp.operation())
                .put(MAC.parseHex(arp.senderMac()))
                .put(InetAddress.ofLiteral(arp.sender()).getAddress())
                .put(MAC.parseHex(arp.targetMac()))
                .put(InetAddress.ofLiteral(arp.target()).getAddress())
                .array();
    }

    private static Content arp(ByteBuffer in) {
        in.position(in.position() + 6);
        int operation = in.getShort();
        return new Content.Arp(operation, mac(in), address(in), mac(in), address(in));
    }

    private static Content ipv4(ByteBuffer in) {
        int start = in.position();
        int header = (in.get(start) & 0xf) * WORD;
        boolean first = (in.getShort(start + 6) & FRAGMENT_OFFSET) == 0;
        int protocol = Byte.toUnsignedInt(in.get(start + 9));
        in.position(start + 12);
        String from = address(in);
        String to = address(in);
        in.position(start + header);
        if (!first) {
            return new Content.Other(IPV4, protocol);
        }
        return switch (protocol) {
            case ICMP -> new Content.Icmp(from, to, Byte.toUnsignedInt(in.get()), Byte.toUnsignedInt(in.get()));
            case TCP -> new Content.Tcp(from, port(in), to, port(in), flags(in.get(start + header + 13)));
            case UDP -> new Content.Udp(from, port(in), to, port(in));
            default -> new Content.Other(IPV4, protocol);
        };
    }

    private static List<String> flags(byte bits) {
        List<String> flags = new ArrayList<>();
        for (int i = 0; i < TCP_FLAGS.size(); i++) {
            if ((bits >> i & 1) != 0) {
                flags.add(TCP_FLAGS.get(i));
            }
        }
        return flags;
    }

    private static int port(ByteBuffer in) {
        return Short.toUnsignedInt(in.getShort());
    }

    private static String mac(ByteBuffer in) {
        return MAC.formatHex(take(in, MAC_LENGTH));
    }

    private static String address(ByteBuffer in) {
        try {
            return InetAddress.getByAddress(take(in, ADDRESS_LENGTH)).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}

package dev.routefix.dhcp.message;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet frame with a DHCP message in UDP (RFC 768) in IPv4 (RFC 791).
 *
 * @param sender the hardware address of whoever sent the frame
 * @param source the server's IP address, or its relay's
 */
public record UdpFrame(MacAddress sender, IpAddress source, DhcpMessage message) {

    /** {@code ETH_P_IP} of {@code linux/if_ether.h}. */
    public static final int PROTOCOL = 0x0800;

    /** 255.255.255.255. */
    public static final IpAddress EVERYBODY = new IpAddress(Family.IPV4, 0, 0xffff_ffffL);

    /** RFC 2131, section 4.1. */
    public static final int CLIENT_PORT = 68;

    private static final int SERVER_PORT = 67;

    private static final int ETHERNET_HEADER = 14;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int UDP = 17;

    /** IPv4 with a header of five words. */
    private static final int VERSION_AND_LENGTH = 0x45;

    /** What precedes DHCP in networks that tell traffic apart (RFC 2474): CS6, as routers' own. */
    private static final int INTERNETWORK_CONTROL = 0xc0;

    private static final int TIME_TO_LIVE = 64;
    private static final int FRAGMENT = 0x3fff;

    /**
     * Writes a client's message, and makes the buffer ready to be sent.
     *
     * @param to the server's hardware address, or {@link MacAddress#BROADCAST}
     * @param source {@link DhcpMessage#NOBODY} as long as the client has no address
     * @param destination the server's address, or {@link #EVERYBODY}
     */
    public static void write(
            ByteBuffer frame, DhcpMessage message, MacAddress to, IpAddress source, IpAddress destination) {
        frame.clear().order(ByteOrder.BIG_ENDIAN);
        frame.put(to.toBytes()).put(message.mac().toBytes()).putShort((short) PROTOCOL);
        frame.position(ETHERNET_HEADER + IP_HEADER + UDP_HEADER);
        message.write(frame);
        int end = frame.position();
        int udp = ETHERNET_HEADER + IP_HEADER;
        frame.put(ETHERNET_HEADER, (byte) VERSION_AND_LENGTH).put(ETHERNET_HEADER + 1, (byte) INTERNETWORK_CONTROL);
        frame.putShort(ETHERNET_HEADER + 2, (short) (end - ETHERNET_HEADER)).putInt(ETHERNET_HEADER + 4, 0);
        frame.put(ETHERNET_HEADER + 8, (byte) TIME_TO_LIVE).put(ETHERNET_HEADER + 9, (byte) UDP);
        frame.putShort(ETHERNET_HEADER + 10, (short) 0);
        frame.putInt(ETHERNET_HEADER + 12, (int) source.low()).putInt(ETHERNET_HEADER + 16, (int) destination.low());
        frame.putShort(ETHERNET_HEADER + 10, (short) ~sum(frame, ETHERNET_HEADER, udp, 0));
        frame.putShort(udp, (short) CLIENT_PORT).putShort(udp + 2, (short) SERVER_PORT);
        frame.putShort(udp + 4, (short) (end - udp)).putShort(udp + 6, (short) 0);
        int checksum = ~sum(frame, udp, end, pseudoHeader(frame, end - udp)) & 0xffff;
        // 0 would say that there is none (RFC 768)
        frame.putShort(udp + 6, (short) (checksum == 0 ? 0xffff : checksum));
        frame.flip().order(ByteOrder.nativeOrder());
    }

    /**
     * Reads a frame from the buffer's start to its limit.
     *
     * @return null if it is another kind of frame, or broken on its way, or in pieces
     * @throws MalformedMessage if what it carries to the clients' port is no DHCP message, or a broken one
     */
    public static @Nullable UdpFrame read(ByteBuffer buffer) {
        var frame = buffer.duplicate().position(0).order(ByteOrder.BIG_ENDIAN);
        int udp = udpHeader(frame);
        if (udp < 0 || (frame.getShort(udp + 2) & 0xffff) != CLIENT_PORT) {
            return null;
        }
        int end = udp + (frame.getShort(udp + 4) & 0xffff);
        if (end < udp + UDP_HEADER || end > endOfPacket(frame) || !isWhole(frame, udp, end)) {
            return null;
        }
        var sender = new byte[MacAddress.BYTES];
        frame.get(MacAddress.BYTES, sender);
        long source = frame.getInt(ETHERNET_HEADER + 12) & 0xffff_ffffL;
        var message = DhcpMessage.read(frame.limit(end).position(udp + UDP_HEADER));
        return new UdpFrame(MacAddress.of(sender), new IpAddress(Family.IPV4, 0, source), message);
    }

    private static int endOfPacket(ByteBuffer frame) {
        return ETHERNET_HEADER + (frame.getShort(ETHERNET_HEADER + 2) & 0xffff);
    }

    /** Where the UDP header of an IPv4 packet that is all there begins; -1 if the frame holds none. */
    private static int udpHeader(ByteBuffer frame) {
        if (frame.limit() < ETHERNET_HEADER + IP_HEADER + UDP_HEADER
                || (frame.getShort(12) & 0xffff) != PROTOCOL
                || (frame.get(ETHERNET_HEADER) & 0xf0) != 0x40) {
            return -1;
        }
        int udp = ETHERNET_HEADER + (frame.get(ETHERNET_HEADER) & 0xf) * 4;
        boolean isUdp = udp >= ETHERNET_HEADER + IP_HEADER
                && endOfPacket(frame) >= udp + UDP_HEADER
                && endOfPacket(frame) <= frame.limit()
                && frame.get(ETHERNET_HEADER + 9) == UDP
                && (frame.getShort(ETHERNET_HEADER + 6) & FRAGMENT) == 0
                && sum(frame, ETHERNET_HEADER, udp, 0) == 0xffff;
        return isUdp ? udp : -1;
    }

    /**
     * Whether the checksum is right, or there is none. A frame from the same machine may hold the sum of the pseudo header alone, for the sender left the rest to a network
     * card that it never met ({@code CHECKSUM_PARTIAL} of {@code linux/skbuff.h}).
     */
    private static boolean isWhole(ByteBuffer frame, int udp, int end) {
        int checksum = frame.getShort(udp + 6) & 0xffff;
        int pseudo = pseudoHeader(frame, end - udp);
        return checksum == 0 || checksum == pseudo || sum(frame, udp, end, pseudo) == 0xffff;
    }

    private static int pseudoHeader(ByteBuffer frame, int length) {
        return sum(frame, ETHERNET_HEADER + 12, ETHERNET_HEADER + IP_HEADER, UDP + length);
    }

    /** The ones' complement sum of the 16-bit words in the range (RFC 1071), folded to 16 bits. */
    private static int sum(ByteBuffer frame, int from, int to, int initial) {
        long sum = initial;
        int at = from;
        for (; at + 1 < to; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        if (at < to) {
            sum += (frame.get(at) & 0xff) << 8;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) sum;
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** ARP in an Ethernet frame (RFC 826). */
public final class ArpMessage {

    /** {@code ETH_P_ARP} of {@code linux/if_ether.h}. */
    public static final int PROTOCOL = 0x0806;

    private static final MacAddress UNKNOWN = new MacAddress(0);
    private static final int ETHERNET = 1;
    private static final int IPV4 = 0x0800;
    private static final int REQUEST = 1;

    private ArpMessage() {}

    /** Writes an announcement that {@code mac} has {@code address} (RFC 5227, section 3), and makes the buffer ready to be sent. */
    public static void writeAnnouncement(ByteBuffer frame, MacAddress mac, IpAddress address) {
        write(frame, mac, address, address);
    }

    /** Writes the question whether anybody has {@code address}, asked by one who would like to (RFC 5227, section 2.1), and makes the buffer ready to be sent. */
    public static void writeProbe(ByteBuffer frame, MacAddress mac, IpAddress address) {
        write(frame, mac, new IpAddress(address.family(), 0, 0), address);
    }

    private static void write(ByteBuffer frame, MacAddress mac, IpAddress sender, IpAddress target) {
        frame.clear().order(ByteOrder.BIG_ENDIAN);
        frame.put(MacAddress.BROADCAST.toBytes()).put(mac.toBytes()).putShort((short) PROTOCOL);
        frame.putShort((short) ETHERNET).putShort((short) IPV4);
        frame.put((byte) MacAddress.BYTES).put((byte) target.family().bytes).putShort((short) REQUEST);
        frame.put(mac.toBytes());
        frame.put(sender.toBytes());
        frame.put(UNKNOWN.toBytes());
        frame.put(target.toBytes());
        frame.flip().order(ByteOrder.nativeOrder());
    }
}

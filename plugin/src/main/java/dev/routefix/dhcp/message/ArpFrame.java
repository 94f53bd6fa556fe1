package dev.routefix.dhcp.message;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.codec.ArpMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says by ARP about who has which address (RFC 826).
 *
 * @param sender the hardware address that he says is his
 * @param address the IP address that he says is his; 0.0.0.0 if he only asks whether he may have {@code target}
 */
public record ArpFrame(MacAddress sender, IpAddress address, IpAddress target) {

    private static final int HEADER = 14;

    /** Ethernet, IPv4, and the lengths of their addresses. */
    private static final long KIND = 0x0001_0800_0604L;

    private static final int SENDER = HEADER + 8;
    private static final int LENGTH = HEADER + 28;

    /** Null if it is another kind of frame. */
    public static @Nullable ArpFrame read(ByteBuffer buffer) {
        var frame = buffer.duplicate().position(0).order(ByteOrder.BIG_ENDIAN);
        if (frame.limit() < LENGTH
                || (frame.getShort(12) & 0xffff) != ArpMessage.PROTOCOL
                || frame.getLong(HEADER) >>> 16 != KIND) {
            return null;
        }
        var sender = new byte[MacAddress.BYTES];
        frame.get(SENDER, sender);
        return new ArpFrame(MacAddress.of(sender), address(frame, SENDER + 6), address(frame, SENDER + 16));
    }

    private static IpAddress address(ByteBuffer frame, int at) {
        return new IpAddress(Family.IPV4, 0, frame.getInt(at) & 0xffff_ffffL);
    }

    /** Whether it keeps {@code mac} from using {@code wanted} (RFC 5227, section 2.1.1): another has it, or asks whether he may have it at the same time. */
    public boolean isConflict(MacAddress mac, IpAddress wanted) {
        boolean asks = address.equals(DhcpMessage.NOBODY) && target.equals(wanted);
        return !sender.equals(mac) && (address.equals(wanted) || asks);
    }
}

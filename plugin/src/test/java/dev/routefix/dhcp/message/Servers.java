package dev.routefix.dhcp.message;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;

/** Messages and frames as a server of the LAN 192.168.2.0/24 sends them. */
public final class Servers {

    public static final IpAddress ROUTER = IpAddress.parse("192.168.2.1");
    public static final MacAddress ROUTERS_MAC = MacAddress.parse("02:00:5e:00:00:01");

    private Servers() {}

    /** Options of an OFFER or an ACK of an hour. */
    public static Options options() {
        return new Options()
                .put(Code.SERVER_IDENTIFIER, ROUTER)
                .put(Code.LEASE_TIME, (byte) 0, (byte) 0, (byte) 0x0e, (byte) 0x10)
                .put(Code.SUBNET_MASK, IpAddress.parse("255.255.255.0"))
                .put(Code.ROUTER, ROUTER);
    }

    public static UdpFrame answer(DhcpMessage asked, MessageType type, String given, Options options) {
        return answer(asked, type, given, options, ROUTER);
    }

    public static UdpFrame answer(
            DhcpMessage asked, MessageType type, String given, Options options, IpAddress source) {
        var message = new DhcpMessage(
                true, type, asked.xid(), 0, DhcpMessage.NOBODY, IpAddress.parse(given), asked.mac(), options);
        return new UdpFrame(ROUTERS_MAC, source, message);
    }

    /** The frame in which a server sends that. */
    public static byte[] frame(DhcpMessage message) {
        var buffer = ByteBuffer.allocate(2048);
        UdpFrame.write(buffer, message, message.mac(), ROUTER, new IpAddress(Family.IPV4, 0, 0xc0a8024cL));
        var frame = new byte[buffer.remaining()];
        buffer.get(frame);
        System.arraycopy(ROUTERS_MAC.toBytes(), 0, frame, MacAddress.BYTES, MacAddress.BYTES);
        // ports of a server: the sum stays the same
        frame[35] = 67;
        frame[37] = 68;
        return frame;
    }
}

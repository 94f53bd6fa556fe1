package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.codec.ArpMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends whole frames by the interfaces of the namespace it was opened in, and hears nothing (packet(7)). Needs CAP_NET_RAW. To be kept: the kernel takes
 * some 10 ms to close one ({@code packet_release} of net/packet/af_packet.c waits for whoever may still look at it).
 */
public final class PacketSocket implements AutoCloseable {

    private final int fd;

    private PacketSocket(int fd) {
        this.fd = fd;
    }

    /**
     * Opens one.
     *
     * @throws NetlinkException if it is not permitted
     */
    public static PacketSocket open() {
        try {
            return new PacketSocket(LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0));
        } catch (LastErrorException e) {
            throw new NetlinkException("open a packet socket", e.getErrorCode(), "it needs the capability NET_RAW");
        }
    }

    /**
     * Tells all who are behind an interface that {@code mac} has {@code address}.
     *
     * @param link the interface's index
     * @throws NetlinkException if it cannot be sent, as when the interface is down
     */
    public void announce(int link, MacAddress mac, IpAddress address) {
        var frame = Buffers.SMALL.take();
        var to = Buffers.SMALL.take();
        try {
            ArpMessage.writeAnnouncement(frame, mac, address);
            LibC.sendto(fd, frame, destination(to, link));
        } catch (LastErrorException e) {
            throw new NetlinkException("announce " + address + " to the LAN", e.getErrorCode(), "");
        } finally {
            Buffers.SMALL.giveBack(frame);
            Buffers.SMALL.giveBack(to);
        }
    }

    /** {@code struct sockaddr_ll} of {@code linux/if_packet.h}, whose protocol is in network byte order. */
    private static ByteBuffer destination(ByteBuffer to, int link) {
        to.clear().order(ByteOrder.BIG_ENDIAN).putShort(2, (short) ArpMessage.PROTOCOL);
        to.order(ByteOrder.nativeOrder()).putShort(0, (short) LibC.AF_PACKET).putInt(4, link);
        return to.putLong(8, 0).limit(20);
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}

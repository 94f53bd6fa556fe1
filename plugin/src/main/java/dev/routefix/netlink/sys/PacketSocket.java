package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.codec.ArpMessage;
import dev.routefix.netlink.codec.Layer2Update;
import dev.routefix.netlink.codec.SenderFilter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends whole frames by the interfaces of the namespace it was opened in (packet(7)). Needs CAP_NET_RAW. To be kept: the kernel takes
 * some 10 ms to close one ({@code packet_release} of net/packet/af_packet.c waits for whoever may still look at it).
 */
public final class PacketSocket implements AutoCloseable {

    /** {@code ETH_P_ALL} of {@code linux/if_ether.h}. A socket of any other protocol is shown nothing that is sent. */
    private static final int EVERYTHING = 0x0003;

    /** More headers than a socket's buffer holds by default, so that a pod which never stops sending cannot hold the reader up. */
    private static final int MOST_HEADERS = 1000;

    private final int fd;

    private PacketSocket(int fd) {
        this.fd = fd;
    }

    /**
     * Opens one that hears nothing.
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
     * Opens one that also hears for whom else an interface sends: {@link #senders}. It hears on when the interface was down.
     *
     * @param link the interface's index
     * @param own the interface's hardware address
     * @throws NetlinkException if it is not permitted, or there is no such interface
     */
    public static PacketSocket hearing(int link, MacAddress own) {
        var socket = open();
        try {
            socket.hear(link, own);
            return socket;
        } catch (LastErrorException e) {
            socket.close();
            throw new NetlinkException("listen to what #" + link + " sends", e.getErrorCode(), "");
        }
    }

    private void hear(int link, MacAddress own) {
        var program = Buffers.SMALL.take();
        var argument = Buffers.SMALL.take();
        try {
            SenderFilter.write(program, own);
            int length = program.remaining() / SenderFilter.INSTRUCTION;
            // struct sock_fprog of linux/filter.h
            argument.putShort(0, (short) length)
                    .putLong(8, LibC.address(program))
                    .limit(16);
            LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, argument);
            // what it was opened for lets nothing in before this, so all is filtered
            LibC.bind(fd, address(argument, link, EVERYTHING));
        } finally {
            Buffers.SMALL.giveBack(program);
            Buffers.SMALL.giveBack(argument);
        }
    }

    /**
     * Tells all who are behind an interface that {@code mac} has {@code address}.
     *
     * @param link the interface's index
     * @throws NetlinkException if it cannot be sent, as when the interface is down
     */
    public void announce(int link, MacAddress mac, IpAddress address) {
        int errno = send(link, ArpMessage.PROTOCOL, frame -> ArpMessage.writeAnnouncement(frame, mac, address));
        if (errno != 0) {
            throw new NetlinkException("announce " + address + " to the LAN", errno, "");
        }
    }

    /**
     * Shows all switches on the way to a machine behind an interface where {@code mac} is, and tells the machine nothing ({@link Layer2Update}).
     *
     * @param link the interface's index
     * @param to the machine; {@link MacAddress#BROADCAST} for the way to everybody
     */
    public void show(int link, MacAddress mac, MacAddress to) {
        int errno = send(link, Layer2Update.PROTOCOL, frame -> Layer2Update.write(frame, to, mac));
        if (errno != 0) {
            throw new NetlinkException("show the LAN where " + mac + " is", errno, "");
        }
    }

    /** The errno with which the frame was refused, or 0. */
    private int send(int link, int protocol, Consumer<ByteBuffer> content) {
        var frame = Buffers.SMALL.take();
        var to = Buffers.SMALL.take();
        try {
            content.accept(frame);
            LibC.sendto(fd, frame, address(to, link, protocol));
            return 0;
        } catch (LastErrorException e) {
            return e.getErrorCode();
        } finally {
            Buffers.SMALL.giveBack(frame);
            Buffers.SMALL.giveBack(to);
        }
    }

    /** {@code struct sockaddr_ll} of {@code linux/if_packet.h}, whose protocol is in network byte order. */
    private static ByteBuffer address(ByteBuffer buffer, int link, int protocol) {
        buffer.clear().order(ByteOrder.BIG_ENDIAN).putShort(2, (short) protocol);
        buffer.order(ByteOrder.nativeOrder())
                .putShort(0, (short) LibC.AF_PACKET)
                .putInt(4, link);
        return buffer.putLong(8, 0).limit(20);
    }

    /**
     * For whom the interface has sent since this was asked last, itself and this socket excepted; empty if this socket {@linkplain #open hears
     * nothing}. Never waits. Where very much is sent, some may be missing.
     */
    public Set<MacAddress> senders() {
        var header = Buffers.SMALL.take();
        var senders = new HashSet<MacAddress>();
        try {
            for (int i = 0; i < MOST_HEADERS; i++) {
                LibC.recv(fd, header.clear().limit(SenderFilter.HEADER), LibC.MSG_DONTWAIT);
                senders.add(SenderFilter.sender(header));
            }
        } catch (LastErrorException e) {
            // that nothing more waits, or once that the interface went down
            if (e.getErrorCode() != Errno.EAGAIN.number && e.getErrorCode() != Errno.ENETDOWN.number) {
                throw new NetlinkException("read what an interface sends", e.getErrorCode(), "");
            }
        } finally {
            Buffers.SMALL.giveBack(header);
        }
        return senders;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}

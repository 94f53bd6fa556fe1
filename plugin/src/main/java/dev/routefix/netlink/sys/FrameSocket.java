package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.NetlinkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends and receives whole frames by one interface of the namespace it was opened in (packet(7)). Needs CAP_NET_RAW. It hears what arrives for a macvlan on the interface too, before
 * that does: taps of all protocols are served first ({@code __netif_receive_skb_core} of net/core/dev.c). What is let in is its filter's business. For one thread at a time.
 */
public final class FrameSocket implements AutoCloseable {

    /** {@code ETH_P_ALL} of {@code linux/if_ether.h}. */
    private static final int EVERYTHING = 0x0003;

    /** {@code linux/if_packet.h} */
    private static final int SOL_PACKET = 263;

    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_DROP_MEMBERSHIP = 2;
    private static final int PACKET_MR_UNICAST = 3;

    /** Bytes of {@code struct sock_filter}. */
    private static final int INSTRUCTION = 8;

    private final int fd;
    private final int link;

    private FrameSocket(int fd, int link) {
        this.fd = fd;
        this.link = link;
    }

    /**
     * Opens one.
     *
     * @param link the interface's index
     * @param filter a program of classic BPF, without which nothing is let in
     * @throws NetlinkException if it is not permitted, or there is no such interface
     */
    public static FrameSocket open(int link, ByteBuffer filter) {
        FrameSocket socket = null;
        try {
            socket = new FrameSocket(LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0), link);
            socket.filter(filter);
            socket.bind();
            return socket;
        } catch (LastErrorException e) {
            if (socket != null) {
                socket.close();
            }
            throw new NetlinkException(
                    "open a packet socket on interface #" + link,
                    e.getErrorCode(),
                    e.getErrorCode() == Errno.EPERM.number ? "it needs the capability NET_RAW" : "");
        }
    }

    private void bind() {
        var address = Buffers.SMALL.take();
        try {
            LibC.bind(fd, address(address, EVERYTHING));
        } finally {
            Buffers.SMALL.giveBack(address);
        }
    }

    /** Lets in what this program does, in place of the one before. */
    public void filter(ByteBuffer program) {
        var argument = Buffers.SMALL.take();
        try {
            // struct sock_fprog of linux/filter.h
            argument.putShort(0, (short) (program.remaining() / INSTRUCTION))
                    .putLong(8, LibC.address(program))
                    .limit(16);
            LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, argument);
        } finally {
            Buffers.SMALL.giveBack(argument);
        }
    }

    /** Has the network card take what is for this address too, which no interface need have. Counted: as often as this is called, {@link #leave} must be. */
    public void join(MacAddress mac) {
        membership(PACKET_ADD_MEMBERSHIP, mac);
    }

    /** Ends {@link #join}. */
    public void leave(MacAddress mac) {
        membership(PACKET_DROP_MEMBERSHIP, mac);
    }

    private void membership(int change, MacAddress mac) {
        var request = Buffers.SMALL.take();
        try {
            // struct packet_mreq
            request.putInt(link).putShort((short) PACKET_MR_UNICAST).putShort((short) MacAddress.BYTES);
            request.put(mac.toBytes()).putShort((short) 0).flip();
            LibC.setsockopt(fd, SOL_PACKET, change, request);
        } catch (LastErrorException e) {
            throw new NetlinkException("have interface #" + link + " take frames for " + mac, e.getErrorCode(), "");
        } finally {
            Buffers.SMALL.giveBack(request);
        }
    }

    /**
     * Sends the buffer's bytes as a frame.
     *
     * @param protocol as in the frame
     * @throws NetlinkException if it cannot be sent, as when the interface is down
     */
    public void send(ByteBuffer frame, int protocol) {
        var to = Buffers.SMALL.take();
        try {
            LibC.sendto(fd, frame, address(to, protocol));
        } catch (LastErrorException e) {
            throw new NetlinkException("send a frame by interface #" + link, e.getErrorCode(), "");
        } finally {
            Buffers.SMALL.giveBack(to);
        }
    }

    /**
     * Puts the next frame into the buffer and makes that ready to be read; what does not fit is cut off. Never waits.
     *
     * @return false if there is none
     * @throws NetlinkException if the interface is gone or went down
     */
    public boolean receive(ByteBuffer frame) {
        try {
            int size = (int) LibC.recv(fd, frame.clear(), LibC.MSG_DONTWAIT);
            frame.limit(size);
            return true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EAGAIN.number || e.getErrorCode() == Errno.EINTR.number) {
                return false;
            }
            throw new NetlinkException("read what arrives by interface #" + link, e.getErrorCode(), "");
        }
    }

    int descriptor() {
        return fd;
    }

    /** {@code struct sockaddr_ll}, whose protocol is in network byte order. */
    private ByteBuffer address(ByteBuffer buffer, int protocol) {
        buffer.clear().order(ByteOrder.BIG_ENDIAN).putShort(2, (short) protocol);
        buffer.order(ByteOrder.nativeOrder())
                .putShort(0, (short) LibC.AF_PACKET)
                .putInt(4, link);
        return buffer.putLong(8, 0).limit(20);
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}

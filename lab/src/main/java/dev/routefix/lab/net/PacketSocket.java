package dev.routefix.lab.net;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A raw socket that sees and sends whole Ethernet frames (packet(7)). */
public final class PacketSocket implements AutoCloseable {
    /** Every protocol, both directions (linux/if_ether.h ETH_P_ALL). */
    public static final int ALL = 0x0003;
    /** ARP only (ETH_P_ARP). */
    public static final int ARP = 0x0806;

    /** Any interface of the namespace. */
    public static final int ANY = 0;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int POLLIN = 1;
    private static final int EINTR = 4;
    private static final int SOCKADDR_LL = 20;
    private static final int FRAME = 65536;
    /** struct ifreq of linux/if.h: a name of 16 bytes, then a union. */
    private static final int IFREQ = 40;

    private static final int IFNAMSIZ = 16;
    private static final long SIOCGIFNAME = 0x8910;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFHWADDR = 0x8927;

    private final int fd;
    private final byte[] buffer = new byte[FRAME];

    private PacketSocket(int fd) {
        this.fd = fd;
    }

    /** A frame, and the index of the interface it was seen on. */
    public record Frame(int link, ByteBuffer bytes) {}

    /** What an interface is at this moment: its flags (linux/if.h IFF_*) and hardware address. */
    public record Interface(int flags, String mac) {
        public static final int UP = 0x1;
        public static final int BROADCAST = 0x2;
        public static final int NOARP = 0x80;

        public boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /** Opens one on an interface of a namespace, by name, that sees everything there. */
    public static PacketSocket on(Netns netns, String link) {
        return netns.call(() -> open(Libc.if_nametoindex(link), ALL));
    }

    /** The index of an interface of a namespace, by name. */
    public static int index(Netns netns, String link) {
        return netns.call(() -> Libc.if_nametoindex(link));
    }

    /** Opens one that sees the ARP packets arriving on any interface of a namespace. */
    public static PacketSocket arp(Netns netns) {
        return netns.call(() -> open(ANY, ARP));
    }

    private static PacketSocket open(int link, int protocol) {
        // Protocol 0 receives nothing until it is bound, so that no frame of another interface slips in.
        PacketSocket socket = new PacketSocket(Libc.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0));
        Libc.bind(socket.fd, address(link, protocol), SOCKADDR_LL);
        return socket;
    }

    /** The next frame, or nothing within the bound. */
    public Optional<Frame> receive(Duration bound) {
        ByteBuffer poll = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        poll.putInt(fd).putShort((short) POLLIN);
        try {
            if (Libc.poll(poll.array(), 1, (int) bound.toMillis()) == 0) {
                return Optional.empty();
            }
            byte[] from = new byte[SOCKADDR_LL];
            int length = (int) Libc.recvfrom(fd, buffer, buffer.length, 0, from, new int[] {from.length});
            int link = ByteBuffer.wrap(from).order(ByteOrder.nativeOrder()).getInt(4);
            return Optional.of(new Frame(link, ByteBuffer.wrap(Arrays.copyOf(buffer, length))));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EINTR) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public void send(int link, byte[] frame) {
        Libc.sendto(fd, frame, frame.length, 0, address(link, ARP), SOCKADDR_LL);
    }

    /** The interface with this index, as it is now. */
    public Interface link(int index) {
        byte[] byIndex = new byte[IFREQ];
        ByteBuffer.wrap(byIndex).order(ByteOrder.nativeOrder()).putInt(IFNAMSIZ, index);
        Libc.ioctl(fd, SIOCGIFNAME, byIndex);
        byte[] name = Arrays.copyOf(byIndex, IFNAMSIZ);
        int flags = ByteBuffer.wrap(ask(SIOCGIFFLAGS, name))
                .order(ByteOrder.nativeOrder())
                .getShort(IFNAMSIZ);
        byte[] mac = Arrays.copyOfRange(ask(SIOCGIFHWADDR, name), IFNAMSIZ + 2, IFNAMSIZ + 8);
        return new Interface(flags, HexFormat.ofDelimiter(":").formatHex(mac));
    }

    private byte[] ask(long request, byte[] name) {
        byte[] argument = Arrays.copyOf(name, IFREQ);
        Libc.ioctl(fd, request, argument);
        return argument;
    }

    private static byte[] address(int link, int protocol) {
        ByteBuffer address = ByteBuffer.allocate(SOCKADDR_LL).order(ByteOrder.nativeOrder());
        address.putShort((short) AF_PACKET);
        address.order(ByteOrder.BIG_ENDIAN).putShort((short) protocol);
        address.order(ByteOrder.nativeOrder()).putInt(link);
        return address.array();
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}

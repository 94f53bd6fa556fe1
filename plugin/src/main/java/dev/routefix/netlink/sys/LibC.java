package dev.routefix.netlink.sys;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The functions of the C library that the JDK does not offer. Each throws {@link LastErrorException} with the errno.
 *
 * <p>They are JNA's {@link Function}s, not native methods by direct mapping: that describes every signature by reflection first, which costs a
 * JVM started per CNI call some 30 ms of processor time, while a call by {@code Function} takes a microsecond or two longer. A process that stays has
 * the most frequent ones mapped directly: {@link #stay}.
 *
 * <p>{@code size_t} is a {@code long}: 64-bit machines only. Buffers must be direct, and are taken from their position to their limit. Numbers are
 * those of {@code asm-generic}, which x86-64 and aarch64 share.
 */
final class LibC {

    /** {@code poll.h} */
    private static final short POLLIN = 1;

    /** Size of {@code struct pollfd}: int fd, short events, short revents. */
    static final int POLLFD = 8;

    static final int POLLFD_REVENTS = 6;

    /** {@code fcntl.h} */
    static final int O_RDONLY = 0;

    static final int O_WRONLY = 1;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    /** {@code linux/sched.h} */
    static final int CLONE_NEWNET = 0x40000000;

    /** {@code bits/socket.h} */
    static final int AF_UNIX = 1;

    static final int AF_NETLINK = 16;

    static final int AF_PACKET = 17;
    static final int SOCK_STREAM = 1;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = O_CLOEXEC;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_RDWR = 2;

    /** {@code asm-generic/socket.h} */
    static final int SOL_SOCKET = 1;

    static final int SO_PEERCRED = 17;
    static final int SO_RCVTIMEO = 20;
    static final int SO_ATTACH_FILTER = 26;
    static final int SO_NETNS_COOKIE = 71;

    /** {@code linux/sockios.h} */
    static final int SIOCGSKNS = 0x894C;

    /** {@code linux/socket.h} and {@code linux/netlink.h} */
    static final int SOL_NETLINK = 270;

    static final int NETLINK_ROUTE = 0;
    static final int NETLINK_NETFILTER = 12;
    static final int NETLINK_CAP_ACK = 10;
    static final int NETLINK_EXT_ACK = 11;
    static final int NETLINK_GET_STRICT_CHK = 12;

    /** {@code asm-generic/mman-common.h} */
    static final int MADV_RANDOM = 1;

    /** {@code linux/fadvise.h} */
    private static final int POSIX_FADV_DONTNEED = 4;

    static {
        // Left unset, JNA starts "ldconfig -p" to learn where libraries are. This process has its C library loaded
        // already.
        if (System.getProperty("jna.platform.library.path") == null) {
            System.setProperty("jna.platform.library.path", "");
        }
    }

    private static final Function OPEN = function("open");
    private static final Function CLOSE = function("close");
    private static final Function READ = function("read");
    private static final Function WRITE = function("write");
    private static final Function SETNS = function("setns");
    private static final Function UNSHARE = function("unshare");
    private static final Function SOCKET = function("socket");
    private static final Function BIND = function("bind");
    private static final Function LISTEN = function("listen");
    private static final Function ACCEPT4 = function("accept4");
    private static final Function SHUTDOWN = function("shutdown");
    private static final Function SETSOCKOPT = function("setsockopt");
    private static final Function GETSOCKOPT = function("getsockopt");
    private static final Function IOCTL = function("ioctl");
    private static final Function SEND = function("send");
    private static final Function SENDTO = function("sendto");
    private static final Function RECV = function("recv");
    private static final Function POLL = function("poll");
    private static final Function EVENTFD = function("eventfd");
    private static final Function CLOCK_GETTIME = function("clock_gettime");
    private static final Function MADVISE = function("madvise");
    private static final Function POSIX_FADVISE = function("posix_fadvise");

    /** Whether {@link DirectCalls} are ready. */
    private static volatile boolean direct;

    private LibC() {}

    /** This process makes many calls, so each is to be as short as can be from now on. Where JNA cannot map a function, all stays as it is. */
    static void stay() {
        try {
            Native.register(DirectCalls.class, NativeLibrary.getProcess());
            direct = true;
        } catch (LinkageError | RuntimeException notHere) {
            direct = false;
        }
    }

    private static Function function(String name) {
        return NativeLibrary.getProcess().getFunction(name, Function.THROW_LAST_ERROR);
    }

    static int open(String path, int flags) {
        return direct ? DirectCalls.open(path, flags) : OPEN.invokeInt(new Object[] {path, flags});
    }

    static void close(int fd) {
        if (direct) {
            DirectCalls.close(fd);
        } else {
            CLOSE.invokeInt(new Object[] {fd});
        }
    }

    static int read(int fd, ByteBuffer buffer) {
        long size = buffer.remaining();
        return (int)
                (direct
                        ? DirectCalls.read(fd, address(buffer), size)
                        : READ.invokeLong(new Object[] {fd, buffer, size}));
    }

    static void write(int fd, ByteBuffer buffer) {
        long size = buffer.remaining();
        if (direct) {
            DirectCalls.write(fd, address(buffer), size);
        } else {
            WRITE.invokeLong(new Object[] {fd, buffer, size});
        }
    }

    static void setns(int fd, int type) {
        if (direct) {
            DirectCalls.setns(fd, type);
        } else {
            SETNS.invokeInt(new Object[] {fd, type});
        }
    }

    static void unshare(int flags) {
        UNSHARE.invokeInt(new Object[] {flags});
    }

    static int socket(int domain, int type, int protocol) {
        return direct
                ? DirectCalls.socket(domain, type, protocol)
                : SOCKET.invokeInt(new Object[] {domain, type, protocol});
    }

    static void bind(int fd, ByteBuffer address) {
        BIND.invokeInt(new Object[] {fd, address, address.remaining()});
    }

    static void listen(int fd, int backlog) {
        LISTEN.invokeInt(new Object[] {fd, backlog});
    }

    /** The next connection's descriptor, closed on exec; who it is from is not asked for. */
    static int accept(int fd) {
        return direct
                ? DirectCalls.accept4(fd, 0, 0, SOCK_CLOEXEC)
                : ACCEPT4.invokeInt(new Object[] {fd, Pointer.NULL, Pointer.NULL, SOCK_CLOEXEC});
    }

    /** Both ways: whoever waits at the socket comes back. */
    static void shutdown(int fd) {
        try {
            SHUTDOWN.invokeInt(new Object[] {fd, SHUT_RDWR});
        } catch (LastErrorException gone) {
            // the other side was faster
        }
    }

    static void setsockopt(int fd, int level, int name, ByteBuffer value) {
        if (direct) {
            DirectCalls.setsockopt(fd, level, name, address(value), value.remaining());
        } else {
            SETSOCKOPT.invokeInt(new Object[] {fd, level, name, value, value.remaining()});
        }
    }

    /** Gives the value in {@code value}, whose size {@code size} holds. */
    static void getsockopt(int fd, int level, int name, ByteBuffer value, ByteBuffer size) {
        if (direct) {
            DirectCalls.getsockopt(fd, level, name, address(value), address(size));
        } else {
            GETSOCKOPT.invokeInt(new Object[] {fd, level, name, value, size});
        }
    }

    /** Those that take no more than the descriptor. */
    static int ioctl(int fd, int request) {
        return IOCTL.invokeInt(new Object[] {fd, (long) request});
    }

    static void send(int fd, ByteBuffer buffer) {
        send(fd, buffer, 0);
    }

    /** Gives how much of it the kernel has taken. */
    static long send(int fd, ByteBuffer buffer, int flags) {
        long size = buffer.remaining();
        return direct
                ? DirectCalls.send(fd, address(buffer), size, flags)
                : SEND.invokeLong(new Object[] {fd, buffer, size, flags});
    }

    static void sendto(int fd, ByteBuffer buffer, ByteBuffer address) {
        SENDTO.invokeLong(new Object[] {fd, buffer, (long) buffer.remaining(), 0, address, address.remaining()});
    }

    /** Gives the datagram's size, which may be more than fitted if {@code flags} hold {@link #MSG_TRUNC}. */
    static long recv(int fd, ByteBuffer buffer, int flags) {
        long size = buffer.remaining();
        return direct
                ? DirectCalls.recv(fd, address(buffer), size, flags)
                : RECV.invokeLong(new Object[] {fd, buffer, size, flags});
    }

    /** Adds one to an array of {@code struct pollfd}: whether something can be received from it. */
    static void putReadable(ByteBuffer descriptors, int fd) {
        descriptors.putInt(fd).putShort(POLLIN).putShort((short) 0);
    }

    /** @param milliseconds -1 waits for ever */
    static int poll(ByteBuffer descriptors, int count, int milliseconds) {
        return direct
                ? DirectCalls.poll(address(descriptors), count, milliseconds)
                : POLL.invokeInt(new Object[] {descriptors, (long) count, milliseconds});
    }

    static int eventfd(int initial, int flags) {
        return EVENTFD.invokeInt(new Object[] {initial, flags});
    }

    static void clockGettime(int clock, ByteBuffer timespec) {
        CLOCK_GETTIME.invokeInt(new Object[] {clock, timespec});
    }

    /** Where a direct buffer's position is. The caller keeps the buffer as long as the address is in use. */
    static long address(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer).address();
    }

    static void madvise(long address, long size, int advice) {
        MADVISE.invokeInt(new Object[] {address, size, advice});
    }

    /** The whole file; this function gives its error as its result. */
    static void forget(int fd) {
        POSIX_FADVISE.invokeInt(new Object[] {fd, 0L, 0L, POSIX_FADV_DONTNEED});
    }
}

package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A netlink socket (netlink(7)). It stays in the namespace it was opened in, whichever thread uses it later. */
public final class NetlinkSocket implements Transport {

    /** The kernel answers while it takes a request, so this is only ever reached when an answer was lost. */
    private static final int TIMEOUT_SECONDS = 5;

    /** {@code NETLINK_ADD_MEMBERSHIP} of {@code linux/netlink.h}. */
    private static final int ADD_MEMBERSHIP = 1;

    private final ByteBuffer in = Buffers.LARGE.take();
    private int fd;

    private NetlinkSocket(int fd) {
        this.fd = fd;
    }

    /** Where a socket leads to. */
    public enum Subsystem {
        ROUTE(LibC.NETLINK_ROUTE),
        NETFILTER(LibC.NETLINK_NETFILTER);

        private final int protocol;

        Subsystem(int protocol) {
            this.protocol = protocol;
        }
    }

    /** Opens one in the namespace the calling thread is in. */
    public static NetlinkSocket open(Subsystem subsystem) {
        NetlinkSocket socket;
        try {
            socket = new NetlinkSocket(
                    LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, subsystem.protocol));
        } catch (LastErrorException e) {
            throw new Refusal(e.getErrorCode(), "opening a netlink socket");
        }
        try {
            socket.prepare();
            return socket;
        } catch (LastErrorException e) {
            socket.close();
            throw new Refusal(e.getErrorCode(), "setting an option of a netlink socket");
        }
    }

    private void prepare() {
        var option = in.clear().limit(16).putLong(0, TIMEOUT_SECONDS).putLong(Long.BYTES, 0); // struct timeval
        LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, option);
        option.putInt(0, 1).limit(Integer.BYTES);
        LibC.setsockopt(fd, LibC.SOL_NETLINK, LibC.NETLINK_CAP_ACK, option);
        LibC.setsockopt(fd, LibC.SOL_NETLINK, LibC.NETLINK_EXT_ACK, option);
        LibC.setsockopt(fd, LibC.SOL_NETLINK, LibC.NETLINK_GET_STRICT_CHK, option);
    }

    /**
     * A socket that gets what is sent to some groups, and waits for it without end.
     *
     * @param groups numbers of {@code linux/rtnetlink.h} or {@code linux/netfilter/nfnetlink.h}
     */
    public static NetlinkSocket listen(Subsystem subsystem, int... groups) {
        NetlinkSocket socket = null;
        try {
            socket = new NetlinkSocket(
                    LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, subsystem.protocol));
            // a socket without a port of its own would be taken for the sender, which is the kernel's port 0 too
            LibC.bind(socket.fd, address());
            var option = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
            for (int group : groups) {
                LibC.setsockopt(socket.fd, LibC.SOL_NETLINK, ADD_MEMBERSHIP, option.putInt(0, group));
            }
            return socket;
        } catch (LastErrorException e) {
            if (socket != null) {
                socket.close();
            }
            throw new Refusal(e.getErrorCode(), "joining a netlink group");
        }
    }

    /** {@code struct sockaddr_nl} of {@code linux/netlink.h}, whose port is for the kernel to choose. */
    private static ByteBuffer address() {
        return ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder()).putShort(0, (short) LibC.AF_NETLINK);
    }

    @Override
    public void send(ByteBuffer requests) {
        while (true) {
            try {
                LibC.send(fd, requests);
                return;
            } catch (LastErrorException e) {
                retryIfInterrupted(e, "sending the request");
            }
        }
    }

    @Override
    public ByteBuffer receive() {
        while (true) {
            try {
                long size = LibC.recv(fd, in.clear(), LibC.MSG_TRUNC);
                if (size > Buffers.LARGE.size) {
                    throw new Refusal(Errno.EBADMSG.number, "an answer of " + size + " bytes");
                }
                return in.limit((int) size);
            } catch (LastErrorException e) {
                retryIfInterrupted(e, "waiting for the answer");
            }
        }
    }

    /** Whether something can be received without waiting. */
    public boolean hasSome() {
        var watched = Buffers.SMALL.take();
        try {
            LibC.putReadable(watched, fd);
            return LibC.poll(watched.flip(), 1, 0) > 0;
        } catch (LastErrorException e) {
            throw new Refusal(e.getErrorCode(), "asking whether there is something to be received");
        } finally {
            Buffers.SMALL.giveBack(watched);
        }
    }

    @Override
    public NetworkNamespace namespace() {
        try {
            return NetworkNamespace.of(LibC.ioctl(fd, LibC.SIOCGSKNS));
        } catch (LastErrorException e) {
            throw new Refusal(e.getErrorCode(), "asking for the namespace of a socket");
        }
    }

    @Override
    public long cookie() {
        var value = Buffers.SMALL.take();
        var size = Buffers.SMALL.take();
        try {
            LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_NETNS_COOKIE, value.putLong(0, 0), size.putInt(0, Long.BYTES));
            return value.getLong(0);
        } catch (LastErrorException e) {
            throw new Refusal(e.getErrorCode(), "asking for the cookie of a namespace");
        } finally {
            Buffers.SMALL.giveBack(value);
            Buffers.SMALL.giveBack(size);
        }
    }

    private static void retryIfInterrupted(LastErrorException e, String doing) {
        if (e.getErrorCode() != Errno.EINTR.number) {
            throw new Refusal(e.getErrorCode(), doing);
        }
    }

    @Override
    public void close() {
        int open = fd;
        fd = -1;
        if (open >= 0) {
            LibC.close(open);
            Buffers.LARGE.giveBack(in);
        }
    }
}

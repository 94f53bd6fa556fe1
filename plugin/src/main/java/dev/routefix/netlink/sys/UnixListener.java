package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stream socket with a path that takes in one caller after the other (unix(7)). Many threads may wait at once: the kernel wakes one for each caller, where those of
 * {@link java.nio.channels.ServerSocketChannel} wait for a lock, and each that goes wakes the next.
 */
public final class UnixListener implements AutoCloseable {

    /** Of {@code struct sockaddr_un}: {@code sun_path} begins behind the family and has room for 107 bytes and a zero. */
    private static final int PATH_AT = 2;

    private static final int LONGEST_PATH = 107;

    private final int fd;

    /** Who uses the descriptor: whoever waits, and this object until it is closed. The last one closes it, as its number is given anew then. */
    private final AtomicInteger users = new AtomicInteger(1);

    private volatile boolean closed;

    private UnixListener(int fd) {
        this.fd = fd;
    }

    /**
     * Listens from now on.
     *
     * @param path where nothing is yet
     * @param backlog as many callers may wait to be taken in
     * @throws NetlinkException if the socket cannot be made
     */
    public static UnixListener open(Path path, int backlog) {
        int fd = -1;
        try {
            var address = address(path);
            fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
            LibC.bind(fd, address);
            LibC.listen(fd, backlog);
            return new UnixListener(fd);
        } catch (LastErrorException e) {
            if (fd >= 0) {
                LibC.close(fd);
            }
            throw new NetlinkException("listen on " + path, e.getErrorCode(), "");
        }
    }

    private static ByteBuffer address(Path path) {
        var bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_PATH) {
            throw new NetlinkException(
                    "listen on " + path,
                    Errno.EINVAL.number,
                    "the path has " + bytes.length + " bytes, and a socket's has at most " + LONGEST_PATH);
        }
        return ByteBuffer.allocateDirect(PATH_AT + bytes.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort(0, (short) LibC.AF_UNIX)
                .put(PATH_AT, bytes);
    }

    /**
     * Waits for the next caller.
     *
     * @throws NetlinkException if none can be taken in, or {@link #close} has been called
     */
    public UnixConnection accept() {
        enter();
        try {
            while (true) {
                try {
                    return new UnixConnection(LibC.accept(fd));
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != Errno.EINTR.number) {
                        throw new NetlinkException("take in a caller", e.getErrorCode(), "");
                    }
                }
            }
        } finally {
            leave();
        }
    }

    private void enter() {
        int now = users.get();
        while (now > 0 && !closed) {
            if (users.compareAndSet(now, now + 1)) {
                return;
            }
            now = users.get();
        }
        throw new NetlinkException("take in a caller", Errno.EBADF.number, "");
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            LibC.close(fd);
        }
    }

    /** Takes in nobody any more: whoever waits comes back, and who connects from now on is refused. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                LibC.shutdown(fd);
            } finally {
                leave();
            }
        }
    }
}

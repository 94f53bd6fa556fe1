package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One caller of a {@link UnixListener}. For one thread, but for {@link #hangUp}. */
public final class UnixConnection implements AutoCloseable {

    /** {@code struct ucred} of {@code linux/socket.h}: pid, uid, gid. */
    private static final int UCRED = 12;

    private static final int UID_AT = 4;

    private final ByteBuffer in = Buffers.SMALL.take().limit(0);
    private int fd;
    private volatile boolean hungUp;

    UnixConnection(int fd) {
        this.fd = fd;
    }

    /**
     * The number of the user who connected ({@code SO_PEERCRED}).
     *
     * @throws IOException if the kernel does not say
     */
    public int user() throws IOException {
        var credentials = Buffers.SMALL.take();
        var size = Buffers.SMALL.take();
        try {
            LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_PEERCRED, credentials, size.putInt(0, UCRED));
            return credentials.getInt(UID_AT);
        } catch (LastErrorException e) {
            throw failed("learn who calls", e);
        } finally {
            Buffers.SMALL.giveBack(credentials);
            Buffers.SMALL.giveBack(size);
        }
    }

    /** What the caller sends. It is read a few KiB at a time, also beyond what is asked for. */
    public InputStream in() {
        return new Incoming();
    }

    /** What the caller gets. */
    public OutputStream out() {
        return new Outgoing();
    }

    /** Ends the conversation for a thread that waits in it, from another one. */
    public synchronized void hangUp() {
        hungUp = true;
        if (fd >= 0) {
            LibC.shutdown(fd);
        }
    }

    @Override
    public synchronized void close() {
        if (fd >= 0) {
            LibC.close(fd);
            fd = -1;
            Buffers.SMALL.giveBack(in);
        }
    }

    private static IOException failed(String attempt, LastErrorException e) {
        return new IOException(new NetlinkException(attempt, e.getErrorCode(), "").getMessage(), e);
    }

    private final class Incoming extends InputStream {

        @Override
        public int read() throws IOException {
            return fill() ? in.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int size) throws IOException {
            if (size == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int some = Math.min(size, in.remaining());
            in.get(bytes, from, some);
            return some;
        }

        /** Whether there is something left to be read; waits for it. */
        private boolean fill() throws IOException {
            while (!in.hasRemaining()) {
                try {
                    int size = (int) LibC.recv(fd, in.clear(), 0);
                    in.limit(size);
                    if (hungUp) {
                        throw new IOException("it was hung up on");
                    }
                    return size > 0;
                } catch (LastErrorException e) {
                    in.limit(0);
                    if (e.getErrorCode() != Errno.EINTR.number) {
                        throw failed("hear what a caller wants", e);
                    }
                }
            }
            return true;
        }
    }

    private final class Outgoing extends OutputStream {

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int size) throws IOException {
            var out = size <= Buffers.SMALL.size
                    ? Buffers.SMALL.take()
                    : ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
            out.put(bytes, from, size).flip();
            try {
                while (out.hasRemaining()) {
                    send(out);
                }
            } finally {
                if (size <= Buffers.SMALL.size) {
                    Buffers.SMALL.giveBack(out);
                }
            }
        }

        private void send(ByteBuffer out) throws IOException {
            try {
                out.position(out.position() + (int) LibC.send(fd, out, LibC.MSG_NOSIGNAL));
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR.number) {
                    throw failed("answer a caller", e);
                }
            }
        }
    }
}

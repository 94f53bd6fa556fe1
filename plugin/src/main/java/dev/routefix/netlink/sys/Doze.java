package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.util.Collection;

/** Waits on several sockets at once (poll(2)), for a time, and until another thread says that there is something to do (eventfd(2)). For one thread, but {@link #wake}. */
public final class Doze implements AutoCloseable {

    /** {@code sys/eventfd.h} */
    private static final int EFD_CLOEXEC_NONBLOCK = LibC.O_CLOEXEC | LibC.O_NONBLOCK;

    private final int event;

    public Doze() {
        try {
            event = LibC.eventfd(0, EFD_CLOEXEC_NONBLOCK);
        } catch (LastErrorException e) {
            throw new NetlinkException("make an event descriptor", e.getErrorCode(), "");
        }
    }

    /** Ends the wait that is going on, or else the next, from any thread. */
    public void wake() {
        var one = Buffers.SMALL.take();
        try {
            LibC.write(event, one.putLong(1).flip());
        } catch (LastErrorException full) {
            // then it is awake
        } finally {
            Buffers.SMALL.giveBack(one);
        }
    }

    /** Waits until something can be received, or it is woken, or the milliseconds have passed; it may end sooner. */
    public void await(Collection<FrameSocket> sockets, int milliseconds) {
        var descriptors = Buffers.SMALL.take();
        try {
            LibC.putReadable(descriptors, event);
            for (var socket : sockets) {
                LibC.putReadable(descriptors, socket.descriptor());
            }
            int count = descriptors.position() / LibC.POLLFD;
            descriptors.flip();
            LibC.poll(descriptors, count, milliseconds);
            if (descriptors.getShort(LibC.POLLFD_REVENTS) != 0) {
                LibC.read(event, descriptors.clear());
            }
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.EINTR.number && e.getErrorCode() != Errno.EAGAIN.number) {
                throw new NetlinkException("wait for frames", e.getErrorCode(), "");
            }
        } finally {
            Buffers.SMALL.giveBack(descriptors);
        }
    }

    @Override
    public void close() {
        LibC.close(event);
    }
}

package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code setns(2)}: the way into another network namespace; and a hold on one. */
public final class NetworkNamespace implements AutoCloseable {

    private static final String THIS_THREADS = "/proc/thread-self/ns/net";

    private final int fd;

    private NetworkNamespace(int fd) {
        this.fd = fd;
    }

    static NetworkNamespace of(int fd) {
        return new NetworkNamespace(fd);
    }

    /**
     * A hold on the one the calling thread is in.
     *
     * @throws NetlinkException if there is no {@code /proc}
     */
    public static NetworkNamespace ofThisThread() {
        try {
            return new NetworkNamespace(LibC.open(THIS_THREADS, LibC.O_RDONLY | LibC.O_CLOEXEC));
        } catch (LastErrorException e) {
            throw new NetlinkException("hold the network namespace " + THIS_THREADS, e.getErrorCode(), "");
        }
    }

    /** For the kernel, which takes it for the namespace. */
    public int descriptor() {
        return fd;
    }

    /**
     * Takes the calling thread there. It finds its way back only to a namespace that is held.
     *
     * @throws NetlinkException if there is nothing at the path, or no network namespace
     */
    public static void enter(Path path) {
        try {
            // a FIFO in its place must not hold us up
            int fd = LibC.open(path.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC | LibC.O_NONBLOCK);
            try {
                LibC.setns(fd, LibC.CLONE_NEWNET);
            } finally {
                LibC.close(fd);
            }
        } catch (LastErrorException e) {
            boolean other = e.getErrorCode() == Errno.EINVAL.number;
            throw new NetlinkException(
                    "enter network namespace " + path,
                    e.getErrorCode(),
                    other ? "the file is no network namespace" : "");
        }
    }

    /**
     * Takes the calling thread to a new one of its own, which goes when the thread ends and nothing holds it ({@code unshare(2)}).
     *
     * @return where others find it as long as the thread lives
     * @throws NetlinkException if the kernel does not let it
     */
    public static Path leaveForNew() {
        try {
            LibC.unshare(LibC.CLONE_NEWNET);
            return Path.of("/proc")
                    .resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")))
                    .resolve("ns/net");
        } catch (LastErrorException e) {
            throw new NetlinkException(
                    "make a network namespace", e.getErrorCode(), "it needs the capability SYS_ADMIN");
        } catch (IOException e) {
            throw new NetlinkException("find the network namespace of this thread", 0, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Takes the calling thread to the one that is held.
     *
     * @throws NetlinkException if the kernel does not let it
     */
    public void enter() {
        try {
            LibC.setns(fd, LibC.CLONE_NEWNET);
        } catch (LastErrorException e) {
            throw new NetlinkException("enter the network namespace that is held", e.getErrorCode(), "");
        }
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}

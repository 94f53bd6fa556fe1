package dev.routefix.netlink;

/**
 * The kernel, or the way to it, refused. The message says what was attempted on what, the errno's name, and the kernel's own words
 * (extended ack) where it gave some.
 */
public final class NetlinkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param attempt such as {@code add route 10.0.0.0/8 via 10.1.1.1 dev #3}
     * @param errno a positive errno
     * @param detail the kernel's own words, or empty
     */
    public NetlinkException(String attempt, int errno, String detail) {
        super("cannot " + attempt + ": " + Errno.describe(errno) + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}

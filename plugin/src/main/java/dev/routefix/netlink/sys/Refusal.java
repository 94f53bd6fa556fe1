package dev.routefix.netlink.sys;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;

/** The kernel said no, to a request or to a system call. What was attempted is known further out: {@link #of}. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String detail;

    /** Often just a way to say "there is none", so it holds no stack trace. */
    public Refusal(int errno, String detail) {
        super(detail, null, false, false);
        this.errno = errno;
        this.detail = detail;
    }

    public boolean is(Errno expected) {
        return errno == expected.number;
    }

    public int errno() {
        return errno;
    }

    /** The same for the caller of {@link dev.routefix.netlink.Netlink}. */
    public NetlinkException of(Object attempt) {
        return new NetlinkException(attempt.toString(), errno, detail);
    }
}

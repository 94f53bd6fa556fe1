package dev.routefix.netlink;

/** The errors of {@code asm-generic/errno-base.h} and {@code errno.h} that routing calls give, with their everyday meaning. */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or entry"),
    ESRCH(3, "no such entry"),
    EINTR(4, "interrupted"),
    EIO(5, "input/output error"),
    EAGAIN(11, "timed out"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EBUSY(16, "busy"),
    EEXIST(17, "exists already"),
    ENODEV(19, "no such interface"),
    EINVAL(22, "invalid argument"),
    ERANGE(34, "out of range"),
    ENOBUFS(105, "the socket's buffer overflowed"),
    EOPNOTSUPP(95, "not supported"),
    EADDRNOTAVAIL(99, "no such address here"),
    ENETDOWN(100, "interface is down"),
    ENETUNREACH(101, "gateway is not reachable"),
    EHOSTUNREACH(113, "no route to host");

    public final int number;
    private final String meaning;

    Errno(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** Such as {@code EEXIST, exists already}, or {@code errno 77} for one not listed. */
    public static String describe(int number) {
        for (var errno : values()) {
            if (errno.number == number) {
                return errno.name() + ", " + errno.meaning;
            }
        }
        return "errno " + number;
    }
}

package dev.routefix.netlink;

/** The errors of {@code asm-generic/errno-base.h} and {@code errno.h} that routing calls give, with their everyday meaning. */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or entry"),
    ESRCH(3, "no such entry"),
    EINTR(4, "interrupted"),
    EIO(5, "input/output error"),
    EAGAIN(11, "timed out"),
    EBADF(9, "closed already"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EBUSY(16, "busy"),
    EEXIST(17, "exists already"),
    EXDEV(18, "it would come from where no answer goes"),
    ENODEV(19, "no such interface"),
    ENOTDIR(20, "not a directory"),
    EINVAL(22, "invalid argument"),
    EMFILE(24, "too many open files"),
    EROFS(30, "read-only file system"),
    ERANGE(34, "out of range"),
    EBADMSG(74, "malformed message"),
    ENOPROTOOPT(92, "no such socket option"),
    EPROTONOSUPPORT(93, "protocol not supported"),
    EOPNOTSUPP(95, "not supported"),
    EAFNOSUPPORT(97, "address family not supported"),
    EADDRINUSE(98, "address in use"),
    EADDRNOTAVAIL(99, "no such address here"),
    ENETDOWN(100, "interface is down"),
    ENETUNREACH(101, "gateway is not reachable"),
    ENOBUFS(105, "the socket's buffer overflowed"),
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

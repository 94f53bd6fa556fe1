package dev.routefix.netlink.sys;

import com.sun.jna.LastErrorException;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One piece of work in another namespace: goes in, works, and ends. Its thread is still inside then, so it must end too. */
final class Visit<T extends @Nullable Object> implements Runnable {

    private final Path path;
    private final Namespace.Work<T> work;
    private @Nullable T result;
    private @Nullable Throwable failure;

    Visit(Path path, Namespace.Work<T> work) {
        this.path = path;
        this.work = work;
    }

    @Override
    public void run() {
        try {
            enter();
            try (var netlink = Namespace.own()) {
                result = work.run(netlink, Namespace.sysctls());
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void enter() {
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

    /** What the work gave, or its exception as it was thrown. Only for whoever waited for the thread's end. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the work's own result is null only where T says so
    T outcome() {
        if (failure != null) {
            Visit.<RuntimeException>rethrow(failure);
        }
        return result;
    }

    /** Lets a throwable pass unwrapped; {@link Namespace.Work} declares no checked ones. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void rethrow(Throwable failure) throws E {
        throw (E) failure;
    }
}

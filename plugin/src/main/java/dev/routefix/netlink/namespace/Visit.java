package dev.routefix.netlink.namespace;

import dev.routefix.netlink.sys.NetworkNamespace;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One piece of work in another namespace: goes in, works, and ends. Its thread is still inside then, so it must end too, or be taken home. */
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
            NetworkNamespace.enter(path);
            try (var netlink = Namespace.own()) {
                result = work.run(netlink, Namespace.sysctls());
            }
        } catch (Throwable e) {
            failure = e;
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

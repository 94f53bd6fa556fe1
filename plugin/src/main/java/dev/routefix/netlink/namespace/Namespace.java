package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NatTables;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.sys.NetlinkSocket;
import dev.routefix.netlink.sys.ProcSysctls;
import dev.routefix.netlink.sys.Refusal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Doors into network namespaces. {@code setns(2)} moves one thread, so work in another namespace runs on a platform thread made for it, which
 * dies afterwards and never has to find its way back, or on one that is known to come back.
 */
public final class Namespace {

    /** Work done inside a namespace. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Netlink netlink, Sysctls sysctls);
    }

    private Namespace() {}

    /**
     * Runs {@code work} inside the namespace at {@code path}, on a thread made for it unless the caller's is a {@link ReturningThread}, and waits for it, also while the
     * caller is being interrupted: its interrupt stays pending. The work's {@link Netlink} is closed when it returns.
     *
     * @param path such as {@code /var/run/netns/cni-1234} or {@code /proc/42/ns/net}
     * @throws dev.routefix.netlink.NetlinkException if the path is missing or no network namespace; what {@code work} throws comes through
     */
    public static <T extends @Nullable Object> T inside(Path path, Work<T> work) {
        if (Thread.currentThread() instanceof ReturningThread thread) {
            thread.leaves();
            var visit = new Visit<T>(path, work);
            visit.run();
            return visit.outcome();
        }
        return visit(path, work);
    }

    /** The same for a caller who has more to do where it is: on a thread made for it, unless the caller's is a {@link ReturningThread} at home, which comes back at once. */
    public static <T extends @Nullable Object> T visit(Path path, Work<T> work) {
        var visit = new Visit<T>(path, work);
        if (Thread.currentThread() instanceof ReturningThread returning && returning.isHome()) {
            returning.leaves();
            visit.run();
            if (!returning.comesHome()) {
                throw new IllegalStateException("a thread is lost in the namespace " + path);
            }
            return visit.outcome();
        }
        var thread = new Thread(null, visit, "inside " + path, 0, false);
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return visit.outcome();
    }

    /** The tables of the namespace the calling thread is in. */
    public static Netlink own() {
        return own(null);
    }

    static Rtnetlink own(@Nullable KeptTables keeper) {
        try {
            return new Rtnetlink(NetlinkSocket.open(NetlinkSocket.Subsystem.ROUTE), keeper);
        } catch (Refusal refusal) {
            throw refusal.of("talk to the kernel's routing tables");
        }
    }

    /** The rules of nftables in the namespace the calling thread is in; {@link Ruleset#NONE} where the kernel has no such sockets. */
    public static Ruleset ruleset() {
        try {
            return new Nfnetlink(NetlinkSocket.open(NetlinkSocket.Subsystem.NETFILTER));
        } catch (Refusal refusal) {
            if (refusal.is(Errno.EPROTONOSUPPORT)) {
                return Ruleset.NONE;
            }
            throw refusal.of("talk to the kernel's packet filter");
        }
    }

    /** Our own tables in the namespace the calling thread is in. Where the kernel has no such sockets there are none, and none can be made. */
    public static NatTables natTables() {
        try {
            return new Nfnat(NetlinkSocket.open(NetlinkSocket.Subsystem.NETFILTER));
        } catch (Refusal refusal) {
            if (refusal.is(Errno.EPROTONOSUPPORT)) {
                return new Nfnat(new NoTransport());
            }
            throw refusal.of("talk to the kernel's packet filter");
        }
    }

    /** The settings of the namespace the calling thread is in. */
    public static Sysctls sysctls() {
        return new ProcSysctls();
    }
}

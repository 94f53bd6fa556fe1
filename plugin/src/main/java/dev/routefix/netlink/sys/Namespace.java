package dev.routefix.netlink.sys;

import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Sysctls;
import java.nio.file.Path;

/**
 * Doors into network namespaces. {@code setns(2)} moves one thread, so work in another namespace runs on a platform thread made for it, which
 * dies afterwards and never has to find its way back.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Namespace {

    /** Work done inside a namespace. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Netlink netlink, Sysctls sysctls);
    }

    private Namespace() {}

    /**
     * Runs {@code work} inside the namespace at {@code path} and waits for it.
     *
     * @param path such as {@code /var/run/netns/cni-1234} or {@code /proc/42/ns/net}
     * @throws dev.routefix.netlink.NetlinkException if the path is missing or no network namespace; what {@code work} throws comes through
     */
    public static <T> T inside(Path path, Work<T> work) {
        throw new UnsupportedOperationException();
    }

    /** The tables of the namespace the calling thread is in. */
    public static Netlink own() {
        throw new UnsupportedOperationException();
    }

    /** The settings of the namespace the calling thread is in. */
    public static Sysctls sysctls() {
        throw new UnsupportedOperationException();
    }
}

package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * Kernel settings under {@code /proc/sys}. Those of the network are the ones of the network namespace the calling thread is in.
 * Names use slashes, because interface names may hold dots: {@code net/ipv4/conf/eth0.7/accept_redirects}.
 */
public interface Sysctls {

    /** The value without its line end, or null if there is no such setting. */
    @Nullable
    String read(String name);

    /**
     * Sets the value.
     *
     * @throws NetlinkException if the setting is missing or read-only
     */
    void write(String name, String value);
}

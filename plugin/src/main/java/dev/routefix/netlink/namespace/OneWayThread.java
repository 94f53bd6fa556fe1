package dev.routefix.netlink.namespace;

/**
 * A thread that does one piece of work and ends. It may stay in the namespace that the work takes it to, so {@link Namespace#inside} needs no other thread; what
 * comes after that in the same piece of work must not depend on the namespace.
 */
public final class OneWayThread extends Thread {

    /** A daemon, not started. */
    public OneWayThread(String name, Runnable work) {
        super(null, work, name, 0, false);
        setDaemon(true);
    }
}

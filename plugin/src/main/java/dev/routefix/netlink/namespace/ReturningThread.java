package dev.routefix.netlink.namespace;

import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.NetworkNamespace;

/**
 * A thread that does one piece of work after another. A piece may take it into a namespace and leave it there, so {@link Namespace#inside} needs no other thread; what
 * comes after that in the same piece of work must not depend on the namespace. Between two pieces it has to {@linkplain #comesHome come home}.
 */
public final class ReturningThread extends Thread {

    private final NetworkNamespace home;
    private boolean away;

    /**
     * A daemon, not started.
     *
     * @param home where whoever starts it is, for a new thread stands in the namespace of the one that made it; it must be held as long as the thread lives
     */
    public ReturningThread(String name, NetworkNamespace home, Runnable work) {
        super(null, work, name, 0, false);
        this.home = home;
        setDaemon(true);
    }

    /** Whether it is where it was started. */
    boolean isHome() {
        return !away;
    }

    /** It is about to enter a namespace, and may be there from now on. */
    void leaves() {
        away = true;
    }

    /** Takes the calling thread, which is this one, home; false if that cannot be done, and then it must do no more work. */
    public boolean comesHome() {
        if (away) {
            try {
                home.enter();
                away = false;
            } catch (NetlinkException lost) {
                return false;
            }
        }
        return true;
    }
}

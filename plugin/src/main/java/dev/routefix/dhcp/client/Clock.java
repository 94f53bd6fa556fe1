package dev.routefix.dhcp.client;

import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.netlink.sys.BootClock;

/** What time it is. */
public final class Clock {

    private final String boot = BootClock.boot();

    /** Of this machine, as long as it is not started anew. */
    public Clock() {}

    /** Milliseconds since the machine was started. */
    long now() {
        return BootClock.now();
    }

    /** Now, by every clock that a lease is measured by. */
    public Moment moment() {
        return new Moment(boot, BootClock.now(), System.currentTimeMillis());
    }
}

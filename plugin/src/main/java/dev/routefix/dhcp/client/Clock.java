package dev.routefix.dhcp.client;

import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.netlink.sys.BootClock;

/** What time it is. */
final class Clock {

    private final String boot = BootClock.boot();

    /** Milliseconds since the machine was started. */
    long now() {
        return BootClock.now();
    }

    Moment moment() {
        return new Moment(boot, BootClock.now(), System.currentTimeMillis());
    }
}

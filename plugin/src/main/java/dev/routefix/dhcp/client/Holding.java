package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.machine.Renewal;
import org.jspecify.annotations.Nullable;

/** A lease that is being kept, and what keeps it. */
final class Holding {

    private Lease lease;
    private final Renewal renewal;
    private final long readyAt;

    /** @param readyAt from when on it may be given to a pod, if it is nobody's */
    Holding(Lease lease, Renewal renewal, long readyAt) {
        this.lease = lease;
        this.renewal = renewal;
        this.readyAt = readyAt;
    }

    Lease lease() {
        return lease;
    }

    Renewal renewal() {
        return renewal;
    }

    @Nullable
    AttachmentId attachment() {
        return lease.attachment();
    }

    boolean isFree() {
        return lease.attachment() == null;
    }

    /** Whether it is nobody's, and came by that parent. */
    boolean isFree(String parent) {
        return isFree() && lease.parent().equals(parent);
    }

    boolean isReady(String parent, long now, long restAtLeast) {
        return isFree()
                && now >= readyAt
                && lease.parent().equals(parent)
                && !renewal.isExpired()
                && renewal.endsAt() > now + restAtLeast;
    }

    LeaseStanding standing(long now) {
        var state = isFree()
                ? LeaseStanding.State.WARM
                : renewal.isExpired()
                        ? LeaseStanding.State.EXPIRED
                        : renewal.isAsking() ? LeaseStanding.State.RENEWING : LeaseStanding.State.HELD;
        return new LeaseStanding(
                state, renewal.isAsking() ? 0 : rest(renewal.wake(), now), rest(renewal.endsAt(), now));
    }

    private static long rest(long moment, long now) {
        return moment == Long.MAX_VALUE ? moment : moment - now;
    }

    void become(Lease newer) {
        lease = newer;
    }
}

package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.dhcp.machine.Acquisition;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.Doze;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * For a process that lives for one call: asks and waits on the calling thread, which must be in the node's network namespace. The lease is renewed by the resident, which finds it on the
 * disk; if none comes before the lease ends, the address is lost.
 */
public final class OneCall implements AddressSource {

    /** One that ends within this time is not worth being given. */
    private static final long SHORTEST_REST = 60_000;

    private final LeaseStore store;
    private final Clock clock = new Clock();
    private final Random random = new Random();

    public OneCall(LeaseStore store) {
        this.store = store;
    }

    @Override
    public Granted acquire(AddressRequest request) {
        var had = store.find(request.attachment());
        if (had != null && had.end(clock.moment()) > clock.now()) {
            return had.granted();
        }
        var identity = Identity.of(request, random);
        var free = Identity.isAnybody(request) ? claimed(request) : null;
        if (free != null) {
            store.update(free); // it has been on the disk since it was taken
            return free.granted();
        }
        var key = identity.key();
        var before = key == null ? null : store.remembered(key);
        long start = clock.now();
        var acquisition = new Acquisition(
                identity.client(),
                before == null ? null : before.terms().address().address(),
                start,
                start + request.patience().toMillis(),
                random);
        var given = clock.moment();
        var lease = new Lease(
                request.attachment(),
                pod(request),
                request.parent(),
                identity,
                ask(request, identity, acquisition),
                given);
        store.save(lease);
        if (before != null) {
            store.delete(before);
        }
        return lease.granted();
    }

    /** Whether some pod's lease is past the moment when its server should have been asked for more (T1). */
    public boolean isAnyRenewalDue() {
        var moment = clock.moment();
        for (var lease : store.ofAttachments()) {
            if (lease.renewal(moment) < moment.sinceBoot()) {
                return true;
            }
        }
        return false;
    }

    static String pod(AddressRequest request) {
        return request.pod().isEmpty() ? "" : request.namespace() + "/" + request.pod();
    }

    /** The failure that the runtime is told. */
    static CniException failure(AddressRequest request, Identity identity, String account) {
        var whose = request.pod().isEmpty() ? request.attachment().toString() : pod(request);
        return new CniException(
                ErrorCode.TRY_AGAIN_LATER,
                "no DHCP server gave " + whose + " (" + identity.client().mac() + ") an address by " + request.parent()
                        + " within " + request.patience().toMillis() / 1000.0 + " s: " + account);
    }

    private @Nullable Lease claimed(AddressRequest request) {
        var moment = clock.moment();
        for (var lease : store.free()) {
            if (lease.parent().equals(request.parent())
                    && lease.end(moment) > moment.sinceBoot() + SHORTEST_REST
                    && store.claim(lease, request.attachment())) {
                return lease.of(
                        request.attachment(), pod(request), lease.identity().named(request.pod()));
            }
        }
        return null;
    }

    private Terms ask(AddressRequest request, Identity identity, Acquisition acquisition) {
        var exchanges = List.of(acquisition);
        try (var ear = Ear.on(request.parent());
                var doze = new Doze()) {
            var sockets = List.of(ear.socket());
            ear.join(acquisition.mac());
            while (!acquisition.isOver()) {
                acquisition.act(clock.now());
                ear.send(acquisition);
                long pause = acquisition.wake() - clock.now();
                if (pause > 0 && !acquisition.isOver()) {
                    doze.await(sockets, (int) Math.min(pause, 1_000));
                }
                ear.hear(exchanges, clock.now());
                ear.send(acquisition);
            }
            var giveBack = acquisition.giveBack();
            if (giveBack != null) {
                ear.send(giveBack);
            }
        } catch (NetlinkException e) {
            throw new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "cannot ask for an address by " + request.parent() + ": " + e.getMessage());
        }
        var terms = acquisition.granted();
        if (terms == null) {
            throw failure(request, identity, acquisition.account());
        }
        return terms;
    }

    @Override
    public void release(AttachmentId attachment) {
        try {
            var lease = store.find(attachment);
            if (lease == null) {
                return;
            }
            boolean isOurs = true;
            if (lease.identity().comesAgain()) {
                store.keep(lease);
            } else {
                isOurs = store.delete(lease);
            }
            if (isOurs && lease.isToBeGivenBack(clock.moment())) {
                giveBack(lease);
            }
        } catch (CniException | NetlinkException e) {
            // its server takes it back when it ends
        }
    }

    private void giveBack(Lease lease) {
        try (var ear = Ear.on(lease.parent())) {
            ear.send(lease.identity().client().release(random.nextInt(), lease.terms()));
        }
    }
}

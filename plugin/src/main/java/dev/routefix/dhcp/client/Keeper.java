package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.dhcp.machine.Acquisition;
import dev.routefix.dhcp.machine.Exchange;
import dev.routefix.dhcp.machine.Renewal;
import dev.routefix.dhcp.machine.Renewal.LeaseEvent;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.netlink.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All leases of a node and all that are being asked for, and what each wants done when. It does input and output, but never waits: {@link Leases} does, and calls it on its one thread.
 * Each turn looks at every lease: with 250 of them that takes some microseconds, less than a queue of timers would need to be kept right.
 */
final class Keeper implements AutoCloseable {

    /** How long an address rests between two pods, so that neither the LAN nor a server takes one for the other. */
    static final long REST = 30_000;

    /** What a pod that has its address need not wait for waits so long, so that it does not take the processor and the kernel's locks from its ADD. */
    static final long BY_THE_WAY = 250;

    /** One that ends within this time is not worth being given. */
    private static final long SHORTEST = 60_000;

    /** How long the address of a name that comes again is remembered after its end: 30 days. */
    private static final long MEMORY = 30L * 24 * 60 * 60 * 1000;

    private final LeaseStore store;
    private final LeaseWatch watch;
    private final Clock clock;
    private final Ears ears;
    private final Random random = new Random();
    private final List<Holding> holdings = new ArrayList<>();
    private final Askings askings;

    /** Those that are between being asked for and being held: whether they have been released meanwhile. */
    private final Map<AttachmentId, Boolean> arriving = new HashMap<>();

    /** Parents by which a server seems to have had no address left, and those by which it has renewed a lease of nobody's. */
    private final Set<String> scarce = new HashSet<>();

    private final Set<String> freeRenewed = new HashSet<>();

    Keeper(LeaseStore store, LeaseWatch watch, Clock clock) {
        this.store = store;
        this.watch = watch;
        this.clock = clock;
        this.ears = new Ears(clock, watch::tell);
        this.askings = new Askings(ears, clock);
    }

    Ears ears() {
        return ears;
    }

    /** Takes over what is on the disk. What was given before the machine was started is of pods that are gone. */
    void takeOver() {
        var now = clock.moment();
        for (var lease : store.ofAttachments()) {
            if (lease.given().boot().equals(now.boot())) {
                keep(lease, 0);
            } else {
                letGo(lease, 0);
            }
        }
        for (var lease : store.remembered()) {
            if (lease.end(now) < now.sinceBoot() - MEMORY) {
                store.delete(lease);
            }
        }
        for (var lease : store.free()) {
            if (lease.end(now) > now.sinceBoot()) {
                keep(lease, 0);
            } else {
                store.delete(lease);
            }
        }
    }

    /** Holds what other processes have got since, and lets go what they have released. */
    void lookAtDisk() {
        var there = store.attachments();
        for (var holding : List.copyOf(holdings)) {
            var attachment = holding.attachment();
            if (attachment != null && !there.remove(attachment)) {
                drop(holding);
            }
        }
        for (var attachment : there) {
            var lease = arriving.containsKey(attachment) ? null : store.find(attachment);
            if (lease != null) {
                keep(lease, 0);
            }
        }
    }

    private Renewal keep(Lease lease, long readyAt) {
        var renewal = new Renewal(
                lease.identity().client(),
                lease.terms(),
                lease.attachment() != null,
                lease.given().sinceStartOf(clock.moment()),
                random);
        holdings.add(new Holding(lease, renewal, readyAt));
        return renewal;
    }

    private void drop(Holding holding) {
        holdings.remove(holding);
        ears.forget(holding.lease().parent(), holding.renewal().mac());
    }

    /** An attachment has been given a lease that is on the disk: holds it. If it has been released meanwhile, lets go of it. */
    boolean hold(Lease lease, int idle) {
        var attachment = lease.attachment();
        if (attachment == null || Boolean.TRUE.equals(arriving.remove(attachment))) {
            letGo(lease, idle);
            return false;
        }
        keep(lease, 0);
        return true;
    }

    /** The attachment got nothing. */
    boolean giveUp(AttachmentId attachment) {
        return arriving.remove(attachment) != null;
    }

    /** Takes a free lease for an attachment and holds it; null if there is none that will do. By its renewal the server learns the pod's name. */
    @Nullable
    Lease claim(AttachmentId attachment, String pod, String parent, String name) {
        for (var holding : List.copyOf(holdings)) {
            if (holding.isReady(parent, clock.now(), SHORTEST)) {
                holdings.remove(holding);
                if (store.claim(holding.lease(), attachment)) {
                    var free = holding.lease();
                    var lease = free.of(attachment, pod, free.identity().named(name));
                    keep(lease, 0).renewAt(clock.now() + BY_THE_WAY);
                    return lease;
                }
            }
        }
        return null;
    }

    /** Begins to ask for an address for an attachment, or for nobody yet. */
    Asking ask(
            @Nullable AttachmentId attachment,
            String parent,
            Identity identity,
            @Nullable IpAddress remembered,
            long patience) {
        long now = clock.now();
        var acquisition = new Acquisition(identity.client(), remembered, now, now + patience, random);
        var asking = askings.begin(attachment, parent, acquisition);
        if (attachment != null) {
            arriving.put(attachment, false);
        }
        return asking;
    }

    /** Begins to look what a server would offer one more client. */
    CompletableFuture<Terms> look(String parent, Identity identity, long patience) {
        long now = clock.now();
        return askings.begin(null, parent, Acquisition.look(identity.client(), now, now + patience, random))
                .answer();
    }

    /** The address of a name that comes again while its pod before has not been deleted yet. */
    @Nullable
    IpAddress heldBy(String key) {
        return holdings.stream()
                .filter(holding -> key.equals(holding.lease().identity().key()))
                .map(holding -> holding.renewal().address())
                .findFirst()
                .orElse(null);
    }

    /**
     * An attachment is gone.
     *
     * @param idle how many leases may be held for nobody that came by a parent
     */
    void release(AttachmentId attachment, ToIntFunction<String> idle) {
        if (arriving.containsKey(attachment)) {
            arriving.put(attachment, true);
            askings.cancel(attachment);
            return; // whoever adds it comes to hold it, and is told
        }
        var lease = store.find(attachment);
        for (var holding : List.copyOf(holdings)) {
            if (attachment.equals(holding.attachment())) {
                lease = holding.lease();
                drop(holding);
            }
        }
        if (lease != null) {
            letGo(lease, idle.applyAsInt(lease.parent()));
        }
    }

    /** Keeps it for its name, or for anybody, or gives it back. */
    private void letGo(Lease lease, int idle) {
        var now = clock.moment();
        if (lease.identity().forAnybody()
                && countFree(lease.parent()) < idle
                && lease.end(now) > now.sinceBoot() + SHORTEST) {
            var kept = store.keep(lease);
            var nameless = new Lease(null, "", kept.parent(), kept.identity().named(""), kept.terms(), kept.given());
            store.update(nameless);
            keep(nameless, clock.now() + REST);
            return;
        }
        if (lease.identity().comesAgain()) {
            store.keep(lease);
        }
        // whoever deletes it gives it back: another process may have given it to a pod
        boolean isOurs = lease.identity().comesAgain() || store.delete(lease);
        if (isOurs && lease.isToBeGivenBack(now)) {
            var client = lease.identity().client();
            ears.send(lease.parent(), client.mac(), client.release(random.nextInt(), lease.terms()));
            ears.forget(lease.parent(), client.mac());
        }
    }

    List<LeaseStanding> standings() {
        long now = clock.now();
        return holdings.stream().map(holding -> holding.standing(now)).toList();
    }

    /** How many are held for nobody that came by that parent. */
    int countFree(String parent) {
        return (int) holdings.stream().filter(holding -> holding.isFree(parent)).count();
    }

    /** Gives back what came by that parent and is held for nobody beyond that number. */
    void releaseFree(String parent, int most) {
        for (var holding : List.copyOf(holdings)) {
            if (holding.isFree(parent) && countFree(parent) > most) {
                drop(holding);
                letGo(holding.lease(), 0);
            }
        }
    }

    /** Gives back all that is held for nobody, but for what came by these parents. */
    void releaseFreeBut(Set<String> parents) {
        for (var holding : List.copyOf(holdings)) {
            if (!parents.contains(holding.lease().parent())) {
                releaseFree(holding.lease().parent(), 0);
            }
        }
    }

    /** Whether a server seems to have had no address left by that parent since this was asked last. */
    boolean wasScarce(String parent) {
        return scarce.remove(parent);
    }

    /** Has all of them renewed now. */
    void renewAll() {
        holdings.forEach(holding -> holding.renewal().renewAt(clock.now()));
    }

    /** Has one of them renewed now that a server has given by that parent; null if there is none. */
    @Nullable
    Renewal renewOne(String parent) {
        for (var holding : holdings) {
            if (holding.lease().terms().isKnown() && holding.lease().parent().equals(parent)) {
                holding.renewal().renewAt(clock.now());
                return holding.renewal();
            }
        }
        return null;
    }

    boolean isRenewing() {
        return holdings.stream().anyMatch(holding -> holding.renewal().isAsking());
    }

    /** Whether a server has renewed a lease of nobody's by that parent since this was asked last. */
    boolean wasFreeRenewed(String parent) {
        return freeRenewed.remove(parent);
    }

    /** Makes a lease of nobody's that has come. */
    void addFree(String parent, Identity identity, Terms terms, Moment given) {
        var lease = new Lease(null, "", parent, identity, terms, given);
        store.save(lease);
        keep(lease, 0);
    }

    /** Does what is due; when it wants to be called next. */
    long turn() {
        long now = clock.now();
        long next = askings.turn(now);
        for (var parent : askings.needy()) {
            scarce.add(parent);
            releaseFree(parent, 0);
        }
        for (var holding : List.copyOf(holdings)) {
            ears.act(holding.lease().parent(), holding.renewal(), now);
            noteEvents(holding);
            next = Math.min(next, holding.renewal().wake());
        }
        return next;
    }

    private void noteEvents(Holding holding) {
        for (var event : holding.renewal().takeEvents()) {
            try {
                note(holding, event);
            } catch (RuntimeException e) {
                watch.tell("for " + holding.lease().name() + ": " + e.getMessage());
            }
        }
    }

    /** Gives everybody what has arrived, and notes what came of it. */
    void hear() {
        for (var parent : ears.parents()) {
            List<Exchange> exchanges = new ArrayList<>();
            askings.addTo(exchanges, parent);
            for (var holding : holdings) {
                if (holding.renewal().isAsking() && holding.lease().parent().equals(parent)) {
                    exchanges.add(holding.renewal());
                }
            }
            ears.hear(parent, exchanges);
        }
        for (var holding : List.copyOf(holdings)) {
            noteEvents(holding);
        }
    }

    private void note(Holding holding, LeaseEvent event) {
        var attachment = holding.attachment();
        switch (event) {
            case LeaseEvent.Renewed(Terms terms, long at) -> renewed(holding, terms, at);
            case LeaseEvent.Restored(Terms terms, long at) -> {
                renewed(holding, terms, at);
                if (attachment != null) {
                    watch.tell(holding.lease().name() + " is leased again");
                    watch.restored(attachment, holding.lease().granted());
                }
            }
            case LeaseEvent.Expired() -> {
                if (attachment == null) {
                    drop(holding);
                    store.delete(holding.lease());
                } else {
                    watch.tell("the lease of " + holding.lease().name()
                            + " has ended, and nobody renewed it: the pod loses its address until "
                            + holding.lease().terms().server() + " gives it again");
                    watch.expired(attachment, holding.lease().granted());
                }
            }
            case LeaseEvent.Trouble(String sentence) -> {
                if (attachment != null) {
                    watch.tell("for " + holding.lease().name() + ": " + sentence);
                } else {
                    drop(holding);
                    store.delete(holding.lease());
                }
            }
        }
    }

    private void renewed(Holding holding, Terms terms, long at) {
        var now = clock.moment();
        if (holding.isFree()) {
            freeRenewed.add(holding.lease().parent());
        }
        holding.become(holding.lease().with(terms, now.plus(at - now.sinceBoot())));
        ears.forget(holding.lease().parent(), holding.renewal().mac());
        store.update(holding.lease());
    }

    @Override
    public void close() {
        ears.close();
        askings.close();
    }
}

package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.sys.Doze;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The leases of all pods of a node, for a process that stays: got, renewed as long as their pods are there, and a few held ready for pods whose names do not come again. One thread and
 * one packet socket for each parent interface do it all.
 */
public final class Leases implements AddressSource, AutoCloseable {

    /** How often the disk is looked at for what other processes did, in milliseconds. */
    private static final long LOOK = 10_000;

    private static final Duration POLL = Duration.ofMillis(20);

    /** How long the keeper may take to say how the leases stand. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final LeaseStore store;
    private final LeaseWatch watch;
    private final Map<String, Integer> ready;
    private final Clock clock = new Clock();
    private final Random random = new Random();
    private final Keeper keeper;
    private final Map<String, Reserve> reserves = new LinkedHashMap<>();
    private final Doze doze = new Doze();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    private long nextLook;
    private String said = "";

    private Leases(LeaseStore store, LeaseWatch watch, Map<String, Integer> ready) {
        this.store = store;
        this.watch = watch;
        this.ready = ready;
        keeper = new Keeper(store, watch, clock);
        ready.forEach(
                (parent, count) -> reserves.put(parent, new Reserve(keeper, watch, clock, random, parent, count)));
        thread = Thread.ofPlatform().name("dhcp").daemon().unstarted(this::run);
    }

    /**
     * Those of a node, which {@link #begin} keeps; who asks for one before waits for that.
     *
     * @param ready how many are held for pods to come, 0 for none, by the interface by which they are taken beforehand
     */
    public static Leases of(LeaseStore store, LeaseWatch watch, Map<String, Integer> ready) {
        return new Leases(store, watch, ready);
    }

    /** The same with one such interface, begun. */
    public static Leases start(LeaseStore store, LeaseWatch watch, String readyParent, int ready) {
        var leases = of(store, watch, Map.of(readyParent, ready));
        leases.begin();
        return leases;
    }

    /** Whether there may be pods with leases, whose keeper ended some time ago. */
    public boolean areThere() {
        try {
            return !store.attachments().isEmpty();
        } catch (CniException unreadable) {
            return true; // and who keeps them says so, and keeps trying
        }
    }

    /**
     * Takes over all leases that are on the disk and begins to renew them, in the network namespace of the calling thread, which must be the node's; nothing if that has begun. For one
     * thread.
     */
    public void begin() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    @Override
    public Granted acquire(AddressRequest request) {
        var attachment = request.attachment();
        var had = store.find(attachment);
        if (had != null && had.end(clock.moment()) > clock.now()) {
            return had.granted();
        }
        var pod = OneCall.pod(request);
        if (Identity.isAnybody(request)) {
            var free = call(() -> {
                var reserve = reserves.get(request.parent());
                if (reserve != null) {
                    reserve.isAskedForOne();
                }
                return keeper.claim(attachment, pod, request.parent(), request.pod());
            });
            if (free != null) {
                // all but the pod's name has been on the disk since it was taken: the keeper writes that when it wakes
                commands.add(() -> store.update(free));
                return free.granted();
            }
        }
        var identity = Identity.of(request, random);
        var key = identity.key();
        var before = key == null ? null : store.remembered(key);
        var given = clock.moment();
        var asking = ask(request, identity, before);
        // on the disk while nobody has answered yet that the address is his
        var early = leaseOf(request, identity, await(asking.acknowledged(), request, identity), given);
        try {
            write(early, before);
        } catch (CniException e) {
            call(() -> {
                keeper.release(attachment, _ -> 0);
                return keeper.giveUp(attachment);
            });
            throw e;
        }
        var lease = leaseOf(request, identity, finalTerms(asking, request, identity, early), given);
        if (!call(() -> keeper.hold(lease, room(lease.parent())))) {
            throw new CniException(ErrorCode.TRY_AGAIN_LATER, attachment + " was deleted while it was being added");
        }
        if (before != null) {
            store.delete(before);
        }
        return lease.granted();
    }

    /** What the pod's name had before, and has again, is on the disk: that the server gives it for longer need not be waited for. */
    private void write(Lease lease, @Nullable Lease before) {
        boolean isThere = before != null
                && before.terms().address().equals(lease.terms().address())
                && store.claim(before, Objects.requireNonNull(lease.attachment()));
        if (isThere) {
            store.update(lease);
        } else {
            store.save(lease);
        }
    }

    private static Lease leaseOf(AddressRequest request, Identity identity, Terms terms, Moment given) {
        return new Lease(request.attachment(), OneCall.pod(request), request.parent(), identity, terms, given);
    }

    private Asking ask(AddressRequest request, Identity identity, @Nullable Lease before) {
        return call(() -> {
            var key = identity.key();
            var held = before != null ? before.terms().address().address() : key == null ? null : keeper.heldBy(key);
            return keeper.ask(
                    request.attachment(),
                    request.parent(),
                    identity,
                    held,
                    request.patience().toMillis());
        });
    }

    /** What is given in the end, which is something else where somebody had the address that was given first; on the disk, too. */
    private Terms finalTerms(Asking asking, AddressRequest request, Identity identity, Lease early) {
        try {
            var terms = await(asking.answer(), request, identity);
            if (!terms.equals(early.terms())) {
                store.save(leaseOf(request, identity, terms, early.given()));
            }
            return terms;
        } catch (CniException e) {
            store.delete(early);
            call(() -> keeper.giveUp(request.attachment()));
            throw e;
        }
    }

    private Terms await(CompletableFuture<Terms> answer, AddressRequest request, Identity identity) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            call(() -> keeper.giveUp(request.attachment()));
            if (e.getCause() instanceof Asking.NothingGiven nothing) {
                throw OneCall.failure(request, identity, String.valueOf(nothing.getMessage()));
            }
            throw e.getCause() instanceof CniException refused ? refused : e;
        }
    }

    /**
     * Takes over what another client has got for a pod and keeps no more, the reference plugin's daemon: it is asked for under that client's identity from now on, and kept like any other as
     * soon as a server has said for how long. Does not wait for that.
     *
     * @param request of the pod's, with what the network's configuration says
     * @param mac of the pod's interface
     * @param address that the pod has
     */
    public void inherit(AddressRequest request, MacAddress mac, Prefix address) {
        store.save(new Lease(
                request.attachment(),
                OneCall.pod(request),
                request.parent(),
                Identity.ofReferencePlugin(request, mac),
                Terms.unknown(address),
                clock.moment()));
        commands.add(keeper::lookAtDisk);
        doze.wake();
    }

    @Override
    public void release(AttachmentId attachment) {
        call(() -> {
            try {
                keeper.release(attachment, this::room);
            } catch (RuntimeException e) {
                watch.tell("the lease of " + attachment + " is left to end by itself: " + e.getMessage());
            }
            return true;
        });
    }

    private int room(String parent) {
        var reserve = reserves.get(parent);
        return reserve == null ? 0 : reserve.room();
    }

    /** How many leases are held for pods to come, for whoever reports on the node. */
    public int readyNow() {
        return call(() -> ready.keySet().stream().mapToInt(keeper::countFree).sum());
    }

    /** How each stands, for whoever reports on the node; none if their keeper does not answer, as when the node is given up. */
    public List<LeaseStanding> standings() {
        var result = new CompletableFuture<List<LeaseStanding>>();
        if (!closed) {
            commands.add(() -> result.complete(keeper.standings()));
            doze.wake();
        }
        try {
            return result.get(closed ? 0 : ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException | TimeoutException silent) {
            return List.of();
        }
    }

    /**
     * What a server says to one more client, which does not take what it is offered.
     *
     * @param offered null if nothing was
     * @param account what was asked and heard then
     * @param renews whether a server that offers nothing has renewed a lease of ours at the same time: it is there, and has none left
     */
    public record Offer(@Nullable Terms offered, String account, boolean renews) {}

    /**
     * Asks the servers of a parent interface, and waits for what they say.
     *
     * @param patience for each of two questions. A server that pings first needs 3 s
     * @throws CniException if there is no such interface, or it is down
     */
    public Offer ask(String parent, Duration patience) {
        var answer = call(() -> keeper.look(parent, Identity.anybody(random), patience.toMillis()));
        try {
            return new Offer(answer.join(), "", true);
        } catch (CompletionException e) {
            if (e.getCause() instanceof Asking.NothingGiven nothing) {
                return new Offer(null, String.valueOf(nothing.getMessage()), renewsOne(parent, patience));
            }
            throw e.getCause() instanceof CniException refused ? refused : e;
        }
    }

    private boolean renewsOne(String parent, Duration patience) {
        var renewal = call(() -> keeper.renewOne(parent));
        long deadline = clock.now() + patience.toMillis();
        while (renewal != null && clock.now() < deadline && pause()) {
            if (!call(renewal::isAsking)) {
                return true;
            }
        }
        return false;
    }

    /** Has the keeper's thread do something, and waits for it. */
    private <T extends @Nullable Object> T call(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        commands.add(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        doze.wake();
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void run() {
        attempt(keeper::takeOver);
        attempt(() -> {
            keeper.releaseFreeBut(ready.keySet());
            ready.forEach(keeper::releaseFree);
        });
        while (!closed) {
            attempt(this::turn);
        }
        keeper.close();
        doze.close();
    }

    /** What goes wrong with one must not end the renewal of all others. */
    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            var trouble = "leases may not be renewed in time: " + e.getMessage();
            if (!trouble.equals(said)) {
                said = trouble;
                watch.tell(trouble);
            }
            doze.await(keeper.ears().sockets(), 1_000);
        }
    }

    private void turn() {
        for (var command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        long now = clock.now();
        if (now >= nextLook) {
            nextLook = now + LOOK;
            keeper.lookAtDisk();
        }
        long next = Math.min(keeper.turn(), nextLook);
        for (var reserve : reserves.values()) {
            next = Math.min(next, reserve.turn());
        }
        if (commands.isEmpty()) {
            doze.await(keeper.ears().sockets(), (int) Math.clamp(next - clock.now(), 0, LOOK));
        }
        keeper.hear();
    }

    /**
     * The node is given up, and this process may end while pods are there: gives back what is held ready, and has all others renewed, so that each has its whole time until somebody renews
     * it again.
     *
     * @param patience how long to wait for the servers' answers
     */
    public void retire(Duration patience) {
        call(() -> {
            reserves.values().forEach(Reserve::close);
            keeper.releaseFreeBut(Set.of());
            keeper.renewAll();
            return true;
        });
        long deadline = clock.now() + patience.toMillis();
        while (clock.now() < deadline && call(keeper::isRenewing)) {
            if (!pause()) {
                return;
            }
        }
    }

    /** Whether the thread may wait on. */
    private static boolean pause() {
        try {
            Thread.sleep(POLL);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Gives back what is held ready, ends, and forgets all, as the node is left. */
    public void giveUp() {
        if (!closed) {
            call(() -> {
                keeper.releaseFreeBut(Set.of());
                closed = true;
                return true;
            });
        }
        close();
        store.forget();
    }

    @Override
    public void close() {
        closed = true;
        doze.wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

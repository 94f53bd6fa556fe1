package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private final Commands commands = new Commands();
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
            var free = commands.call(() -> {
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
        return new Granting(store, keeper, commands, this::room, request, Identity.of(request, random))
                .run(clock.moment());
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
        commands.hasten(keeper::lookAtDisk);
    }

    @Override
    public void release(AttachmentId attachment) {
        commands.call(() -> {
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
        return commands.call(
                () -> ready.keySet().stream().mapToInt(keeper::countFree).sum());
    }

    /** How each stands, for whoever reports on the node; none if their keeper does not answer, as when the node is given up. */
    public List<LeaseStanding> standings() {
        var result = new CompletableFuture<List<LeaseStanding>>();
        if (!closed) {
            commands.hasten(() -> result.complete(keeper.standings()));
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
        var answer = commands.call(() -> keeper.look(parent, Identity.anybody(random), patience.toMillis()));
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
        var renewal = commands.call(() -> keeper.renewOne(parent));
        long deadline = clock.now() + patience.toMillis();
        while (renewal != null && clock.now() < deadline && pause()) {
            if (!commands.call(renewal::isAsking)) {
                return true;
            }
        }
        return false;
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
        commands.close();
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
            commands.await(keeper.ears().sockets(), 1_000);
        }
    }

    private void turn() {
        commands.work();
        long now = clock.now();
        if (now >= nextLook) {
            nextLook = now + LOOK;
            keeper.lookAtDisk();
        }
        long next = Math.min(keeper.turn(), nextLook);
        for (var reserve : reserves.values()) {
            next = Math.min(next, reserve.turn());
        }
        commands.await(keeper.ears().sockets(), Math.clamp(next - clock.now(), 0, LOOK));
        keeper.hear();
    }

    /**
     * The node is given up, and this process may end while pods are there: gives back what is held ready, and has all others renewed, so that each has its whole time until somebody renews
     * it again.
     *
     * @param patience how long to wait for the servers' answers
     */
    public void retire(Duration patience) {
        commands.call(() -> {
            reserves.values().forEach(Reserve::close);
            keeper.releaseFreeBut(Set.of());
            keeper.renewAll();
            return true;
        });
        long deadline = clock.now() + patience.toMillis();
        while (clock.now() < deadline && commands.call(keeper::isRenewing)) {
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
            commands.call(() -> {
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
        commands.wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

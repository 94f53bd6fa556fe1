package dev.routefix.dhcp.client;

import dev.routefix.cni.CniException;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.machine.Terms;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The leases that are held ready for pods to come. They are taken one after the other, as long as the server has some to spare: when as many are there as should be, and whenever one of
 * them has been renewed, it is looked whether the server would give yet another. If it would not, all go back to it, for somebody on the LAN may need one. A server that has answered
 * nothing for long may only be away, and then they are worth most. For one thread.
 */
final class Reserve {

    /** How long a lease for nobody yet is asked for. A server that pings before it offers needs 3 s. */
    private static final long PATIENCE = 20_000;

    /** How long the server is let be after nothing came of it. */
    private static final long FIRST_PAUSE = 30_000;

    private static final long LONGEST_PAUSE = 600_000;

    /** A server that was heard within this time and offers nothing has nothing. */
    private static final long ALIVE = 60_000;

    private final Keeper keeper;
    private final LeaseWatch watch;
    private final Clock clock;
    private final Random random;
    private final String parent;
    private int size;

    private Identity next;
    private @Nullable CompletableFuture<Terms> answer;
    private boolean onlyLooks;
    private boolean lookIsDue;
    private boolean told;
    private long heard = Long.MIN_VALUE / 2;
    private long nextAsk;
    private long pause = FIRST_PAUSE;

    /**
     * One that has taken none.
     *
     * @param parent the interface by which they are taken
     * @param size how many are held
     */
    Reserve(Keeper keeper, LeaseWatch watch, Clock clock, Random random, String parent, int size) {
        this.keeper = keeper;
        this.watch = watch;
        this.clock = clock;
        this.random = random;
        this.parent = parent;
        this.size = size;
        next = Identity.anybody(random);
    }

    /** No pod will come any more. */
    void close() {
        size = 0;
    }

    /** How many leases may be held for pods to come, one that is being asked for not counted. */
    int room() {
        return answer == null || onlyLooks ? size : size - 1;
    }

    /** A pod comes, and takes one if there is one. */
    void isAskedForOne() {
        nextAsk = Math.max(nextAsk, clock.now() + Keeper.BY_THE_WAY);
    }

    /** Does what is due; when it wants to be called next. */
    long turn() {
        long now = clock.now();
        if (keeper.wasFreeRenewed(parent)) {
            heard = now;
            lookIsDue = true;
        }
        if (keeper.wasScarce(parent)) {
            nextAsk = now + LONGEST_PAUSE;
        }
        if (answer != null && answer.isDone()) {
            finish(answer, now);
        }
        if (answer != null) {
            return Long.MAX_VALUE;
        }
        boolean isShort = keeper.countFree(parent) < size;
        if ((isShort && now >= nextAsk) || (lookIsDue && keeper.countFree(parent) > 0)) {
            onlyLooks = !isShort || now < nextAsk;
            ask(now);
            return now;
        }
        return isShort ? nextAsk : Long.MAX_VALUE;
    }

    private void ask(long now) {
        try {
            answer = onlyLooks
                    ? keeper.look(parent, next, PATIENCE / 2)
                    : keeper.ask(null, parent, next, null, PATIENCE).answer();
        } catch (CniException noInterface) {
            lookIsDue = false;
            waitLonger(now); // those who have a pod that waits are told
        }
    }

    private void waitLonger(long now) {
        nextAsk = now + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    private void finish(CompletableFuture<Terms> done, long now) {
        boolean looked = onlyLooks;
        answer = null;
        onlyLooks = false;
        if (done.isCompletedExceptionally()) {
            nothingGiven(now);
        } else {
            pause = FIRST_PAUSE;
            if (looked) {
                lookIsDue = false;
                told = false;
            } else {
                var taken = next;
                // one that was only looked for is taken as the same one later: a server may have set it aside
                next = Identity.anybody(random);
                heard = now;
                lookIsDue = true;
                keeper.addFree(parent, taken, done.join(), clock.moment());
                keeper.releaseFree(parent, size); // what comes after the end
            }
        }
    }

    private void nothingGiven(long now) {
        next = Identity.anybody(random);
        lookIsDue = false;
        if (now < heard + ALIVE && keeper.countFree(parent) > 0) {
            if (!told) {
                told = true;
                watch.tell("the DHCP server of " + parent + " has no address left beyond the "
                        + keeper.countFree(parent)
                        + " that are held ready: they are given back, and none is taken for " + LONGEST_PAUSE / 60_000
                        + " min; give its range more addresses, or set WARM_LEASES=0");
            }
            keeper.releaseFree(parent, 0);
            nextAsk = now + LONGEST_PAUSE;
        } else {
            waitLonger(now);
        }
    }
}

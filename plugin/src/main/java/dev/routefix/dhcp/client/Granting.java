package dev.routefix.dhcp.client;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.dhcp.machine.Terms;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One pod's address, asked of the servers: from the request to the lease that is on the disk and kept. For the thread of whoever waits for it.
 *
 * @param room how many leases may be held for nobody that came by a parent
 */
record Granting(
        LeaseStore store,
        Keeper keeper,
        Commands commands,
        ToIntFunction<String> room,
        AddressRequest request,
        Identity identity) {

    /**
     * Waits for it.
     *
     * @param given when it began
     * @throws CniException code 11 if there is none
     */
    Granted run(Moment given) {
        var key = identity.key();
        var before = key == null ? null : store.remembered(key);
        var asking = ask(before);
        // on the disk while nobody has answered yet that the address is his
        var early = lease(await(asking.acknowledged()), given);
        try {
            write(early, before);
        } catch (CniException e) {
            commands.call(() -> {
                keeper.release(request.attachment(), _ -> 0);
                return keeper.giveUp(request.attachment());
            });
            throw e;
        }
        var lease = lease(finalTerms(asking, early), given);
        if (!commands.call(() -> keeper.hold(lease, room.applyAsInt(lease.parent())))) {
            throw new CniException(
                    ErrorCode.TRY_AGAIN_LATER, request.attachment() + " was deleted while it was being added");
        }
        if (before != null) {
            store.delete(before);
        }
        return lease.granted();
    }

    private Lease lease(Terms terms, Moment given) {
        return new Lease(request.attachment(), OneCall.pod(request), request.parent(), identity, terms, given);
    }

    private Asking ask(@Nullable Lease before) {
        return commands.call(() -> {
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

    /** What is given in the end, which is something else where somebody had the address that was given first; on the disk, too. */
    private Terms finalTerms(Asking asking, Lease early) {
        try {
            var terms = await(asking.answer());
            if (!terms.equals(early.terms())) {
                store.save(lease(terms, early.given()));
            }
            return terms;
        } catch (CniException e) {
            store.delete(early);
            commands.call(() -> keeper.giveUp(request.attachment()));
            throw e;
        }
    }

    private Terms await(CompletableFuture<Terms> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            commands.call(() -> keeper.giveUp(request.attachment()));
            if (e.getCause() instanceof Asking.NothingGiven nothing) {
                throw OneCall.failure(request, identity, String.valueOf(nothing.getMessage()));
            }
            throw e.getCause() instanceof CniException refused ? refused : e;
        }
    }
}

package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.machine.Acquisition;
import dev.routefix.dhcp.machine.Exchange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All addresses that are being asked for. For one thread. */
final class Askings {

    private final Ears ears;
    private final Clock clock;
    private final List<Asking> all = new ArrayList<>();
    private final Set<String> needy = new HashSet<>();

    Askings(Ears ears, Clock clock) {
        this.ears = ears;
        this.clock = clock;
    }

    /**
     * Begins one.
     *
     * @param attachment for which; null for what is taken beforehand, or only looked at
     * @throws CniException if there is no such interface, or it is down
     */
    Asking begin(@Nullable AttachmentId attachment, String parent, Acquisition acquisition) {
        ears.require(parent);
        var asking = new Asking(attachment, parent, acquisition, clock.now());
        all.add(asking);
        return asking;
    }

    /** That attachment is gone: whoever waits for its address is told. */
    void cancel(AttachmentId attachment) {
        for (var asking : List.copyOf(all)) {
            if (attachment.equals(asking.attachment())) {
                end(asking);
                asking.fail(new CniException(
                        ErrorCode.TRY_AGAIN_LATER, attachment + " was deleted while it was being added"));
            }
        }
    }

    /** Does what is due; when it wants to be called next. */
    long turn(long now) {
        long next = Long.MAX_VALUE;
        needy.clear();
        Set<String> probing = new HashSet<>();
        for (var asking : List.copyOf(all)) {
            var acquisition = asking.acquisition();
            ears.act(asking.parent(), acquisition, now);
            if (acquisition.isOver()) {
                end(asking);
            } else if (acquisition.listensToArp()) {
                probing.add(asking.parent());
            }
            asking.tell();
            if (asking.isInNeed(now)) {
                needy.add(asking.parent());
            }
            next = Math.min(next, Math.min(acquisition.wake(), asking.needAt(now)));
        }
        ears.listenToArp(probing);
        return next;
    }

    private void end(Asking asking) {
        var acquisition = asking.acquisition();
        var giveBack = acquisition.giveBack();
        if (giveBack != null) {
            ears.send(asking.parent(), acquisition.mac(), giveBack);
        }
        all.remove(asking);
        ears.forget(asking.parent(), acquisition.mac());
    }

    /** By which parents a server seemed to have no address left for some pod at the last turn. */
    Set<String> needy() {
        return needy;
    }

    /** Adds those that want to hear what arrives by that parent. */
    void addTo(List<Exchange> exchanges, String parent) {
        for (var asking : all) {
            if (asking.parent().equals(parent)) {
                exchanges.add(asking.acquisition());
            }
        }
    }

    /** Nobody is asked any more. */
    void close() {
        for (var asking : all) {
            asking.fail(new CniException(ErrorCode.TRY_AGAIN_LATER, "this node's appliance is being replaced"));
        }
    }
}

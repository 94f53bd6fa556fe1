package dev.routefix.lifecycle;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.sandbox.Sandboxes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where this node stands, and which sandboxes of ours are on it: the one owner of both. The resident, the process that ends a retirement and the plugin
 * report what happens; {@link LifeEvent} says what follows. What is asked and what is decided happens under the lock of {@link Attachments#exclusively}, so
 * that no pod slips in between.
 */
public final class Lifecycle {

    /**
     * DEL calls the chain's plugins from the last to the first, and we come before macvlan and its IPAM. Their executables have to stay until the whole
     * chain is through: until the runtime removes the sandbox's network namespace, or so long where that had gone before.
     */
    private static final Duration REST_OF_THE_CHAIN = Duration.ofSeconds(10);

    /** A namespace that is still there after this is no sandbox's that ends. The kubelet waits as long for a DEL. */
    private static final Duration PATIENCE_FOR_A_CHAIN = Duration.ofMinutes(2);

    private final PhaseFile file;
    private final SandboxLedger ledger;
    private final Attachments attachments;
    private final Sandboxes sandboxes;
    private final ContainerRuntime runtime;
    private final Clock clock;

    /** Whether this process took the last thing away. Nothing on the node can say so, as there is nothing of ours. */
    private volatile boolean gone;

    /**
     * The life of this node.
     *
     * @param state {@code /var/lib/route-fix}, which survives a reboot
     * @param attachments the records of what is attached
     * @param sandboxes how this process finds a sandbox
     */
    public Lifecycle(Path state, Attachments attachments, Sandboxes sandboxes, ContainerRuntime runtime) {
        this(state, attachments, sandboxes, runtime, Clock.systemUTC());
    }

    Lifecycle(Path state, Attachments attachments, Sandboxes sandboxes, ContainerRuntime runtime, Clock clock) {
        file = new PhaseFile(state);
        ledger = new SandboxLedger(state);
        this.attachments = attachments;
        this.sandboxes = sandboxes;
        this.runtime = runtime;
        this.clock = clock;
    }

    public Phase phase() {
        return gone ? Phase.GONE : file.phase();
    }

    /**
     * Refuses an ADD on a node that takes no pods.
     *
     * @throws CniException code 11
     */
    public void refuse() {
        if (!phase().takesPods()) {
            throw new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "route-fix has been removed from this node and stays only until the pods it has here are gone: new pods cannot be"
                            + " attached. Apply the route-fix DaemonSet again to keep using it, or drain the node to have it go");
        }
    }

    /** A sandbox becomes ours: before anything is done for it. */
    public void attaches(String sandbox) {
        ledger.enter(sandbox);
    }

    /** A sandbox's DEL has come to us, and the plugins before us in the chain are still to be called. */
    public void detaches(String sandbox, String netns) {
        ledger.leave(sandbox, !netns.isEmpty() && sandboxes.isThere(netns, null) ? netns : "");
    }

    /** The appliance starts; true if that ends a retirement. */
    public boolean start() {
        if (phase() == Phase.KEPT && attachments.all().isEmpty()) {
            return false; // and nothing is written on a node that may not be ours to install on
        }
        var ended = new boolean[1];
        attachments.exclusively(() -> {
            ended[0] = phase() != Phase.KEPT;
            move(LifeEvent.STARTED, Map.of());
            // those of a version without a ledger, and of a state that somebody emptied
            for (var attachment : attachments.all()) {
                ledger.enter(attachment.id().containerId());
            }
        });
        return ended[0];
    }

    /**
     * The node is given up.
     *
     * @param regardless whether nobody is to be waited for
     * @param settings what is needed to take everything away later, from the host and without the container
     * @return what the node is now
     */
    public Phase uninstall(boolean regardless, Map<String, String> settings) {
        attachments.exclusively(() -> {
            boolean wait = !regardless && isOccupied();
            move(wait ? LifeEvent.UNINSTALLED_WITH_SANDBOXES : LifeEvent.UNINSTALLED, settings);
        });
        return phase();
    }

    /** Looks whether the last sandbox of ours has been removed; what the node is then. A node that is kept only forgets those that have been. */
    public Phase look() {
        if (phase() != Phase.GONE) {
            attachments.exclusively(() -> {
                if (!isOccupied()) {
                    move(LifeEvent.NO_SANDBOX_LEFT, settings());
                }
            });
        }
        return phase();
    }

    /** The last thing of ours was taken away. */
    public void takenAway() {
        ledger.forget();
        move(LifeEvent.TAKEN_AWAY, Map.of());
    }

    private void move(LifeEvent event, Map<String, String> settings) {
        var before = phase();
        var after = event.after(before);
        switch (after) {
            case RETIRING, LEAVING -> {
                ledger.sync();
                runtime.learn(file.runtimeDirectories());
                if (after != before) {
                    file.write(after, settings, runtime.directories());
                }
            }
            case KEPT, GONE -> file.remove();
        }
        gone = after == Phase.GONE;
    }

    /** What {@link #uninstall} was given; empty if it cannot be read, and then the defaults have to do. */
    public Map<String, String> settings() {
        return file.settings();
    }

    /** The attachments whose sandbox is there; a sandbox that is gone holds no pod. */
    public List<Attachment> attached() {
        var attached = new ArrayList<Attachment>();
        for (var attachment : attachments.all()) {
            if (sandboxes.isThere(attachment.netns(), attachment.namespace())) {
                attached.add(attachment);
            }
        }
        return attached;
    }

    /** The sandboxes that have been torn down and not removed: the runtime will ask for their network once more. */
    public List<String> stopped() {
        runtime.learn(file.runtimeDirectories());
        var attached = idsOfAttached();
        var stopped = new ArrayList<String>();
        for (var id : ledger.ids()) {
            if (!attached.contains(id) && runtime.has(id)) {
                stopped.add(id);
            }
        }
        return stopped;
    }

    /** Whether some sandbox's DEL came so lately that its removal may follow from it. */
    public boolean isSomebodyLeaving(Duration lately) {
        var recent = clock.instant().minus(lately);
        for (var id : ledger.ids()) {
            var entry = ledger.find(id);
            if (entry != null && entry.netns() != null && entry.since().isAfter(recent)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some sandbox of ours needs what we have here; forgets those that have been removed. */
    private boolean isOccupied() {
        runtime.learn(file.runtimeDirectories());
        var attached = idsOfAttached();
        boolean occupied = !attached.isEmpty();
        for (var id : ledger.ids()) {
            if (attached.contains(id)) {
                continue;
            }
            if (runtime.has(id) || isInTheChain(ledger.find(id))) {
                occupied = true;
            } else {
                ledger.remove(id);
            }
        }
        return occupied;
    }

    private Set<String> idsOfAttached() {
        var ids = new HashSet<String>();
        for (var attachment : attached()) {
            ids.add(attachment.id().containerId());
        }
        return ids;
    }

    private boolean isInTheChain(SandboxLedger.@Nullable Entry entry) {
        var netns = entry == null ? null : entry.netns();
        if (entry == null || netns == null) {
            return false;
        }
        var patience = netns.isEmpty() ? REST_OF_THE_CHAIN : PATIENCE_FOR_A_CHAIN;
        return entry.since().isAfter(clock.instant().minus(patience))
                && (netns.isEmpty() || sandboxes.isThere(netns, null));
    }
}

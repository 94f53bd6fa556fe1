package dev.routefix.lifecycle;

import static dev.routefix.lifecycle.Phase.GONE;
import static dev.routefix.lifecycle.Phase.KEPT;
import static dev.routefix.lifecycle.Phase.LEAVING;
import static dev.routefix.lifecycle.Phase.RETIRING;

/**
 * What can happen to a node, and what it is to us afterwards: the whole life in one table. A crash, an OOM kill, a liveness restart and a reboot are no
 * events: after them a node is what it was.
 */
public enum LifeEvent {
    // what the node is afterwards, if it was: kept, retiring, leaving, gone

    /** The appliance starts: whoever starts it wants the node kept. */
    STARTED(KEPT, KEPT, KEPT, KEPT),

    /** It is to go, and some sandbox that was ever ours has not been removed. */
    UNINSTALLED_WITH_SANDBOXES(RETIRING, RETIRING, LEAVING, GONE),

    /** It is to go, and no sandbox depends on it, or nobody is to be waited for. */
    UNINSTALLED(LEAVING, LEAVING, LEAVING, GONE),

    /** A look at the node found no sandbox of ours. */
    NO_SANDBOX_LEFT(KEPT, LEAVING, LEAVING, GONE),

    /** The last thing of ours was taken away. */
    TAKEN_AWAY(KEPT, RETIRING, GONE, GONE);

    private final Phase afterKept;
    private final Phase afterRetiring;
    private final Phase afterLeaving;
    private final Phase afterGone;

    LifeEvent(Phase afterKept, Phase afterRetiring, Phase afterLeaving, Phase afterGone) {
        this.afterKept = afterKept;
        this.afterRetiring = afterRetiring;
        this.afterLeaving = afterLeaving;
        this.afterGone = afterGone;
    }

    /** What a node is after this. */
    public Phase after(Phase before) {
        return switch (before) {
            case KEPT -> afterKept;
            case RETIRING -> afterRetiring;
            case LEAVING -> afterLeaving;
            case GONE -> afterGone;
        };
    }
}

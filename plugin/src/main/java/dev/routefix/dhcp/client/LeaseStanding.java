package dev.routefix.dhcp.client;

/**
 * How a lease stands that is being kept, for whoever reports on the node.
 *
 * @param renewal in how many milliseconds its server is asked for more time; 0 if that is under way, {@code Long.MAX_VALUE} for never
 * @param end in how many milliseconds it ends if nobody renews it; less than 0 if it has, {@code Long.MAX_VALUE} for never
 */
public record LeaseStanding(State state, long renewal, long end) {

    /** What is done about it. */
    public enum State {
        /** It is a pod's, and its time has not come. */
        HELD,
        /** It is a pod's, and a server is being asked for more time. */
        RENEWING,
        /** It was a pod's, and has ended; servers are asked for it again. */
        EXPIRED,
        /** It is held ready for a pod to come. */
        WARM
    }
}

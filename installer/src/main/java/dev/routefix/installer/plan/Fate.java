package dev.routefix.installer.plan;

/** What can become of a packet in a chain. */
public enum Fate {
    /** It goes on. */
    PASSED,

    /** It ends there. */
    DROPPED,

    /** It goes on from another address. */
    REWRITTEN,

    /** The chain has nothing to say about it: whoever led it there goes on with it. */
    RETURNED
}

package dev.routefix.installer.config;

/** For how long a network is on the node. */
public enum Stay {
    /** Pods come and go. */
    KEPT,
    /** It has been taken off the list: what is there stays until its pods are gone, and none is added. */
    RETIRING,
    /** So it was, and its pods are gone. */
    GONE
}

package dev.routefix.netlink;

/** Something the kernel tells unasked. What it says may be over already: it is a reason to look, not a state to believe in. */
public sealed interface Event {

    /** An interface came or changed; also told when one on top of it did, and then nothing of its own need be new. */
    record LinkChanged(Link link) implements Event {}

    /**
     * An interface went.
     *
     * @param link its index
     */
    record LinkGone(int link) implements Event {}

    /**
     * An interface gained or lost an address.
     *
     * @param link its index
     */
    record AddressChanged(int link) implements Event {}

    /** Somebody changed the packet filter's rules in nftables. */
    record RulesChanged() implements Event {}

    /** More happened than we could take in. */
    record SomeLost() implements Event {}
}

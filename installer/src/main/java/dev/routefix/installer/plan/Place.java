package dev.routefix.installer.plan;

/** Where in its chain a rule of ours has to stand, among those of others. */
sealed interface Place {

    /** Before everybody else's. */
    record First() implements Place {}

    /**
     * Before every rule that would do something to a packet. Programs that want to be first themselves and do no such thing may be.
     *
     * @param harm what must not become of it before
     */
    record Before(Packet packet, Fate harm) implements Place {}

    /** At the end when it is put there, but before a rule that drops everything, which is as good as a policy. */
    record Last() implements Place {}
}

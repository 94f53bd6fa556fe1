/** The relay: the executable that hands a call to the resident, and the protocol the two speak. Start reading at {@link dev.routefix.relay.Relay}. */
module dev.routefix.relay {
    requires static transitive org.jspecify;

    exports dev.routefix.relay;
}

package dev.routefix.installer.resident;

import dev.routefix.relay.RelayAnswer;
import dev.routefix.relay.RelayRequest;

/** What a relay's call leads to. It is entered by many threads at once. */
@FunctionalInterface
public interface Door {

    RelayAnswer enter(RelayRequest request);
}

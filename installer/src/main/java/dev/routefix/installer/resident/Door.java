package dev.routefix.installer.resident;

import dev.routefix.relay.RelayAnswer;
import dev.routefix.relay.RelayRequest;
import java.util.function.Consumer;

/** What a relay's call leads to. It is entered by many threads at once. */
@FunctionalInterface
public interface Door {

    /**
     * Does what is asked for and gives the answer.
     *
     * @param afterwards takes what is to be done once the answer is on its way, by the same thread and whether it arrives or not
     */
    RelayAnswer enter(RelayRequest request, Consumer<Runnable> afterwards);
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Event;
import org.jspecify.annotations.Nullable;

/** What is sent to the multicast groups of {@code linux/rtnetlink.h}: the same messages that answer a dump, told apart by their type. */
public final class EventMessage {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;

    private EventMessage() {}

    /** The event, or null for one that is of no interest. */
    public static @Nullable Event read(NlMsg message) {
        return switch (message.type()) {
            case RTM_NEWLINK -> new Event.LinkChanged(LinkMessage.read(message.body()));
            case RTM_DELLINK ->
                new Event.LinkGone(LinkMessage.read(message.body()).index());
            case RTM_NEWADDR, RTM_DELADDR ->
                new Event.AddressChanged(AddressMessage.read(message.body()).link());
            default -> null;
        };
    }
}

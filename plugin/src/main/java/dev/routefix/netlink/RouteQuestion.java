package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * Which entry of which table a packet would meet, rules included ({@code RTM_GETROUTE} with {@code RTM_F_FIB_MATCH}).
 *
 * @param source null if the sender leaves it open
 * @param arrives index of the interface by which it comes in, to be forwarded or delivered; 0 for a packet this namespace sends. Of one that
 *     comes in the kernel also asks what it asks of a real one: whether it forwards at all, and whether the sender may come from there
 * @param traits what else rules may ask for
 */
public record RouteQuestion(IpAddress destination, @Nullable IpAddress source, int arrives, Traits traits) {

    /**
     * What a packet and its sender have besides addresses; 0 is what most have.
     *
     * @param link index of the interface its socket is bound to
     * @param user number of who sends it
     * @param ipProtocol {@code IPPROTO_TCP}, {@code IPPROTO_UDP} or {@code IPPROTO_ICMP}; the kernel takes no other here
     */
    public record Traits(int link, int mark, int user, int tos, int ipProtocol, int sourcePort, int destinationPort) {
        public static final Traits NONE = new Traits(0, 0, 0, 0, 0, 0, 0);
    }

    /** One this namespace sends. */
    public static RouteQuestion sent(@Nullable IpAddress source, IpAddress destination) {
        return new RouteQuestion(destination, source, 0, Traits.NONE);
    }

    /** One that comes in by an interface. */
    public static RouteQuestion arriving(int link, IpAddress source, IpAddress destination) {
        return new RouteQuestion(destination, source, link, Traits.NONE);
    }
}

package dev.routefix.netlink;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the ARP or NDP table ({@code RTM_GETNEIGH}, {@code linux/neighbour.h}).
 *
 * @param mac null while it is being looked for
 * @param state {@code NUD_*}: {@link #PERMANENT} or what the kernel learnt
 */
public record Neighbour(
        int link, IpAddress address, @Nullable MacAddress mac, int state) {

    /** {@code NUD_PERMANENT}: never aged, never asked for, never overwritten by an answer. */
    public static final int PERMANENT = 0x80;

    public static Neighbour permanent(int link, IpAddress address, MacAddress mac) {
        return new Neighbour(link, address, mac, PERMANENT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Neighbour that
                && link == that.link
                && address.equals(that.address)
                && Objects.equals(mac, that.mac)
                && state == that.state;
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + link;
    }

    @Override
    public String toString() {
        return address + " dev #" + link
                + (mac == null ? "" : " lladdr " + mac)
                + (state == PERMANENT ? " permanent" : "");
    }
}

package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * How far an address or a route reaches ({@code RT_SCOPE_*}, {@code linux/rtnetlink.h}).
 *
 * @param number 0 to 255
 */
public record Scope(int number) {

    public static final Scope UNIVERSE = new Scope(0);
    public static final Scope LINK = new Scope(253);
    public static final Scope HOST = new Scope(254);

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scope that && number == that.number;
    }

    @Override
    public int hashCode() {
        return number;
    }
}

package dev.routefix.netlink;

import org.jspecify.annotations.Nullable;

/**
 * An address with a prefix length, as {@code ip} prints it: {@code 192.168.2.76/24}. Bits right of the prefix are kept (an interface's
 * address has them); {@link #network()} clears them.
 */
public record Prefix(IpAddress address, int length) {

    public Prefix {
        if (length < 0 || length > address.family().bits()) {
            throw new IllegalArgumentException("\"" + address + "/" + length + "\" has a prefix length outside 0.."
                    + address.family().bits());
        }
    }

    /**
     * Reads {@code 192.168.2.0/24}.
     *
     * @throws IllegalArgumentException if the text is not an address, a slash and a length
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("\"" + text + "\" lacks a prefix length such as /24");
        }
        try {
            return new Prefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" has no number after the slash", e);
        }
    }

    /** {@code 0.0.0.0/0} or {@code ::/0}. */
    public static Prefix defaultOf(Family family) {
        return new Prefix(new IpAddress(family, 0, 0), 0);
    }

    public Family family() {
        return address.family();
    }

    public boolean isDefault() {
        return length == 0;
    }

    public boolean isHost() {
        return length == family().bits();
    }

    /** The same prefix with the host bits cleared: the destination of its connected route. */
    public Prefix network() {
        int clear = family().bits() - length;
        long low = clear >= 64 ? 0 : address.low() & (-1L << clear);
        long high = clear <= 64 ? address.high() : clear == 128 ? 0 : address.high() & (-1L << (clear - 64));
        return new Prefix(new IpAddress(family(), high, low), length);
    }

    public boolean contains(IpAddress other) {
        return other.family() == family() && new Prefix(other, length).network().equals(network());
    }

    /** As {@link #parse} takes it: {@link #toString} has a word for the default. */
    public String withLength() {
        return address + "/" + length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Prefix that && length == that.length && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + length;
    }

    @Override
    public String toString() {
        return isDefault() ? "default" : address + "/" + length;
    }
}

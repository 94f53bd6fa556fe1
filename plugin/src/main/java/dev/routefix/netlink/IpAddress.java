package dev.routefix.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address. {@link InetAddress} will not do: it turns {@code ::ffff:a.b.c.d} into IPv4, so the family would be lost.
 *
 * @param high the upper 64 bits of an IPv6 address, 0 for IPv4
 * @param low the lower 64 bits; an IPv4 address fills the lowest 32
 */
public record IpAddress(Family family, long high, long low) {

    private static final Pattern DOTTED = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    /**
     * Reads {@code 192.168.2.76} or {@code fd00::76}.
     *
     * @throws IllegalArgumentException if the text is no literal address; names are never looked up
     */
    public static IpAddress parse(String text) {
        var dotted = DOTTED.matcher(text);
        if (dotted.matches()) {
            long bits = 0;
            for (int group = 1; group <= 4; group++) {
                int octet = Integer.parseInt(dotted.group(group));
                if (octet > 255) {
                    throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
                }
                bits = (bits << 8) | octet;
            }
            return new IpAddress(Family.IPV4, 0, bits);
        }
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
        }
        byte[] bytes = InetAddress.ofLiteral(text).getAddress();
        return bytes.length == 4
                ? new IpAddress(
                        Family.IPV6,
                        0,
                        0xffff_0000_0000L | (ByteBuffer.wrap(bytes).getInt() & 0xffff_ffffL))
                : of(Family.IPV6, ByteBuffer.wrap(bytes));
    }

    /** Takes the next {@link Family#bytes} bytes of {@code buffer}, which must be in network order. */
    public static IpAddress of(Family family, ByteBuffer buffer) {
        return switch (family) {
            case IPV4 -> new IpAddress(family, 0, buffer.getInt() & 0xffff_ffffL);
            case IPV6 -> new IpAddress(family, buffer.getLong(), buffer.getLong());
        };
    }

    /** The address in network order. */
    public byte[] toBytes() {
        var buffer = ByteBuffer.allocate(family.bytes);
        switch (family) {
            case IPV4 -> buffer.putInt((int) low);
            case IPV6 -> buffer.putLong(high).putLong(low);
        }
        return buffer.array();
    }

    /** This address alone: {@code /32} or {@code /128}. */
    public Prefix host() {
        return new Prefix(this, family.bits());
    }

    @Override
    public String toString() {
        try {
            return switch (family) {
                case IPV4 -> InetAddress.getByAddress(toBytes()).getHostAddress();
                case IPV6 -> CompressedIpv6.format(toBytes());
            };
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

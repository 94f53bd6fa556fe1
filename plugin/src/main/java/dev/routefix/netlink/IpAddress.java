package dev.routefix.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address. {@link InetAddress} will not do: it turns {@code ::ffff:a.b.c.d} into IPv4, so the family would be lost.
 *
 * @param high the upper 64 bits of an IPv6 address, 0 for IPv4
 * @param low the lower 64 bits; an IPv4 address fills the lowest 32
 */
public record IpAddress(Family family, long high, long low) {

    /** The lower half of {@code ::ffff:0.0.0.0}, RFC 4291 section 2.5.5.2. */
    private static final long V4_MAPPED = 0xffff_0000_0000L;

    /**
     * Reads {@code 192.168.2.76} or {@code fd00::76}.
     *
     * @throws IllegalArgumentException if the text is no literal address; names are never looked up
     */
    public static IpAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            return new IpAddress(Family.IPV4, 0, parseDotted(text));
        }
        // Java takes zones and brackets for part of a literal
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            throw refuse(text);
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(text).getAddress();
            return bytes.length == Family.IPV6.bytes
                    ? of(Family.IPV6, ByteBuffer.wrap(bytes))
                    : new IpAddress(
                            Family.IPV6, 0, V4_MAPPED | (ByteBuffer.wrap(bytes).getInt() & 0xffff_ffffL));
        } catch (IllegalArgumentException notLiteral) {
            throw refuse(text);
        }
    }

    /** Four decimal numbers. One with a leading zero is refused: some read it as octal. */
    private static long parseDotted(String text) {
        long bits = 0;
        int octet = -1;
        int dots = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c >= '0' && c <= '9' && octet != 0) {
                octet = Math.max(octet, 0) * 10 + (c - '0');
            } else if (c == '.' && octet >= 0) {
                bits = bits << 8 | octet;
                octet = -1;
                dots++;
            } else {
                throw refuse(text);
            }
            if (octet > 255) {
                throw refuse(text);
            }
        }
        if (dots != 3 || octet < 0) {
            throw refuse(text);
        }
        return bits << 8 | octet;
    }

    private static IllegalArgumentException refuse(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not an IP address");
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

    /** Whether it can be one interface's: it is neither of this host only, nor of many, nor none (RFC 6890, RFC 4291 section 2.4). */
    public boolean isOfOneHost() {
        return switch (family) {
            case IPV4 -> low >> 24 != 0 && low >> 24 != 127 && low >> 28 != 0xe && low != 0xffff_ffffL;
            case IPV6 -> (high != 0 || low > 1 || low < 0) && !isMulticast();
        };
    }

    /** Whether it is the address of a group ({@code 224.0.0.0/4}, {@code ff00::/8}). */
    public boolean isMulticast() {
        return switch (family) {
            case IPV4 -> low >> 28 == 0xe;
            case IPV6 -> high >>> 56 == 0xff;
        };
    }

    /** This address alone: {@code /32} or {@code /128}. */
    public Prefix host() {
        return new Prefix(this, family.bits());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress that && low == that.low && high == that.high && family == that.family;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * high + low);
    }

    @Override
    public String toString() {
        return switch (family) {
            case IPV4 -> (low >> 24) + "." + (low >> 16 & 0xff) + "." + (low >> 8 & 0xff) + "." + (low & 0xff);
            case IPV6 -> CompressedIpv6.format(toBytes());
        };
    }
}

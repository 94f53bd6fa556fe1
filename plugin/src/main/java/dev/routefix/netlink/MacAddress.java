package dev.routefix.netlink;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A 48-bit Ethernet address. */
public record MacAddress(long bits) {

    /** Its length in bytes: {@code ETH_ALEN} of {@code linux/if_ether.h}. */
    public static final int BYTES = 6;

    /** To every machine of a LAN. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException(Long.toHexString(bits) + " has more than 48 bits");
        }
    }

    /** Reads {@code 02:fc:00:00:00:01}. */
    public static MacAddress parse(String text) {
        try {
            byte[] bytes = COLONS.parseHex(text);
            if (bytes.length == BYTES) {
                return of(bytes);
            }
        } catch (IllegalArgumentException notHex) {
            // the message below says it better
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a MAC address such as 02:00:5e:10:00:01");
    }

    /** Takes six bytes in the order they have on the wire. */
    public static MacAddress of(byte[] bytes) {
        return new MacAddress(
                ByteBuffer.allocate(8).putShort((short) 0).put(bytes, 0, BYTES).getLong(0));
    }

    public byte[] toBytes() {
        var bytes = new byte[BYTES];
        ByteBuffer.allocate(8).putLong(0, bits).get(2, bytes);
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MacAddress that && bits == that.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    @Override
    public String toString() {
        return COLONS.formatHex(toBytes());
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Walks over the attributes that follow a struct, or stand inside another attribute. Each step moves forward, so any bytes come to an end. */
final class NlAttrs {

    private final ByteBuffer in;
    private int type;
    private ByteBuffer value;

    /** From the buffer's position to its limit. */
    NlAttrs(ByteBuffer in) {
        this.in = in;
        this.value = in;
    }

    /** Goes to the next attribute; false after the last one. */
    boolean next() {
        int left = in.remaining();
        if (left == 0) {
            return false;
        }
        int start = in.position();
        int length = left < NlAttr.HEADER ? 0 : in.getShort(start) & 0xffff;
        if (length < NlAttr.HEADER || length > left) {
            throw Malformed.message(
                    "the attribute at byte " + start + " claims " + length + " bytes, " + left + " are there");
        }
        type = in.getShort(start + 2) & NlAttr.TYPE_MASK;
        value = in.slice(start + NlAttr.HEADER, length - NlAttr.HEADER).order(ByteOrder.nativeOrder());
        in.position(start + Math.min(NlAttr.align(length), left));
        return true;
    }

    int type() {
        return type;
    }

    int length() {
        return value.remaining();
    }

    /** The attribute as an unsigned 32-bit number in a Java int. */
    int number() {
        require(Integer.BYTES);
        return value.getInt(0);
    }

    /** The same where the kernel keeps network order: in all of nftables. */
    int networkNumber() {
        require(Integer.BYTES);
        return value().order(ByteOrder.BIG_ENDIAN).getInt();
    }

    /** The same for one of 64 bits. */
    long networkLong() {
        require(Long.BYTES);
        return value().order(ByteOrder.BIG_ENDIAN).getLong();
    }

    /** The attribute up to its first zero byte. */
    String text() {
        int end = 0;
        while (end < value.limit() && value.get(end) != 0) {
            end++;
        }
        var bytes = new byte[end];
        value.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    IpAddress address(Family family) {
        require(family.bytes);
        return IpAddress.of(family, value.slice());
    }

    MacAddress mac() {
        require(MacAddress.BYTES);
        var bytes = new byte[MacAddress.BYTES];
        value.get(0, bytes);
        return MacAddress.of(bytes);
    }

    /** The attributes inside this one. */
    NlAttrs nested() {
        return new NlAttrs(value.slice().order(ByteOrder.nativeOrder()));
    }

    /** What the attribute holds, from its first byte. */
    ByteBuffer value() {
        return value.slice().order(ByteOrder.nativeOrder());
    }

    private void require(int length) {
        if (length() != length) {
            throw Malformed.message("attribute " + type + " has " + length() + " bytes instead of " + length);
        }
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.PolicyRule.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Walks over the attributes that follow a struct, or stand inside another attribute. Each step moves forward, so any bytes come to an end. */
final class NlAttrs {

    private final ByteBuffer in;
    private int type;
    private int start;
    private int length;

    /** From the buffer's position to its limit. */
    NlAttrs(ByteBuffer in) {
        this.in = in;
    }

    /** Goes to the next attribute; false after the last one. Of an interface's sixty, few are looked at, so nothing is made for the others. */
    boolean next() {
        int left = in.remaining();
        if (left == 0) {
            return false;
        }
        int here = in.position();
        int claimed = left < NlAttr.HEADER ? 0 : in.getShort(here) & 0xffff;
        if (claimed < NlAttr.HEADER || claimed > left) {
            throw Malformed.message(
                    "the attribute at byte " + here + " claims " + claimed + " bytes, " + left + " are there");
        }
        type = in.getShort(here + 2) & NlAttr.TYPE_MASK;
        start = here + NlAttr.HEADER;
        length = claimed - NlAttr.HEADER;
        in.position(here + Math.min(NlAttr.align(claimed), left));
        return true;
    }

    int type() {
        return type;
    }

    int length() {
        return length;
    }

    /** The attribute as an unsigned 32-bit number in a Java int. */
    int number() {
        require(Integer.BYTES);
        return in.getInt(start);
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

    /** A port in network order. */
    int networkPort() {
        require(Short.BYTES);
        return value().order(ByteOrder.BIG_ENDIAN).getShort() & 0xffff;
    }

    /** The attribute as one byte. */
    int octet() {
        require(Byte.BYTES);
        return in.get(start) & 0xff;
    }

    /** Two numbers, the first and the last of a range ({@code struct fib_rule_uid_range}). */
    Range numbers() {
        require(2 * Integer.BYTES);
        return new Range(in.getInt(start), in.getInt(start + Integer.BYTES));
    }

    /** Two ports ({@code struct fib_rule_port_range}), in the machine's byte order. */
    Range ports() {
        require(2 * Short.BYTES);
        return new Range(in.getShort(start) & 0xffff, in.getShort(start + Short.BYTES) & 0xffff);
    }

    /** The attribute up to its first zero byte. */
    String text() {
        int end = 0;
        while (end < length && in.get(start + end) != 0) {
            end++;
        }
        var bytes = new byte[end];
        in.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    IpAddress address(Family family) {
        require(family.bytes);
        return IpAddress.of(family, in.slice(start, length));
    }

    MacAddress mac() {
        require(MacAddress.BYTES);
        var bytes = new byte[MacAddress.BYTES];
        in.get(start, bytes);
        return MacAddress.of(bytes);
    }

    /** The attributes inside this one. */
    NlAttrs nested() {
        return new NlAttrs(value());
    }

    /** What the attribute holds, from its first byte. */
    ByteBuffer value() {
        return in.slice(start, length).order(ByteOrder.nativeOrder());
    }

    private void require(int bytes) {
        if (length != bytes) {
            throw Malformed.message("attribute " + type + " has " + length + " bytes instead of " + bytes);
        }
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes {@code struct nlattr} ({@code linux/netlink.h}; {@code struct rtattr} of {@code linux/rtnetlink.h} is the same). {@link NlAttrs} reads it. */
final class NlAttr {

    /** {@code NLA_HDRLEN}: u16 length with this header, u16 type. */
    static final int HEADER = 4;

    /** {@code NLA_TYPE_MASK}: without {@code NLA_F_NESTED} and {@code NLA_F_NET_BYTEORDER}. */
    static final int TYPE_MASK = 0x3fff;

    private NlAttr() {}

    /** {@code NLA_ALIGN}, and {@code NLMSG_ALIGN}: everything starts at a multiple of four. */
    static int align(int length) {
        return (length + 3) & ~3;
    }

    static void put(ByteBuffer out, int type, byte[] value) {
        int start = begin(out, type);
        out.put(value);
        end(out, start);
    }

    static void put(ByteBuffer out, int type, int value) {
        int start = begin(out, type);
        out.putInt(value);
        end(out, start);
    }

    /** Four bytes in network order, as in all of nftables and conntrack. */
    static void putNetwork(ByteBuffer out, int type, int value) {
        put(out, type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /** Eight bytes in network order, as in all of nftables. */
    static void putNetworkLong(ByteBuffer out, int type, long value) {
        put(out, type, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    static void put(ByteBuffer out, int type, IpAddress value) {
        put(out, type, value.toBytes());
    }

    static void put(ByteBuffer out, int type, MacAddress value) {
        put(out, type, value.toBytes());
    }

    /** A string with the zero byte that ends it. */
    static void put(ByteBuffer out, int type, String value) {
        int start = begin(out, type);
        out.put(value.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
        end(out, start);
    }

    /** Starts an attribute, also one that holds others, and returns where, for {@link #end}. */
    static int begin(ByteBuffer out, int type) {
        int start = out.position();
        out.putShort((short) 0).putShort((short) type);
        return start;
    }

    static void end(ByteBuffer out, int start) {
        int length = out.position() - start;
        out.putShort(start, (short) length);
        for (int pad = align(length) - length; pad > 0; pad--) {
            out.put((byte) 0);
        }
    }
}

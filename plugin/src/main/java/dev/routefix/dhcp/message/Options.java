package dev.routefix.dhcp.message;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of one message, each code once, in the order in which they were put or first found. A value longer than 255 bytes is split on the wire and put together again
 * (RFC 3396).
 */
public final class Options {

    /** The first four bytes of the options field (RFC 2132, section 2). */
    private static final int MAGIC_COOKIE = 0x63825363;

    private static final int LONGEST = 255;

    private final Map<Integer, byte[]> values = new LinkedHashMap<>();

    /** None yet. */
    public Options() {}

    /** Puts a value in place of the one that was there. */
    public Options put(int code, byte... value) {
        values.put(code, value.clone());
        return this;
    }

    public Options put(int code, IpAddress address) {
        return put(code, address.toBytes());
    }

    /** Puts an unsigned number of two bytes. */
    public Options putShort(int code, int value) {
        return put(code, (byte) (value >> 8), (byte) value);
    }

    /** Puts all of the other's. */
    public Options putAll(Options others) {
        for (var option : others.values.entrySet()) {
            put(option.getKey(), option.getValue());
        }
        return this;
    }

    public Options putText(int code, String text) {
        return put(code, text.getBytes(StandardCharsets.UTF_8));
    }

    public boolean has(int code) {
        return values.containsKey(code);
    }

    /** The codes of all that are there. */
    public Set<Integer> codes() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** The value as it came, or null. */
    public byte @Nullable [] bytes(int code) {
        byte[] value = values.get(code);
        return value == null ? null : value.clone();
    }

    /** One IPv4 address, or null if there is no such option. */
    public @Nullable IpAddress address(int code) {
        byte[] value = values.get(code);
        if (value == null) {
            return null;
        }
        require(code, value, 4);
        return IpAddress.of(Family.IPV4, ByteBuffer.wrap(value));
    }

    /** As many IPv4 addresses as there are, at least one; none if there is no such option or its length is wrong. */
    public List<IpAddress> addresses(int code) {
        byte[] value = values.get(code);
        var addresses = new ArrayList<IpAddress>();
        if (value != null && value.length % 4 == 0) {
            var buffer = ByteBuffer.wrap(value);
            while (buffer.hasRemaining()) {
                addresses.add(IpAddress.of(Family.IPV4, buffer));
            }
        }
        return addresses;
    }

    /** An unsigned number of so many bytes (1, 2 or 4); -1 if there is no such option. */
    public long number(int code, int length) {
        byte[] value = values.get(code);
        if (value == null) {
            return -1;
        }
        require(code, value, length);
        long number = 0;
        for (byte each : value) {
            number = number << 8 | (each & 0xff);
        }
        return number;
    }

    /** Text without the NULs that some servers end it with, and with what no line of a log can hold as a question mark; null if there is no such option. */
    public @Nullable String text(int code) {
        byte[] value = values.get(code);
        if (value == null) {
            return null;
        }
        int end = value.length;
        while (end > 0 && value[end - 1] == 0) {
            end--;
        }
        var text = new StringBuilder(end);
        for (int at = 0; at < end; at++) {
            text.append(value[at] >= ' ' && value[at] < 0x7f ? (char) value[at] : '?');
        }
        return text.toString();
    }

    private static void require(int code, byte[] value, int length) {
        if (value.length != length) {
            throw new MalformedMessage("has " + value.length + " bytes in option " + code + " instead of " + length);
        }
    }

    /** Writes the cookie, all options and the end mark. */
    void write(ByteBuffer buffer) {
        buffer.putInt(MAGIC_COOKIE);
        for (var option : values.entrySet()) {
            byte[] value = option.getValue();
            int from = 0;
            do {
                int length = Math.min(value.length - from, LONGEST);
                buffer.put(option.getKey().byteValue()).put((byte) length).put(value, from, length);
                from += length;
            } while (from < value.length);
        }
        buffer.put((byte) Code.END);
    }

    /**
     * Reads the options field, then {@code file} and {@code sname} if option 52 says that they hold options too (RFC 2131, section 4.1, in the order of RFC 3396,
     * section 5). An option 52 in one of these means nothing, so nothing is read twice.
     */
    static Options read(ByteBuffer field, ByteBuffer file, ByteBuffer sname) {
        if (field.remaining() < 4 || field.getInt() != MAGIC_COOKIE) {
            throw new MalformedMessage("has no options field: it is BOOTP or no such message");
        }
        var options = new Options();
        options.readFrom(field);
        int overload = (int) options.number(Code.OVERLOAD, 1);
        if (overload != -1) {
            if (overload < 1 || overload > 3) {
                throw new MalformedMessage("has the value " + overload + " in option 52 instead of 1, 2 or 3");
            }
            if ((overload & 1) != 0) {
                options.readFrom(file);
            }
            if ((overload & 2) != 0) {
                options.readFrom(sname);
            }
        }
        return options;
    }

    private void readFrom(ByteBuffer field) {
        while (field.hasRemaining()) {
            int code = field.get() & 0xff;
            if (code == Code.END) {
                return;
            }
            if (code != Code.PAD) {
                int length = field.hasRemaining() ? field.get() & 0xff : LONGEST;
                if (length > field.remaining()) {
                    throw new MalformedMessage("ends within option " + code);
                }
                var value = new byte[length];
                field.get(value);
                append(code, value);
            }
        }
        throw new MalformedMessage("lacks the end of its options: it was cut short");
    }

    private void append(int code, byte[] value) {
        byte[] before = values.get(code);
        if (before == null) {
            values.put(code, value);
        } else {
            var both = ByteBuffer.allocate(before.length + value.length);
            values.put(code, both.put(before).put(value).array());
        }
    }
}

package dev.routefix.dhcp.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Domain names as DNS writes them (RFC 1035, sections 3.1 and 4.1.4), one after the other, in which a name may end with a pointer to the end of an earlier one (RFC 3397). */
public final class DomainNames {

    private static final int POINTER = 0xc0;

    /** RFC 1035, section 2.3.4. */
    private static final int LONGEST_LABEL = 63;

    private static final int LONGEST_NAME = 253;

    private DomainNames() {}

    /**
     * The names in an option's value, without the dot at their end.
     *
     * @throws MalformedMessage if the value is cut short, goes in circles, or holds what no name of a host can hold
     */
    public static List<String> read(byte[] value) {
        var names = new ArrayList<String>();
        int at = 0;
        while (at < value.length) {
            var name = new StringBuilder();
            at = readName(value, at, name);
            if (!name.isEmpty()) {
                names.add(name.toString());
            }
        }
        return names;
    }

    /** Appends the name at {@code start}; where the next begins. A pointer must lead further back than all before it, so this ends. */
    private static int readName(byte[] value, int start, StringBuilder name) {
        int at = start;
        int earliest = start;
        int next = -1;
        while (true) {
            int length = byteAt(value, at++);
            if (length == 0) {
                return next < 0 ? at : next;
            }
            if ((length & POINTER) == POINTER) {
                int target = (length & ~POINTER) << 8 | byteAt(value, at++);
                if (target >= earliest) {
                    throw new MalformedMessage("has a domain name that does not point back");
                }
                next = next < 0 ? at : next;
                earliest = target;
                at = target;
            } else {
                append(name, value, at, length);
                at += length;
            }
        }
    }

    private static int byteAt(byte[] value, int at) {
        if (at >= value.length) {
            throw new MalformedMessage("ends within a domain name");
        }
        return value[at] & 0xff;
    }

    private static void append(StringBuilder name, byte[] value, int from, int length) {
        if (length > LONGEST_LABEL || from + length > value.length) {
            throw new MalformedMessage("ends within a domain name");
        }
        if (!name.isEmpty()) {
            name.append('.');
        }
        for (int at = from; at < from + length; at++) {
            name.append((char) (value[at] & 0xff));
        }
        if (!isName(name)) {
            throw new MalformedMessage("has a domain name that is none");
        }
    }

    /** Whether it can stand in {@code resolv.conf}: letters, digits, hyphens and underscores between dots, 253 characters at most. */
    public static boolean isName(CharSequence text) {
        int label = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean inLabel = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || (c == '-' && label > 0);
            if (c == '.' && label > 0) {
                label = 0;
            } else if (!inLabel || ++label > LONGEST_LABEL) {
                return false;
            }
        }
        return label > 0 && text.length() <= LONGEST_NAME;
    }

    /** One label as DNS writes it, without an end: a name that is not complete (RFC 4702, section 2.3.1). */
    public static byte[] writePartial(String label) {
        var bytes = label.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0 || bytes.length > LONGEST_LABEL) {
            throw new IllegalArgumentException("\"" + label + "\" is no label of a domain name");
        }
        return ByteBuffer.allocate(1 + bytes.length)
                .put((byte) bytes.length)
                .put(bytes)
                .array();
    }
}

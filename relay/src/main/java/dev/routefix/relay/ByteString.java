package dev.routefix.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Bytes that do not change. Numbers are little endian, as both architectures have them. */
final class ByteString {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    static ByteString of(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new ByteString(bytes);
    }

    static ByteString number(int size, long value) {
        var bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >> (8 * i));
        }
        return new ByteString(bytes);
    }

    static ByteString text(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As C has it: with a zero byte behind. */
    static ByteString terminated(String text) {
        return text(text + '\0');
    }

    static ByteString zeros(int size) {
        return new ByteString(new byte[size]);
    }

    static ByteString join(List<ByteString> parts) {
        var joined = new ByteArrayOutputStream();
        parts.forEach(part -> joined.writeBytes(part.bytes));
        return new ByteString(joined.toByteArray());
    }

    ByteString and(ByteString next) {
        return join(List.of(this, next));
    }

    ByteString part(int from, int to) {
        return new ByteString(Arrays.copyOfRange(bytes, from, to));
    }

    int size() {
        return bytes.length;
    }

    byte[] toArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As hexadecimal digits. */
    @Override
    public String toString() {
        return SPACED.formatHex(bytes);
    }
}

package dev.routefix.netlink.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Messages that iproute2 and a kernel really exchanged, as {@code strace -xx -e read=all -e write=all ip ...} shows them: iproute2 6.1.0,
 * Linux 6.18, x86-64. A file's first line is the command; sequence number and port are zeroed, hex is followed by the name of the attribute.
 */
final class Golden {

    private Golden() {}

    /** The messages of {@code <name>.hex}, ready to be read. */
    static ByteBuffer read(String name) {
        return ByteBuffer.wrap(bytes(name)).order(ByteOrder.nativeOrder());
    }

    /** The only message of {@code <name>.hex}. */
    static NlMsg message(String name) {
        return NlMsg.read(read(name));
    }

    static byte[] bytes(String name) {
        try (var in = Objects.requireNonNull(Golden.class.getResourceAsStream(name + ".hex"), name)) {
            var hex = new StringBuilder();
            for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                int comment = line.indexOf('#');
                hex.append((comment < 0 ? line : line.substring(0, comment)).replace(" ", ""));
            }
            return HexFormat.of().parseHex(hex);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was written into a buffer so far, as hex that can be compared. */
    static String hex(ByteBuffer written) {
        var bytes = new byte[written.position()];
        written.get(0, bytes);
        return hex(bytes);
    }

    static String hex(String name) {
        return hex(bytes(name));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}

package dev.routefix.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What the resident answers: {@code "RFXA"}, the exit code, the size of stdout's bytes, the size of stderr's bytes (each a u32, little endian), then those
 * bytes. The relay prints nothing of it before it has all of it.
 *
 * @param exitCode 0 to 255, as the caller of the relay gets it
 */
public record RelayAnswer(int exitCode, String stdout, String stderr) {

    /** So many bytes a relay has room for, the head included. */
    public static final int LIMIT = 1 << 20;

    /** "RFXA" as a number of 32 bits. */
    static final int MAGIC = 0x41584652;

    static final int HEAD = 16;

    /** @throws IllegalArgumentException if a relay could not take it */
    public RelayAnswer {
        if (exitCode < 0 || exitCode > 255) {
            throw new IllegalArgumentException("an exit code is 0 to 255, not " + exitCode);
        }
        long size = HEAD + (long) utf8(stdout).length + utf8(stderr).length;
        if (size > LIMIT) {
            throw new IllegalArgumentException("an answer of " + size + " bytes is larger than " + LIMIT);
        }
    }

    /** Sends it, whole, in one write. */
    public void write(OutputStream relay) throws IOException {
        var first = utf8(stdout);
        var second = utf8(stderr);
        var bytes = ByteBuffer.allocate(HEAD + first.length + second.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(exitCode).putInt(first.length).putInt(second.length);
        bytes.put(first).put(second);
        relay.write(bytes.array());
        relay.flush();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.routefix.relay;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a relay asks: {@code "RFXREQ1\n"}, the number of arguments, the size of the strings (each a u64, little endian); the strings, first the
 * arguments, then the environment, each with a zero byte behind; then stdin in chunks: the size (u64) and so many bytes, the last chunk being of
 * size 0. So a request that ends too early is told from a complete one, however its stdin looks.
 */
public final class RelayRequest {
    static final String MAGIC = "RFXREQ1\n";

    /** Bytes before the strings. */
    static final int HEAD = 24;

    private final List<String> arguments;
    private final Map<String, String> environment;
    private final byte[] stdin;

    private RelayRequest(List<String> arguments, Map<String, String> environment, byte[] stdin) {
        this.arguments = arguments;
        this.environment = environment;
        this.stdin = stdin;
    }

    /** The relay's argv, its own name first. */
    public List<String> arguments() {
        return arguments;
    }

    /** Of variables given twice the first counts, as it does for getenv(3). */
    public Map<String, String> environment() {
        return environment;
    }

    /** All of stdin, from its beginning. */
    public InputStream stdin() {
        return new ByteArrayInputStream(stdin);
    }

    /**
     * Reads one request and nothing behind it. It takes as long as the relay does, whose stdin may come slowly: who wants to bound the time closes the
     * stream.
     *
     * @param limit most bytes of the whole request; no more memory than this is taken
     * @throws MalformedRequest if it is none, ends too early or is larger; the relay still takes an answer then
     */
    public static RelayRequest read(InputStream relay, int limit) throws IOException {
        return new Reader(relay, limit).request();
    }

    private static final class Reader {
        private final InputStream relay;
        private final int limit;
        private long left;

        Reader(InputStream relay, int limit) {
            this.relay = relay;
            this.limit = limit;
            left = limit;
        }

        RelayRequest request() throws IOException {
            if (!new String(bytes(MAGIC.length()), StandardCharsets.ISO_8859_1).equals(MAGIC)) {
                throw new MalformedRequest("not a relay's request, or one of another version");
            }
            long count = number();
            var strings = strings(bytes(number()));
            if (count < 0 || count > strings.size()) {
                throw new MalformedRequest(count + " arguments, but " + strings.size() + " strings");
            }
            int arguments = (int) count;
            return new RelayRequest(
                    List.copyOf(strings.subList(0, arguments)),
                    environment(strings.subList(arguments, strings.size())),
                    stdin());
        }

        private byte[] stdin() throws IOException {
            var stdin = new ByteArrayOutputStream();
            for (long size = number(); size != 0; size = number()) {
                stdin.writeBytes(bytes(size));
            }
            return stdin.toByteArray();
        }

        private long number() throws IOException {
            return ByteBuffer.wrap(bytes(Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
        }

        private byte[] bytes(long size) throws IOException {
            if (size < 0 || size > left) {
                throw new MalformedRequest("larger than " + limit + " bytes");
            }
            left -= size;
            var bytes = relay.readNBytes((int) size);
            if (bytes.length < size) {
                throw new MalformedRequest("it ended " + (size - bytes.length) + " bytes too early");
            }
            return bytes;
        }
    }

    private static List<String> strings(byte[] bytes) throws MalformedRequest {
        var strings = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                strings.add(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
        if (from != bytes.length) {
            throw new MalformedRequest("the last string has no end");
        }
        return strings;
    }

    private static Map<String, String> environment(List<String> strings) {
        var environment = new LinkedHashMap<String, String>();
        for (var string : strings) {
            int sign = string.indexOf('=');
            if (sign > 0) {
                environment.putIfAbsent(string.substring(0, sign), string.substring(sign + 1));
            }
        }
        return Collections.unmodifiableMap(environment);
    }
}

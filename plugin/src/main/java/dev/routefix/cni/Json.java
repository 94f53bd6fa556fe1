package dev.routefix.cni;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text to JSON objects and back: the only user of the JSON library. Objects stay {@link Map}s in the order they were written, so that what we
 * do not know is handed on whole.
 */
public final class Json {

    private static final JSON JACKSON =
            JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS, JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    /**
     * Reads exactly one JSON object.
     *
     * @throws IOException if the bytes are anything else; its message says where
     */
    @SuppressWarnings("NullAway") // the library's maps are not annotated
    public static Map<String, @Nullable Object> read(byte[] text) throws IOException {
        try (var parser = JACKSON.getStreamingFactory().createParser(text)) {
            var first = parser.nextToken();
            if (first == null || !first.isStructStart() || parser.currentName() != null) {
                throw new IOException("a JSON object is expected");
            }
            Map<String, @Nullable Object> object = JACKSON.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the JSON object's end");
            }
            return object;
        }
    }

    /** One line of JSON without a line end. */
    public static String write(Map<String, ? extends @Nullable Object> object) {
        try {
            return JACKSON.asString(object);
        } catch (IOException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + object, e);
        }
    }
}

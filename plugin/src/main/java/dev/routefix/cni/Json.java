package dev.routefix.cni;

import com.fasterxml.jackson.core.JacksonException;
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
     * @throws IOException if the bytes are anything else; its one line says what, and where
     */
    @SuppressWarnings("NullAway") // the library's maps are not annotated
    public static Map<String, @Nullable Object> read(byte[] text) throws IOException {
        try (var parser = JACKSON.getStreamingFactory().createParser(text)) {
            var first = parser.nextToken();
            if (first == null || !first.isStructStart() || parser.currentName() != null) {
                throw new IOException("it is no JSON object");
            }
            Map<String, @Nullable Object> object = JACKSON.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException("it goes on after the JSON object's end");
            }
            return object;
        } catch (JacksonException e) {
            var at = e.getLocation();
            var where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw new IOException("it is no JSON object" + where, e);
        }
    }

    /** One line of JSON without a line end. */
    public static String write(Map<String, ? extends @Nullable Object> object) {
        return text(JACKSON, object);
    }

    /** The object on several lines, as a person would want to read it, with a line end. */
    public static String print(Map<String, ? extends @Nullable Object> object) {
        return text(JACKSON.with(JSON.Feature.PRETTY_PRINT_OUTPUT), object) + "\n";
    }

    private static String text(JSON jackson, Map<String, ? extends @Nullable Object> object) {
        try {
            return jackson.asString(object);
        } catch (IOException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + object, e);
        }
    }
}

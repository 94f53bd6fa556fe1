package dev.routefix.installer.config;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;

/** JSON objects as maps that keep the order of their members. The only user of the JSON library. */
public final class Json {

    private static final JSON PRETTY = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

    private Json() {}

    /**
     * Reads one object.
     *
     * @throws IOException if the text is anything else; the message is one line
     */
    public static Map<String, Object> parseObject(String text) throws IOException {
        try (var parser = JSON.std.createParser(text)) {
            var value = JSON.std.anyFrom(parser);
            if (!(value instanceof Map<?, ?> object)) {
                throw new IOException("it is no JSON object");
            }
            if (parser.nextToken() != null) {
                throw new IOException("it goes on after the JSON object's end");
            }
            @SuppressWarnings("unchecked") // the members of a JSON object have names
            var members = (Map<String, Object>) object;
            return members;
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            var at = e.getLocation();
            var where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw new IOException("it is no JSON" + where, e);
        }
    }

    /** The object on several lines, as a person would want to read it, with a line end. */
    public static String print(Map<String, Object> object) {
        try {
            return PRETTY.asString(object) + "\n";
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

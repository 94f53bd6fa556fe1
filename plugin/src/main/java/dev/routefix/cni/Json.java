package dev.routefix.cni;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text to JSON objects and back: the only user of the JSON library. Objects stay {@link Map}s in the order they were written, so that what we
 * do not know is handed on whole.
 *
 * <p>Only the library's reader and writer of single words are used. A mapper on top of them looks up the time zone when it is made, which costs a
 * JVM started for one CNI call 5 ms.
 */
public final class Json {

    private static final JsonFactory JACKSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Reads exactly one JSON object.
     *
     * @throws IOException if the bytes are anything else; its one line says what, and where
     */
    public static Map<String, @Nullable Object> read(byte[] text) throws IOException {
        try (var parser = JACKSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            var object = object(parser);
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

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        var object = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException {
        var array = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    /** The library bounds how deep this can go: 500 levels. */
    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    /** One line of JSON without a line end. */
    public static String write(Map<String, ? extends @Nullable Object> object) {
        return text(object, false);
    }

    /** The object on several lines, as a person would want to read it, with a line end. */
    public static String print(Map<String, ? extends @Nullable Object> object) {
        return text(object, true) + "\n";
    }

    private static String text(Map<String, ? extends @Nullable Object> object, boolean onSeveralLines) {
        var text = new StringWriter();
        try (var generator = JACKSON.createGenerator(text)) {
            if (onSeveralLines) {
                generator.useDefaultPrettyPrinter();
            }
            write(generator, object);
        } catch (IOException | IllegalStateException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + object, e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            generator.writeStartObject();
            for (var member : object.entrySet()) {
                generator.writeFieldName(String.valueOf(member.getKey()));
                write(generator, member.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof Iterable<?> array) {
            generator.writeStartArray();
            for (var element : array) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else {
            generator.writePOJO(value); // a string, a number, a boolean or null; refuses others
        }
    }
}

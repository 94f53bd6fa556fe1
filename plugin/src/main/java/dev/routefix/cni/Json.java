package dev.routefix.cni;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.FormattingStyle;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text to JSON objects and back: the only user of the JSON library. Objects stay {@link Map}s in the order they were written, so that what we
 * do not know is handed on whole.
 *
 * <p>Only the library's reader and writer of single words are used, which cost a JVM started for one CNI call next to nothing. The more usual
 * Jackson costs it a third of the call's whole time: docs/decisions.md.
 */
public final class Json {

    private Json() {}

    /**
     * Reads exactly one JSON object.
     *
     * @throws IOException if the bytes are anything else; its one line says what, and where
     */
    public static Map<String, @Nullable Object> read(byte[] text) throws IOException {
        var reader = new JsonReader(new StringReader(decode(text)));
        reader.setStrictness(Strictness.STRICT);
        try {
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            var object = object(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IOException("it goes on after the JSON object's end");
            }
            return object;
        } catch (MalformedJsonException | EOFException e) {
            throw new IOException(
                    "it is no JSON object (character " + reader.getCharacterOffset() + ", in " + reader.getPath() + ")",
                    e);
        }
    }

    private static String decode(byte[] text) throws IOException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it is not in UTF-8", e);
        }
    }

    private static Map<String, @Nullable Object> object(JsonReader reader) throws IOException {
        var object = new LinkedHashMap<String, @Nullable Object>();
        reader.beginObject();
        while (reader.hasNext()) {
            var name = reader.nextName();
            if (object.containsKey(name)) {
                throw new MalformedJsonException("the name is there twice");
            }
            object.put(name, value(reader));
        }
        reader.endObject();
        return object;
    }

    private static List<@Nullable Object> array(JsonReader reader) throws IOException {
        var array = new ArrayList<@Nullable Object>();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(value(reader));
        }
        reader.endArray();
        return array;
    }

    /** The library bounds how deep this can go (255 levels) and how long a number can be (1,024 characters). */
    private static @Nullable Object value(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(reader);
            case BEGIN_ARRAY -> array(reader);
            case STRING -> reader.nextString();
            case NUMBER -> number(reader.nextString());
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> {
                reader.nextNull();
                yield null;
            }
            case END_OBJECT, END_ARRAY, NAME, END_DOCUMENT ->
                throw new MalformedJsonException("no value begins with " + reader.peek());
        };
    }

    /** Of a type that holds the number as it is written. {@code BigDecimal} only if it must be: making the class ready takes 15 ms. */
    private static Number number(String text) throws IOException {
        try {
            if (text.contains(".") || text.contains("e") || text.contains("E")) {
                return new BigDecimal(text);
            }
            if (text.length() > 18) {
                return new BigInteger(text);
            }
            long number = Long.parseLong(text);
            if (number == (int) number) {
                return (int) number;
            }
            return number;
        } catch (NumberFormatException e) {
            throw new MalformedJsonException("a number out of range", e);
        }
    }

    /** One line of JSON without a line end. */
    public static String write(Map<String, ? extends @Nullable Object> object) {
        return text(object, FormattingStyle.COMPACT);
    }

    /** The object on several lines, as a person would want to read it, with a line end. */
    public static String print(Map<String, ? extends @Nullable Object> object) {
        return text(object, FormattingStyle.PRETTY) + "\n";
    }

    private static String text(Map<String, ? extends @Nullable Object> object, FormattingStyle style) {
        var text = new StringWriter();
        try (var writer = new JsonWriter(text)) {
            writer.setFormattingStyle(style);
            write(writer, object);
        } catch (IOException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + object, e);
        }
        return text.toString();
    }

    @SuppressWarnings("IfChainToSwitch") // see dev.routefix.netlink
    private static void write(JsonWriter writer, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            writer.beginObject();
            for (var member : object.entrySet()) {
                writer.name(String.valueOf(member.getKey()));
                write(writer, member.getValue());
            }
            writer.endObject();
        } else if (value instanceof Iterable<?> array) {
            writer.beginArray();
            for (var element : array) {
                write(writer, element);
            }
            writer.endArray();
        } else if (value instanceof String text) {
            writer.value(text);
        } else if (value instanceof Number number) {
            writer.value(number);
        } else if (value instanceof Boolean truth) {
            writer.value(truth);
        } else if (value == null) {
            writer.nullValue();
        } else {
            throw new IOException(value.getClass() + " is no JSON value");
        }
    }
}

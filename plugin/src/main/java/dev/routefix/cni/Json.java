package dev.routefix.cni;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
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
 * <p>Only the library's reader and writer of single tokens are used, which cost a JVM started for one CNI call next to nothing as long as no
 * number has a fraction: docs/decisions/json-streams.md.
 */
public final class Json {

    /** Levels: each is two calls deep in here. */
    private static final int DEEPEST = 255;

    /** Names are kept in no table, which those of the calls would fill in a process that stays. Buffers belong to no thread: threads end with their call. */
    private static final JsonFactory JACKSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private Json() {}

    /**
     * Reads exactly one JSON object.
     *
     * @throws IOException if the bytes are anything else; its one line says what, and where
     */
    public static Map<String, @Nullable Object> read(byte[] text) throws IOException {
        var characters = decode(text);
        try (var parser = JACKSON.createParser(characters.array(), 0, characters.limit())) {
            return read(parser);
        }
    }

    private static Map<String, @Nullable Object> read(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            var object = object(parser);
            if (parser.nextToken() != null) {
                throw new IOException("it goes on after the JSON object's end");
            }
            return object;
        } catch (JsonProcessingException e) {
            long character = parser.currentLocation().getCharOffset();
            throw new IOException(
                    "it is no JSON object (character " + character + ", in " + path(parser.getParsingContext()) + ")",
                    e);
        }
    }

    private static CharBuffer decode(byte[] text) throws IOException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IOException("it is not in UTF-8", e);
        }
    }

    /** Such as {@code $.plugins[0].type}. */
    private static String path(JsonStreamContext context) {
        if (context.inRoot()) {
            return "$";
        }
        var parent = path(context.getParent());
        if (context.inArray()) {
            return parent + "[" + context.getCurrentIndex() + "]";
        }
        if (!context.hasCurrentName()) {
            return parent;
        }
        return parent + "." + new String(JsonStringEncoder.getInstance().quoteAsString(context.getCurrentName()));
    }

    /** The library bounds how deep this goes, and how long a number can be (1,000 characters). */
    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        var object = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            if (object.containsKey(name)) {
                throw new JsonParseException(parser, "the name is there twice");
            }
            object.put(name, value(parser, parser.nextToken()));
        }
        return object;
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException {
        var array = new ArrayList<@Nullable Object>();
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token));
        }
        return array;
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new JsonParseException(parser, "no value begins with " + token);
        };
    }

    /** Of a type that holds the number as it is written. {@code BigDecimal} only if it must be: making the class ready takes 10 ms. */
    private static Number number(JsonParser parser) throws IOException {
        var text = parser.getText();
        try {
            if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
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
            throw new JsonParseException(parser, "a number out of range", e);
        }
    }

    /** One line of JSON without a line end. */
    public static String write(Map<String, ? extends @Nullable Object> object) {
        return text(object, null);
    }

    /** The object on several lines, as a person would want to read it, with a line end. */
    public static String print(Map<String, ? extends @Nullable Object> object) {
        var separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        var lines = new DefaultIndenter("  ", "\n");
        var printer =
                new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
        return text(object, printer) + "\n";
    }

    private static String text(Map<String, ? extends @Nullable Object> object, @Nullable PrettyPrinter printer) {
        var text = new StringWriter();
        try (var generator = JACKSON.createGenerator(text)) {
            if (printer != null) {
                generator.setPrettyPrinter(printer);
            }
            write(generator, object);
        } catch (IOException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + object, e);
        }
        return text.toString();
    }

    @SuppressWarnings("IfChainToSwitch") // see dev.routefix.netlink
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
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (isNumber(value)) {
            generator.writeNumber(String.valueOf(value));
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value == null) {
            generator.writeNull();
        } else {
            throw new IOException(value.getClass() + " is no JSON value");
        }
    }

    /** Of a type that {@link #number} gives: a {@code double} may be none at all. */
    private static boolean isNumber(@Nullable Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof BigDecimal;
    }
}

package dev.routefix.cni;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a JSON object somebody else wrote.
 *
 * @param values as {@link Json} gives them
 * @param path where it stands, for messages: empty, or such as {@code prevResult.}
 * @param wrongType the code for a key that holds another type than it should
 */
record JsonObject(Map<String, @Nullable Object> values, String path, ErrorCode wrongType) {

    @Nullable
    String string(String key) {
        var value = values.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw wrong(key, "a string");
    }

    /** A whole number, or null if the key is absent. */
    @Nullable
    Integer integer(String key) {
        var value = values.get(key);
        if (value == null || value instanceof Integer) {
            return (Integer) value;
        }
        throw wrong(key, value instanceof Long || value instanceof BigDecimal ? "a small whole number" : "a number");
    }

    @Nullable
    JsonObject object(String key) {
        var value = values.get(key);
        return value == null ? null : objectOf(value, key);
    }

    /** The objects of an array; none if the key is absent. */
    List<JsonObject> objects(String key) {
        var value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "an array of objects");
        }
        var objects = new ArrayList<JsonObject>(list.size());
        for (int at = 0; at < list.size(); at++) {
            objects.add(objectOf(list.get(at), key + "[" + at + "]"));
        }
        return objects;
    }

    /** The object of that key; null if there is none, or something else, and then {@code faults} says so. */
    @Nullable
    JsonObject object(String key, List<CniException> faults) {
        try {
            return object(key);
        } catch (CniException fault) {
            faults.add(fault);
            return null;
        }
    }

    /** The objects of that key's array; none if there is something else, and then {@code faults} says so. */
    List<JsonObject> objects(String key, List<CniException> faults) {
        try {
            return objects(key);
        } catch (CniException fault) {
            faults.add(fault);
            return List.of();
        }
    }

    /** The same with each of these keys under its own name, where it is written in other case: a program in Go takes one for the other, and so writes either. */
    JsonObject named(List<String> keys) {
        var named = new LinkedHashMap<String, @Nullable Object>(values);
        for (var value : values.entrySet()) {
            for (var key : keys) {
                if (key.equalsIgnoreCase(value.getKey())) {
                    named.putIfAbsent(key, value.getValue());
                }
            }
        }
        return new JsonObject(named, path, wrongType);
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private JsonObject objectOf(@Nullable Object value, String key) {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject((Map<String, @Nullable Object>) map, path + key + ".", wrongType);
        }
        throw wrong(key, "an object");
    }

    /** The error for a key whose value cannot be used; {@code expected} such as {@code a string}. */
    CniException wrong(String key, String expected) {
        return new CniException(
                wrongType, "\"" + path + key + "\" must be " + expected + ", but is " + show(values.get(key)));
    }

    private static String show(@Nullable Object value) {
        var text = value instanceof Map<?, ?> map ? Json.write(asObject(map)) : String.valueOf(value);
        return (text.length() > 80 ? text.substring(0, 80) + "..." : text).replaceAll("\\p{Cntrl}", " ");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> asObject(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }
}

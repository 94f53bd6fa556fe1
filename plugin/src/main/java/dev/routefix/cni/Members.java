package dev.routefix.cni;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Members of a JSON object that we wrote ourselves. One that is missing or of another type makes it something else: {@link IllegalArgumentException}. */
public final class Members {

    private Members() {}

    public static List<?> list(Map<String, @Nullable Object> json, String key) {
        if (json.get(key) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("\"" + key + "\" is missing");
    }

    /** Null where there is none. */
    public static @Nullable String textIfAny(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof String text ? text : null;
    }

    public static String text(Map<String, @Nullable Object> json, String key) {
        if (json.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("\"" + key + "\" is missing");
    }

    public static int integer(Map<String, @Nullable Object> json, String key) {
        if (json.get(key) instanceof Integer number) {
            return number;
        }
        throw new IllegalArgumentException("\"" + key + "\" is no number");
    }

    /** One that may be larger than an {@code int}. */
    public static long number(Map<String, @Nullable Object> json, String key) {
        return json.get(key) instanceof Long number ? number : integer(json, key);
    }
}

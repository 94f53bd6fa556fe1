package dev.routefix.installer.bundle;

import dev.routefix.cni.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON without what may be nobody's business. */
final class Redaction {

    private static final String LEFT_OUT = "(left out)";

    /** What a runtime or another program hands a plugin, whatever it is. */
    private static final List<String> ARGUMENTS = List.of("args", "runtimeconfig", "env", "environment");

    /** Parts of names whose values are secrets more often than not. */
    private static final List<String> SECRETS = List.of(
            "token",
            "secret",
            "password",
            "passwd",
            "passphrase",
            "credential",
            "auth",
            "key",
            "cert",
            "kubeconfig",
            "psk");

    private Redaction() {}

    /** The object without them; a sentence if it is none. */
    static String of(byte[] json) {
        try {
            return Json.print(object(Json.read(json)));
        } catch (IOException e) {
            return "left out: " + e.getMessage() + "\n";
        }
    }

    /** The same for what may be a word or an object. */
    static String of(String value) {
        return value.strip().startsWith("{") ? of(value.getBytes(StandardCharsets.UTF_8)) : value + "\n";
    }

    private static Map<String, @Nullable Object> object(Map<?, ?> object) {
        var rest = new LinkedHashMap<String, @Nullable Object>();
        for (var member : object.entrySet()) {
            var name = String.valueOf(member.getKey());
            rest.put(name, isSecret(name) ? LEFT_OUT : value(member.getValue()));
        }
        return rest;
    }

    private static @Nullable Object value(@Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            return object(object);
        }
        if (value instanceof List<?> list) {
            var rest = new ArrayList<@Nullable Object>();
            for (var each : list) {
                rest.add(value(each));
            }
            return rest;
        }
        return value;
    }

    private static boolean isSecret(String name) {
        var small = name.toLowerCase(Locale.ROOT);
        return ARGUMENTS.contains(small) || SECRETS.stream().anyMatch(small::contains);
    }
}

package dev.routefix.image;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What registries and their users are told of an image: OCI's predefined annotations. Where it comes from is said where the environment says it, as the release's
 * build does.
 *
 * @param version of what is labelled
 */
record Labels(String version) {
    static final String TITLE = "route-fix";

    private static final String PREFIX = "org.opencontainers.image.";

    Map<String, String> all() {
        var labels = new LinkedHashMap<String, String>();
        labels.put(PREFIX + "title", TITLE);
        labels.put(PREFIX + "description", "LAN pods whose Services answer: a CNI plugin and its installer");
        labels.put(PREFIX + "licenses", "Apache-2.0");
        labels.put(PREFIX + "version", version);
        String source = System.getenv("IMAGE_SOURCE");
        put(labels, "source", source);
        put(labels, "url", source);
        put(labels, "documentation", source == null ? null : source + "/tree/main/docs");
        put(labels, "revision", System.getenv("IMAGE_REVISION"));
        return labels;
    }

    private static void put(Map<String, String> labels, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            labels.put(PREFIX + name, value);
        }
    }
}

package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster's Services and who serves them, at one moment.
 *
 * @param services by namespace and name, such as {@code default/web}, as the API has them
 * @param endpoints by the same: those that are ready
 */
record Services(Map<String, JsonNode> services, Map<String, List<Endpoint>> endpoints) {
    static final Services NONE = new Services(Map.of(), Map.of());

    /**
     * A pod that serves.
     *
     * @param hostname its own, or its address with dashes
     * @param node the name of its node; empty if it has none
     */
    record Endpoint(String address, String hostname, String node) {}

    Services {
        services = Map.copyOf(services);
        endpoints = Map.copyOf(endpoints);
    }

    static Services of(Api api) {
        Map<String, JsonNode> services = new HashMap<>();
        api.get("/api/v1/services").path("items").forEach(service -> services.put(key(service), service));
        Map<String, List<Endpoint>> endpoints = new HashMap<>();
        api.get("/api/v1/endpoints").path("items").forEach(object -> endpoints.put(key(object), endpoints(object)));
        return new Services(services, endpoints);
    }

    private static String key(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.path("namespace").asText() + "/" + metadata.path("name").asText();
    }

    private static List<Endpoint> endpoints(JsonNode object) {
        List<Endpoint> all = new ArrayList<>();
        for (JsonNode subset : object.path("subsets")) {
            for (JsonNode address : subset.path("addresses")) {
                String ip = address.path("ip").asText();
                String hostname = address.path("hostname").asText();
                all.add(new Endpoint(
                        ip,
                        hostname.isEmpty() ? ip.replace('.', '-') : hostname,
                        address.path("nodeName").asText()));
            }
        }
        return all;
    }

    Optional<JsonNode> service(String key) {
        return Optional.ofNullable(services.get(key));
    }

    List<Endpoint> endpoints(String key) {
        return endpoints.getOrDefault(key, List.of());
    }
}

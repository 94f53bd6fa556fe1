package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.e2e.Services.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the zone {@code cluster.local} says of Services and pods (Kubernetes DNS-Based Service Discovery, version 1.1.0). Names end with a dot. */
record DnsZone(Services services) {
    private static final String ZONE = "cluster.local.";
    private static final String SVC = ".svc." + ZONE;
    private static final String REVERSE = ".in-addr.arpa.";
    private static final String HEADLESS = "None";

    /** A record's data, for a name that the question or an earlier record has. */
    sealed interface Data {
        record Address(String ip) implements Data {}

        record Name(String target) implements Data {}

        record Pointer(String target) implements Data {}

        record Server(int port, String target) implements Data {}
    }

    /** All that is known of a name; nothing if there is no such name. */
    Optional<List<Data>> lookup(String question) {
        String name = question.toLowerCase(Locale.ROOT);
        if (name.endsWith(REVERSE)) {
            return reverse(name.substring(0, name.length() - REVERSE.length()));
        }
        if (!name.endsWith("." + ZONE)) {
            return Optional.empty();
        }
        String[] labels = name.substring(0, name.length() - ZONE.length() - 1).split("\\.", -1);
        int count = labels.length;
        if (labels[count - 1].equals("pod")) {
            return pod(labels);
        }
        if (!labels[count - 1].equals("svc")) {
            return Optional.empty();
        }
        return count < 3 ? empty(count == 1) : service(labels);
    }

    private static Optional<List<Data>> empty(boolean exists) {
        return exists ? Optional.of(List.of()) : Optional.empty();
    }

    private static Optional<List<Data>> pod(String[] labels) {
        return labels.length == 3
                ? Optional.of(List.of(new Data.Address(labels[0].replace('-', '.'))))
                : empty(labels.length == 1);
    }

    private Optional<List<Data>> service(String[] labels) {
        int count = labels.length;
        String key = labels[count - 2] + "/" + labels[count - 3];
        Optional<JsonNode> found = services.service(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonNode spec = found.orElseThrow().path("spec");
        if (spec.path("type").asText().equals("ExternalName")) {
            return Optional.of(
                    List.of(new Data.Name(dotted(spec.path("externalName").asText()))));
        }
        boolean headless = spec.path("clusterIP").asText().equals(HEADLESS);
        List<Endpoint> endpoints = services.endpoints(key);
        String base = labels[count - 3] + "." + labels[count - 2] + SVC;
        return switch (count) {
            case 3 ->
                headless
                        ? some(addresses(endpoints))
                        : Optional.of(
                                List.of(new Data.Address(spec.path("clusterIP").asText())));
            case 4 ->
                headless
                        ? some(addresses(endpoints.stream()
                                .filter(endpoint -> endpoint.hostname().equals(labels[0]))
                                .toList()))
                        : Optional.empty();
            case 5 -> some(ports(spec, labels[0], labels[1], headless, endpoints, base));
            default -> Optional.empty();
        };
    }

    private static List<Data> ports(
            JsonNode spec, String name, String protocol, boolean headless, List<Endpoint> endpoints, String base) {
        List<Data> all = new ArrayList<>();
        for (JsonNode port : spec.path("ports")) {
            String of = port.path("protocol").asText().toLowerCase(Locale.ROOT);
            if (!name.equals("_" + port.path("name").asText()) || !protocol.equals("_" + of)) {
                continue;
            }
            if (headless) {
                endpoints.forEach(endpoint ->
                        all.add(new Data.Server(port.path("targetPort").asInt(), endpoint.hostname() + "." + base)));
            } else {
                all.add(new Data.Server(port.path("port").asInt(), base));
            }
        }
        return all;
    }

    private Optional<List<Data>> reverse(String backwards) {
        String[] parts = backwards.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        String ip = String.join(".", List.of(parts[3], parts[2], parts[1], parts[0]));
        List<Data> all = new ArrayList<>();
        services.services().forEach((key, service) -> {
            String[] names = key.split("/", -1);
            String base = names[1] + "." + names[0] + SVC;
            String clusterIp = service.path("spec").path("clusterIP").asText();
            if (clusterIp.equals(ip)) {
                all.add(new Data.Pointer(base));
            } else if (clusterIp.equals(HEADLESS)) {
                services.endpoints(key).stream()
                        .filter(endpoint -> endpoint.address().equals(ip))
                        .forEach(endpoint -> all.add(new Data.Pointer(endpoint.hostname() + "." + base)));
            }
        });
        return some(all);
    }

    private static List<Data> addresses(List<Endpoint> endpoints) {
        List<Data> all = new ArrayList<>();
        endpoints.forEach(endpoint -> all.add(new Data.Address(endpoint.address())));
        return all;
    }

    private static Optional<List<Data>> some(List<Data> all) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private static String dotted(String name) {
        return name.endsWith(".") ? name : name + ".";
    }
}

package dev.routefix.lab.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Node;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Pause;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gives every Service of type LoadBalancer an address, and has the LAN's machines send what goes there to a node that serves it: by a route, so that an
 * address that is nobody's is silent, as specs want it.
 */
final class Balancer implements AutoCloseable {
    private static final String NETWORK = "192.168.6.";
    private static final int FIRST = 10;
    private static final int COUNT = 240;
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Api api;
    private final List<Netns> machines;
    private final List<Node> nodes;
    private final Thread thread;
    private final Map<String, String> given = new HashMap<>();
    private final Map<String, String> routes = new HashMap<>();
    private volatile Services services = Services.NONE;
    private volatile boolean closed;
    private int next;

    private Balancer(Cluster cluster) {
        api = cluster.plane().api();
        machines =
                List.of(cluster.lan().client().netns(), cluster.lan().router().netns());
        nodes = cluster.lan().nodes();
        thread = Thread.ofPlatform().daemon().name("balancer").unstarted(this::loop);
    }

    static Balancer start(Cluster cluster) {
        Balancer balancer = new Balancer(cluster);
        balancer.machines.forEach(machine -> machine.ip("""
            link add silent type veth peer name silence
            link set silence up
            link set silent arp off up
            """));
        balancer.thread.start();
        return balancer;
    }

    /** The Services as they were a moment ago. */
    Supplier<Services> services() {
        return () -> services;
    }

    private void loop() {
        while (!closed) {
            try {
                services = Services.of(api);
                look();
            } catch (UncheckedIOException e) {
                // Somebody else changed it at the same time, or it is gone: the next look sees.
            }
            Pause.of(LOOK);
        }
    }

    private void look() {
        Map<String, String> wanted = new HashMap<>();
        services.services().forEach((key, service) -> {
            boolean balanced = service.path("spec").path("type").asText().equals("LoadBalancer")
                    && !service.path("metadata").has("deletionTimestamp");
            String address = address(service);
            if (balanced && address.isEmpty()) {
                give(key, service);
            } else if (balanced) {
                wanted.put(address, node(key, service).address());
            } else if (given.containsKey(key) && !address.isEmpty()) {
                take(key, service);
            }
        });
        wanted.forEach(this::route);
        Set<String> gone = new HashSet<>(routes.keySet());
        gone.removeAll(wanted.keySet());
        gone.forEach(address -> {
            machines.forEach(machine -> machine.ip("route replace " + address + "/32 dev silent\n"));
            routes.remove(address);
        });
    }

    private static String address(JsonNode service) {
        return service.path("status")
                .path("loadBalancer")
                .path("ingress")
                .path(0)
                .path("ip")
                .asText();
    }

    private void give(String key, JsonNode service) {
        String wished = service.path("spec").path("loadBalancerIP").asText();
        String address = wished.isEmpty() ? NETWORK + (FIRST + next++ % COUNT) : wished;
        ObjectNode changed = service.deepCopy();
        changed.withObject("/status/loadBalancer")
                .putArray("ingress")
                .addObject()
                .put("ip", address);
        put(key, changed);
        given.put(key, address);
    }

    private void take(String key, JsonNode service) {
        ObjectNode changed = service.deepCopy();
        changed.withObject("/status/loadBalancer").remove("ingress");
        put(key, changed);
        given.remove(key);
    }

    private void put(String key, JsonNode service) {
        String[] names = key.split("/", -1);
        api.put("/api/v1/namespaces/" + names[0] + "/services/" + names[1] + "/status", service);
    }

    /** With policy Local one that has an endpoint, if any has. */
    private Node node(String key, JsonNode service) {
        if (!service.path("spec").path("externalTrafficPolicy").asText().equals("Local")) {
            return nodes.getFirst();
        }
        List<String> serving =
                services.endpoints(key).stream().map(Services.Endpoint::node).toList();
        return nodes.stream()
                .filter(node -> serving.contains(node.name()))
                .findFirst()
                .orElse(nodes.getFirst());
    }

    private void route(String address, String node) {
        if (!node.equals(routes.put(address, node))) {
            machines.forEach(machine -> machine.ip("route replace " + address + "/32 via " + node + "\n"));
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        machines.forEach(machine -> machine.ip("link delete silent\n"));
    }
}

package dev.routefix.attachment;

import static dev.routefix.cni.Members.integer;
import static dev.routefix.cni.Members.list;
import static dev.routefix.cni.Members.text;
import static dev.routefix.cni.Members.textIfAny;

import dev.routefix.attachment.Attachment.Gateway;
import dev.routefix.attachment.Attachment.StaticRoute;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.PortMapping;
import dev.routefix.cni.PortMapping.Protocol;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An {@link Attachment} as its record's JSON object. */
final class RecordJson {

    /** Of the form that is written. A record of another one is none, but for the first. */
    private static final int VERSION = 2;

    /** Says nothing of network, hardware address, routes and table, and of its addresses no length. */
    private static final int FIRST = 1;

    /** The most that an address, a route, a port, and all that is in every record take, in bytes. */
    private static final int ADDRESS = 50;

    private static final int ROUTE = 140;
    private static final int PORT = 120;
    private static final int REST = 1024;

    /** What a character may become: an escape by its number. */
    private static final int ESCAPED = 6;

    private RecordJson() {}

    /** So many bytes a record has at most. */
    static long most(Attachment attachment) {
        var network = attachment.network();
        long texts = (long) attachment.netns().length()
                + attachment.pod().length()
                + (network == null ? 0 : network.length());
        return REST
                + (long) ESCAPED * texts
                + ADDRESS * (long) attachment.prefixes().size()
                + ROUTE * (long) attachment.routes().size()
                + PORT * (long) attachment.portMappings().size();
    }

    static Map<String, Object> of(Attachment attachment) {
        var json = new LinkedHashMap<String, Object>();
        json.put("version", VERSION);
        json.put("containerID", attachment.id().containerId());
        json.put("ifname", attachment.id().ifname());
        put(json, "network", attachment.network());
        json.put("netns", attachment.netns());
        put(json, "namespace", attachment.namespace());
        json.put("pod", attachment.pod());
        json.put("hostInterface", attachment.hostInterface());
        var gateway = attachment.gateway();
        if (gateway != null) {
            json.put("gateway", gateway.address().toString());
            json.put("gatewayMac", gateway.mac().toString());
        }
        var addresses = new ArrayList<String>();
        for (var prefix : attachment.prefixes()) {
            addresses.add(prefix.withLength());
        }
        json.put("addresses", addresses);
        put(json, "mac", attachment.mac());
        if (!attachment.routes().isEmpty()) {
            var routes = new ArrayList<Map<String, Object>>();
            for (var route : attachment.routes()) {
                var entry = new LinkedHashMap<String, Object>();
                entry.put("dst", route.destination().withLength());
                put(entry, "by", route.by());
                entry.put("metric", route.metric());
                routes.add(entry);
            }
            json.put("routes", routes);
        }
        if (attachment.table() != 0) {
            json.put("table", attachment.table());
        }
        if (!attachment.portMappings().isEmpty()) {
            json.put("portMappings", ports(attachment.portMappings()));
        }
        return json;
    }

    private static List<Map<String, Object>> ports(List<PortMapping> mappings) {
        var ports = new ArrayList<Map<String, Object>>();
        for (var mapping : mappings) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("protocol", mapping.protocol().text);
            put(entry, "hostIP", mapping.hostIp());
            entry.put("hostPort", mapping.hostPort());
            entry.put("containerPort", mapping.containerPort());
            ports.add(entry);
        }
        return ports;
    }

    private static void put(Map<String, Object> json, String key, @Nullable Object value) {
        if (value != null) {
            json.put(key, value.toString());
        }
    }

    /**
     * Reads what {@link #of} made, now or in the first version.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Attachment read(Map<String, @Nullable Object> json) {
        var version = json.get("version");
        if (!Integer.valueOf(VERSION).equals(version) && !Integer.valueOf(FIRST).equals(version)) {
            throw new IllegalArgumentException("its version is " + version + " instead of " + VERSION);
        }
        return new Attachment(
                new AttachmentId(text(json, "containerID"), text(json, "ifname")),
                textIfAny(json, "network"),
                text(json, "netns"),
                textIfAny(json, "namespace"),
                text(json, "pod"),
                text(json, "hostInterface"),
                json.containsKey("gateway")
                        ? new Gateway(
                                IpAddress.parse(text(json, "gateway")), MacAddress.parse(text(json, "gatewayMac")))
                        : null,
                prefixes(json),
                json.containsKey("mac") ? MacAddress.parse(text(json, "mac")) : null,
                json.containsKey("routes") ? routes(json) : List.of(),
                json.containsKey("table") ? integer(json, "table") : 0,
                json.containsKey("portMappings") ? portMappings(json) : List.of());
    }

    private static List<Prefix> prefixes(Map<String, @Nullable Object> json) {
        var prefixes = new ArrayList<Prefix>();
        for (var text : list(json, "addresses")) {
            var address = String.valueOf(text);
            prefixes.add(address.indexOf('/') < 0 ? IpAddress.parse(address).host() : Prefix.parse(address));
        }
        return prefixes;
    }

    private static List<StaticRoute> routes(Map<String, @Nullable Object> json) {
        var routes = new ArrayList<StaticRoute>();
        for (var entry : list(json, "routes")) {
            if (!(entry instanceof Map<?, ?> route)
                    || !(route.get("dst") instanceof String destination)
                    || !(route.get("metric") instanceof Integer metric)) {
                throw new IllegalArgumentException("\"routes\" holds something else");
            }
            var by = route.get("by") instanceof String text ? IpAddress.parse(text) : null;
            routes.add(new StaticRoute(Prefix.parse(destination), by, metric));
        }
        return routes;
    }

    private static List<PortMapping> portMappings(Map<String, @Nullable Object> json) {
        var mappings = new ArrayList<PortMapping>();
        for (var entry : list(json, "portMappings")) {
            if (!(entry instanceof Map<?, ?> port)
                    || !(port.get("protocol") instanceof String protocol)
                    || !(port.get("hostPort") instanceof Integer hostPort)
                    || !(port.get("containerPort") instanceof Integer containerPort)) {
                throw new IllegalArgumentException("\"portMappings\" holds something else");
            }
            var hostIp = port.get("hostIP") instanceof String text ? IpAddress.parse(text) : null;
            mappings.add(new PortMapping(Protocol.of(protocol), hostIp, hostPort, containerPort));
        }
        return mappings;
    }
}

package dev.routefix.installer.pods;

import dev.routefix.attachment.MadeInterface;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network that a pod was attached to, as the container runtime remembers it until the pod is gone (containernetworking/cni, {@code cachedInfo} of {@code libcni/api.go}): with the
 * configuration of that day, whatever stands in the conflist's place now.
 *
 * @param name of the network
 * @param plugins the objects of the conflist's {@code plugins}
 * @param result of the whole chain
 */
record CachedNetwork(String name, List<Map<String, @Nullable Object>> plugins, Map<String, @Nullable Object> result) {

    private static final String KIND = "cniCacheV1";

    /**
     * Reads one.
     *
     * @throws IOException if it is of another form, or another attachment's
     */
    static CachedNetwork read(byte[] file, AttachmentId id) throws IOException {
        var json = Json.read(file);
        if (!KIND.equals(json.get("kind"))
                || !id.containerId().equals(json.get("containerId"))
                || !id.ifname().equals(json.get("ifName"))
                || !(json.get("networkName") instanceof String name)
                || !(json.get("config") instanceof String config)) {
            throw new IOException("it is not what libcni writes of " + id);
        }
        var plugins = new ArrayList<Map<String, @Nullable Object>>();
        if (Json.read(decoded(config)).get("plugins") instanceof List<?> list) {
            for (var plugin : list) {
                plugins.add(object(plugin));
            }
        }
        return new CachedNetwork(name, plugins, object(json.get("result")));
    }

    private static byte[] decoded(String config) throws IOException {
        try {
            return Base64.getDecoder().decode(config);
        } catch (IllegalArgumentException e) {
            throw new IOException("its config is not in base64", e);
        }
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> object ? (Map<String, @Nullable Object>) object : Map.of();
    }

    /** What the reference {@code dhcp} plugin was told, where that gave the address; null where another one did. */
    @Nullable
    Map<String, @Nullable Object> dhcp() {
        for (var plugin : plugins) {
            var ipam = object(plugin.get("ipam"));
            if ("dhcp".equals(ipam.get("type")) && !"route-fix".equals(plugin.get("type"))) {
                return ipam;
            }
        }
        return null;
    }

    /**
     * The pod's interface as one that we had made ourselves by the same settings: whoever takes the pod away takes it and its lease along.
     *
     * @param args {@code CNI_ARGS}
     * @param master the parent's name
     * @param ipam what {@link #dhcp} says
     */
    MadeInterface asOurs(
            AttachmentId id, String netns, String args, String master, Map<String, @Nullable Object> ipam) {
        var conf = new LinkedHashMap<String, @Nullable Object>();
        conf.put("cniVersion", "1.0.0");
        conf.put("name", name);
        conf.put("type", "route-fix");
        conf.put("master", master);
        conf.put("ipam", ipam);
        var environment = new HashMap<String, String>();
        environment.put("CNI_COMMAND", "ADD");
        environment.put("CNI_CONTAINERID", id.containerId());
        environment.put("CNI_IFNAME", id.ifname());
        environment.put("CNI_NETNS", netns);
        environment.put("CNI_ARGS", args);
        var given = new LinkedHashMap<String, @Nullable Object>();
        for (var key : List.of("ips", "routes", "dns")) {
            if (result.containsKey(key)) {
                given.put(key, result.get(key));
            }
        }
        return new MadeInterface(id, name, environment, conf, given);
    }

    /** The call by which that was made. */
    static CniRequest call(MadeInterface made) {
        return CniRequest.parse(made.environment(), Json.write(made.conf()).getBytes(StandardCharsets.UTF_8));
    }
}

package dev.routefix.cni;

import dev.routefix.netlink.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of the first plugin of a chain: the interface that it made, and the addresses that IPAM gave it (SPEC section 5 "Success" and, for what
 * IPAM leaves out, section 4 "Delegated Plugins (IPAM)").
 */
public final class FirstResult {

    private FirstResult() {}

    /**
     * As every plugin after it is given it.
     *
     * @param version in whose words it is written
     * @param given what IPAM gave, in the same version
     * @throws CniException code 6 if that cannot be understood
     */
    public static PrevResult of(SpecVersion version, Link link, String sandbox, Map<String, @Nullable Object> given) {
        var made = new LinkedHashMap<String, @Nullable Object>();
        made.put("name", link.name());
        made.put("mac", String.valueOf(link.mac()));
        if (version.namesMtu()) {
            made.put("mtu", link.mtu());
        }
        made.put("sandbox", sandbox);
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("cniVersion", version.text);
        result.put("interfaces", List.of(made));
        var json = new JsonObject(given, "result of IPAM: ", ErrorCode.DECODING_FAILURE);
        var ips = new ArrayList<Map<String, @Nullable Object>>();
        for (var ip : json.objects("ips")) {
            ips.add(ip(version, ip));
        }
        var routes = new ArrayList<Map<String, @Nullable Object>>();
        for (var route : json.objects("routes")) {
            routes.add(route.values());
        }
        result.put("ips", ips);
        result.put("routes", routes);
        var dns = json.object("dns");
        result.put("dns", dns == null ? Map.of() : dns.values());
        return PrevResult.of(new JsonObject(result, "result of IPAM: ", ErrorCode.DECODING_FAILURE), version);
    }

    /**
     * A configuration with a result, for the plugin that gave its addresses: it compares gateways too.
     *
     * @param conf as the runtime gives it
     * @param given the result of that plugin
     */
    static Map<String, @Nullable Object> asGiven(
            Map<String, @Nullable Object> conf, Map<String, @Nullable Object> given) {
        var result = new JsonObject(conf, "", ErrorCode.DECODING_FAILURE).object("prevResult");
        if (result == null) {
            return conf;
        }
        var gateways = new HashMap<Object, @Nullable Object>();
        for (var ip : new JsonObject(given, "", ErrorCode.DECODING_FAILURE).objects("ips")) {
            gateways.put(String.valueOf(ip.values().get("address")), ip.values().get("gateway"));
        }
        var ips = new ArrayList<Map<String, @Nullable Object>>();
        for (var ip : result.objects("ips")) {
            var entry = new LinkedHashMap<String, @Nullable Object>(ip.values());
            entry.remove("gateway");
            var gateway = gateways.get(String.valueOf(entry.get("address")));
            if (gateway != null) {
                entry.put("gateway", gateway);
            }
            ips.add(entry);
        }
        var changed = new LinkedHashMap<String, @Nullable Object>(result.values());
        changed.put("ips", ips);
        var whole = new LinkedHashMap<String, @Nullable Object>(conf);
        whole.put("prevResult", changed);
        return whole;
    }

    private static Map<String, @Nullable Object> ip(SpecVersion version, JsonObject given) {
        var ip = new LinkedHashMap<String, @Nullable Object>();
        var address = given.string("address");
        if (version.namesFamily() && address != null) {
            ip.put("version", address.indexOf(':') < 0 ? "4" : "6");
        }
        ip.putAll(given.values());
        ip.put("interface", 0);
        return ip;
    }
}

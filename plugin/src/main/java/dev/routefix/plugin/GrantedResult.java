package dev.routefix.plugin;

import dev.routefix.cni.SpecVersion;
import dev.routefix.dhcp.Granted;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a DHCP server gave, as an IPAM plugin says it (SPEC section 4 "Delegated Plugins (IPAM)"). */
final class GrantedResult {

    private GrantedResult() {}

    /** @param priority the metric of its routes; 0 for the usual */
    static Map<String, @Nullable Object> of(Granted granted, SpecVersion version, int priority) {
        var ip = new LinkedHashMap<String, @Nullable Object>();
        if (version.namesFamily()) {
            ip.put("version", "4");
        }
        ip.put("address", granted.address().withLength());
        var routes = new ArrayList<Map<String, @Nullable Object>>();
        var router = granted.router();
        if (router != null) {
            ip.put("gateway", router.toString());
            routes.add(route(Prefix.defaultOf(router.family()), router, priority));
        }
        for (var route : granted.routes()) {
            routes.add(route(route.destination(), route.gateway(), priority));
        }
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("ips", List.of(ip));
        result.put("routes", routes);
        result.put("dns", dns(granted.names()));
        return result;
    }

    private static Map<String, @Nullable Object> route(Prefix destination, @Nullable IpAddress gateway, int priority) {
        var route = new LinkedHashMap<String, @Nullable Object>();
        route.put("dst", destination.withLength());
        if (gateway != null) {
            route.put("gw", gateway.toString());
        } else {
            route.put("scope", 253); // RT_SCOPE_LINK: onto the LAN itself
        }
        if (priority != 0) {
            route.put("priority", priority);
        }
        return route;
    }

    private static Map<String, @Nullable Object> dns(Granted.Resolver names) {
        var dns = new LinkedHashMap<String, @Nullable Object>();
        if (!names.servers().isEmpty()) {
            var servers = new ArrayList<String>();
            for (var server : names.servers()) {
                servers.add(server.toString());
            }
            dns.put("nameservers", servers);
        }
        if (names.domain() != null) {
            dns.put("domain", names.domain());
        }
        if (!names.search().isEmpty()) {
            dns.put("search", names.search());
        }
        return dns;
    }
}

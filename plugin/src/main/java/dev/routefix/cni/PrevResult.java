package dev.routefix.cni;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the plugins before us made (SPEC section 5 "Success"). Kept as JSON and handed on whole: only {@code routes} and {@code ips[].gateway}
 * change, whatever the version and whatever else it holds.
 */
public final class PrevResult {

    private record Interface(
            @Nullable String name,
            @Nullable String mac,
            @Nullable String sandbox) {}

    /** An entry of {@code ips}; {@code interfaceIndex} is null where the entry names none. */
    private record Ip(
            Prefix address,
            @Nullable Integer interfaceIndex,
            @Nullable IpAddress gateway,
            JsonObject json) {}

    private record ResultRoute(Prefix destination, @Nullable IpAddress gateway, JsonObject json) {

        /** The keys {@code priority}, {@code table} and {@code scope} of version 1.1.0; {@code absent} where there is no such number. */
        int number(String key, int absent) {
            return json.values().get(key) instanceof Integer number ? number : absent;
        }

        boolean isOfMainTable() {
            return number("table", Route.MAIN) == Route.MAIN;
        }
    }

    private final JsonObject json;
    private final SpecVersion version;
    private final List<Interface> interfaces = new ArrayList<>();
    private final List<Ip> ips = new ArrayList<>();
    private final List<ResultRoute> routes = new ArrayList<>();

    private PrevResult(JsonObject json, SpecVersion version) {
        this.json = json;
        this.version = version;
        for (var entry : json.objects("interfaces")) {
            interfaces.add(new Interface(
                    entry.string("name"),
                    entry.values().get("mac") instanceof String mac ? mac : null,
                    entry.string("sandbox")));
        }
        for (var entry : json.objects("ips")) {
            ips.add(new Ip(prefix(entry, "address"), entry.integer("interface"), gateway(entry, "gateway"), entry));
        }
        for (var entry : json.objects("routes")) {
            routes.add(new ResultRoute(prefix(entry, "dst"), gateway(entry, "gw"), entry));
        }
    }

    static PrevResult of(JsonObject json, SpecVersion version) {
        return new PrevResult(json, version);
    }

    /**
     * The addresses of the pod's interface, found by name and sandbox and never by position. An entry of {@code ips} that names no interface
     * is taken as its own. Empty where the plugins before us gave none of that family.
     *
     * @throws CniException code 7 if there are addresses but no such interface
     */
    public List<Prefix> addresses(Family family, String ifname, String sandbox) {
        var own = indicesOf(ifname, sandbox);
        var found = new ArrayList<Prefix>();
        for (var ip : ips) {
            if (ip.address.family() == family && belongs(ip, own)) {
                found.add(ip.address);
            }
        }
        if (found.isEmpty() && own.isEmpty() && !interfaces.isEmpty() && !ips.isEmpty()) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"prevResult.interfaces\" has no " + ifname + " in sandbox " + sandbox
                            + ": route-fix must come after the plugin that makes the pod's interface");
        }
        return found;
    }

    /** The hardware address of the pod's interface, as it is written; null if there is none. */
    public @Nullable String mac(String ifname, String sandbox) {
        var own = indicesOf(ifname, sandbox);
        return own.isEmpty() ? null : interfaces.get(own.getFirst()).mac;
    }

    /** Every address of the family, whomever it belongs to: for DEL, which can no longer look into the sandbox. */
    public List<IpAddress> addresses(Family family, String ifname) {
        var own = indicesOf(ifname, null);
        var found = new ArrayList<IpAddress>();
        for (var ip : ips) {
            if (ip.address.family() == family && belongs(ip, own)) {
                found.add(ip.address.address());
            }
        }
        return found;
    }

    /**
     * Routes of the main table that can only lead by the pod's interface: onto its networks, or to a machine in one of them. An entry does not say by
     * which interface it leads; one without {@code gw} leads to the network's gateway, unless its scope is the link.
     *
     * @param own the addresses of that interface
     * @return with link 0, as that is not known here
     */
    public List<Route> routes(List<Prefix> own) {
        var found = new ArrayList<Route>();
        for (var route : routes) {
            boolean onLink = route.number("scope", 0) == Scope.LINK.number();
            var gateway = route.gateway == null && !onLink ? gatewayOf(own) : route.gateway;
            boolean ours = route.destination.family() == own.getFirst().family() && isNear(gateway, own);
            if (ours && route.isOfMainTable()) {
                found.add(new Route(
                        route.destination,
                        gateway,
                        0,
                        null,
                        onLink ? Scope.LINK : Scope.UNIVERSE,
                        0,
                        route.number("priority", 0)));
            }
        }
        return found;
    }

    private @Nullable IpAddress gatewayOf(List<Prefix> own) {
        for (var ip : ips) {
            if (ip.gateway != null && own.contains(ip.address)) {
                return ip.gateway;
            }
        }
        return null;
    }

    private static boolean isNear(@Nullable IpAddress gateway, List<Prefix> own) {
        for (var prefix : own) {
            if (gateway == null || prefix.contains(gateway)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The result to hand on: routes of the family are those in the kernel.
     *
     * @param made the routes through the pod's interface, as they are now
     * @param others whether a route (destination, gateway) exists through another interface of the pod; such entries stay
     */
    public Map<String, @Nullable Object> with(
            Family family,
            String ifname,
            String sandbox,
            IpAddress gateway,
            List<Route> made,
            BiPredicate<Prefix, @Nullable IpAddress> others) {
        var result = new LinkedHashMap<String, @Nullable Object>(json.values());
        result.putIfAbsent("cniVersion", version.text);
        var own = indicesOf(ifname, sandbox);
        var newIps = new ArrayList<Map<String, @Nullable Object>>();
        for (var ip : ips) {
            var entry = new LinkedHashMap<String, @Nullable Object>(ip.json.values());
            if (ip.address.family() == family && belongs(ip, own)) {
                entry.put("gateway", gateway.toString());
            }
            newIps.add(entry);
        }
        var newRoutes = new ArrayList<Map<String, @Nullable Object>>();
        for (var route : routes) {
            if (route.destination.family() != family
                    || !route.isOfMainTable()
                    || others.test(route.destination, route.gateway)) {
                newRoutes.add(route.json.values());
            }
        }
        for (var route : made) {
            if (route.table() == Route.MAIN || version.compareTo(SpecVersion.V1_1_0) >= 0) {
                newRoutes.add(entry(route));
            }
        }
        result.put("ips", newIps);
        result.put("routes", newRoutes);
        return result;
    }

    /** The result as it came, where nothing was changed. */
    public Map<String, @Nullable Object> unchanged() {
        var result = new LinkedHashMap<String, @Nullable Object>(json.values());
        result.putIfAbsent("cniVersion", version.text);
        return result;
    }

    private Map<String, @Nullable Object> entry(Route route) {
        var entry = new LinkedHashMap<String, @Nullable Object>();
        var destination = route.destination();
        entry.put("dst", destination.withLength());
        if (route.gateway() != null) {
            entry.put("gw", route.gateway().toString());
        }
        if (version.compareTo(SpecVersion.V1_1_0) >= 0) {
            putUnless(entry, "scope", route.scope().number(), Scope.UNIVERSE.number());
            putUnless(entry, "priority", route.metric(), 0);
            putUnless(entry, "table", route.table(), Route.MAIN);
        }
        return entry;
    }

    private static void putUnless(Map<String, @Nullable Object> entry, String key, int value, int usual) {
        if (value != usual) {
            entry.put(key, value);
        }
    }

    private List<Integer> indicesOf(String ifname, @Nullable String sandbox) {
        var indices = new ArrayList<Integer>();
        for (int at = 0; at < interfaces.size(); at++) {
            var candidate = interfaces.get(at);
            boolean inSandbox = sandbox == null
                    ? candidate.sandbox != null && !candidate.sandbox.isEmpty()
                    : sandbox.equals(candidate.sandbox);
            if (ifname.equals(candidate.name) && inSandbox) {
                indices.add(at);
            }
        }
        return indices;
    }

    private static boolean belongs(Ip ip, List<Integer> own) {
        return ip.interfaceIndex == null || own.contains(ip.interfaceIndex);
    }

    private static Prefix prefix(JsonObject entry, String key) {
        var text = entry.string(key);
        try {
            return Prefix.parse(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw entry.wrong(key, "an address with prefix length such as 192.168.2.76/24");
        }
    }

    private static @Nullable IpAddress gateway(JsonObject entry, String key) {
        var text = entry.string(key);
        try {
            return text == null || text.isEmpty() ? null : IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw entry.wrong(key, "an IP address");
        }
    }
}

package dev.routefix.cni;

import dev.routefix.cni.IpamConf.StaticAddress;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the reference plugin {@code static} takes: {@code addresses}, {@code routes} and {@code dns} of the {@code ipam} object. Instead of those addresses
 * come those of {@code args.cni.ips}, and instead of both the runtime's, by the capability {@code ips} (CONVENTIONS of the specification).
 */
final class StaticReader {

    private final List<CniException> faults;

    private StaticReader(List<CniException> faults) {
        this.faults = faults;
    }

    /**
     * Reads them.
     *
     * @param conf the whole configuration, with its {@code runtimeConfig} and {@code args}
     * @param faults gets what is wrong with any of it
     */
    static IpamConf.Static of(JsonObject conf, JsonObject ipam, List<CniException> faults) {
        var reader = new StaticReader(faults);
        var addresses = reader.addresses(ipam);
        var args = conf.object("args", faults);
        var byArgs = args == null ? null : args.object("cni", faults);
        var byRuntime = conf.object("runtimeConfig", faults);
        var asked = reader.ips(byRuntime);
        if (asked.isEmpty()) {
            asked = reader.ips(byArgs);
        }
        var routes = reader.routes(ipam);
        var dns = ipam.object("dns", faults);
        return new IpamConf.Static(
                asked.isEmpty() ? addresses : asked, !asked.isEmpty(), routes, dns == null ? Map.of() : dns.values());
    }

    private List<StaticAddress> addresses(JsonObject ipam) {
        var addresses = new ArrayList<StaticAddress>();
        for (var entry : ipam.objects("addresses", faults)) {
            var prefix = prefix(entry, "address");
            var gateway = address(entry, "gateway");
            if (prefix != null) {
                addresses.add(new StaticAddress(prefix, gateway));
            }
        }
        return addresses;
    }

    private List<StaticAddress> ips(@Nullable JsonObject asking) {
        var ips = asking == null ? null : asking.values().get("ips");
        if (asking == null || ips == null) {
            return List.of();
        }
        var addresses = new ArrayList<StaticAddress>();
        if (ips instanceof List<?> list) {
            for (var ip : list) {
                var prefix = ip instanceof String text ? parse(text) : null;
                if (prefix != null) {
                    addresses.add(new StaticAddress(prefix, null));
                }
            }
            if (addresses.size() == list.size()) {
                return addresses;
            }
        }
        faults.add(asking.wrong("ips", "an array of addresses with their length such as 192.168.2.76/24"));
        return List.of();
    }

    /** As they are to stand in the result, found fit for it. */
    private List<Map<String, @Nullable Object>> routes(JsonObject ipam) {
        var routes = new ArrayList<Map<String, @Nullable Object>>();
        for (var route : ipam.objects("routes", faults)) {
            prefix(route, "dst");
            address(route, "gw");
            routes.add(route.values());
        }
        return routes;
    }

    /** An address with its length, as everywhere in these configurations; null if the text is none. */
    private static @Nullable Prefix parse(String text) {
        try {
            return Prefix.parse(text.strip());
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    private @Nullable Prefix prefix(JsonObject entry, String key) {
        try {
            var text = entry.string(key);
            var prefix = text == null ? null : parse(text);
            if (prefix == null) {
                throw entry.wrong(key, "an address with its length such as 192.168.2.76/24");
            }
            return prefix;
        } catch (CniException fault) {
            faults.add(fault);
            return null;
        }
    }

    private @Nullable IpAddress address(JsonObject entry, String key) {
        try {
            var text = entry.string(key);
            return text == null || text.isEmpty() ? null : IpAddress.parse(text);
        } catch (CniException fault) {
            faults.add(fault);
        } catch (IllegalArgumentException none) {
            faults.add(entry.wrong(key, "an IP address"));
        }
        return null;
    }
}

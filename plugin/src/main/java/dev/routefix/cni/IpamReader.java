package dev.routefix.cni;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the {@code ipam} object. */
final class IpamReader {

    /** DHCP options that a configuration may write by their names in dhcp-options(5). */
    private static final Map<String, Integer> CODES = new HashMap<>();

    static {
        CODES.put("subnet-mask", 1);
        CODES.put("routers", 3);
        CODES.put("host-name", 12);
        CODES.put("vendor-class-identifier", 60);
        CODES.put("dhcp-client-identifier", 61);
        CODES.put("user-class", 77);
    }

    private IpamReader() {}

    /**
     * Reads the object.
     *
     * @param faults gets what is wrong with it
     * @return null if that is so much that nothing is known, or if there is none
     */
    static @Nullable IpamConf of(JsonObject conf, List<CniException> faults) {
        try {
            var ipam = conf.object("ipam");
            if (ipam == null) {
                return null;
            }
            var type = ipam.string("type");
            if (type == null || type.isEmpty() || type.equals("none")) {
                return new IpamConf.None();
            }
            if (type.equals("dhcp")) {
                return dhcp(ipam, faults);
            }
            if (type.equals("static")) {
                return StaticReader.of(conf, ipam, faults);
            }
            if (Names.isNetworkName(type) && !type.equals("route-fix")) {
                return new IpamConf.Delegated(type);
            }
            faults.add(ipam.wrong("type", "dhcp, static, none, or the name of an IPAM plugin"));
        } catch (CniException fault) {
            faults.add(fault);
        }
        return null;
    }

    private static IpamConf.Leased dhcp(JsonObject ipam, List<CniException> faults) {
        var provide = new ArrayList<IpamConf.Provided>();
        var request = new ArrayList<Integer>();
        var skip = new ArrayList<Integer>();
        for (var entry : ipam.objects("provide", faults)) {
            int code = code(entry, faults);
            var value = text(entry, "value", faults);
            var fromArg = text(entry, "fromArg", faults);
            if (code != 0) {
                provide.add(new IpamConf.Provided(
                        code, value == null ? "" : value, fromArg == null || fromArg.isEmpty() ? null : fromArg));
            }
        }
        for (var entry : ipam.objects("request", faults)) {
            int code = code(entry, faults);
            if (code != 0) {
                (Boolean.TRUE.equals(entry.values().get("skipDefault")) ? skip : request).add(code);
            }
        }
        int priority = InterfaceConf.number(ipam, "priority", faults);
        var identity = IdentityKind.of(ipam, faults);
        return new IpamConf.Leased(provide, request, skip, priority, identity == null ? IdentityKind.AUTO : identity);
    }

    private static @Nullable String text(JsonObject entry, String key, List<CniException> faults) {
        try {
            return entry.string(key);
        } catch (CniException fault) {
            faults.add(fault);
            return null;
        }
    }

    /** 0 if there is none that can be used. */
    private static int code(JsonObject entry, List<CniException> faults) {
        var option = entry.values().get("option");
        var known = CODES.get(String.valueOf(option));
        if (known != null) {
            return known;
        }
        try {
            int code = Integer.parseInt(String.valueOf(option));
            if (code > 0 && code < 255) {
                return code;
            }
        } catch (NumberFormatException notANumber) {
            // the message below names the key
        }
        faults.add(entry.wrong("option", "a number from 1 to 254 or a name such as host-name"));
        return 0;
    }
}

package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.IpamConf;
import dev.routefix.cni.IpamConf.StaticAddress;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a configuration says of a pod's addresses, as the reference plugin {@code static} answers it (SPEC section 4 "Delegated Plugins (IPAM)"). */
final class StaticResult {

    private final CniRequest request;
    private final IpamConf.Static conf;

    StaticResult(CniRequest request, IpamConf.Static conf) {
        this.request = request;
        this.conf = conf;
    }

    /**
     * The addresses of the configuration, and those that {@code CNI_ARGS} adds ({@code IP}) with the gateways of their networks there ({@code GATEWAY}).
     *
     * @throws CniException code 4 if those words hold something else, code 7 if there is no address at all
     */
    Map<String, @Nullable Object> ofAdd() {
        var addresses = addresses();
        if (addresses.isEmpty()) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"ipam.addresses\" names no address and nobody else does: give it one, or let the runtime by the capability \"ips\"");
        }
        var ips = new ArrayList<Map<String, @Nullable Object>>();
        for (var each : addresses) {
            var ip = new LinkedHashMap<String, @Nullable Object>();
            ip.put("address", each.address().withLength());
            if (each.gateway() != null) {
                ip.put("gateway", each.gateway().toString());
            }
            ips.add(ip);
        }
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("ips", ips);
        result.put("routes", conf.routes());
        result.put("dns", conf.dns());
        return result;
    }

    /**
     * CHECK: the pod's result has every address that it would be given now.
     *
     * @throws CniException code 101 naming one that it has not
     */
    void check() {
        for (var each : addresses()) {
            var address = each.address();
            var has = request.prevResult()
                    .addresses(address.family(), request.attached().ifname(), request.netns());
            if (!has.contains(address)) {
                throw new CniException(
                        ErrorCode.NOT_AS_LEFT,
                        "the pod was not given " + address
                                + ", which the configuration has for it: delete the pod to have it made anew");
            }
        }
    }

    private List<StaticAddress> addresses() {
        var addresses = new ArrayList<>(conf.addresses());
        if (!conf.asked()) {
            var gateways = gateways();
            for (var word : words("IP")) {
                var prefix = prefix(word);
                addresses.add(new StaticAddress(prefix, gatewayOf(prefix, gateways)));
            }
        }
        return addresses;
    }

    private List<IpAddress> gateways() {
        var gateways = new ArrayList<IpAddress>();
        for (var word : words("GATEWAY")) {
            try {
                gateways.add(IpAddress.parse(word));
            } catch (IllegalArgumentException none) {
                throw wrong("GATEWAY", word, "IP addresses");
            }
        }
        return gateways;
    }

    /** Of several the last, as with the reference plugin. */
    private static @Nullable IpAddress gatewayOf(Prefix own, List<IpAddress> gateways) {
        IpAddress last = null;
        for (var gateway : gateways) {
            if (own.contains(gateway)) {
                last = gateway;
            }
        }
        return last;
    }

    private static Prefix prefix(String word) {
        try {
            return Prefix.parse(word);
        } catch (IllegalArgumentException none) {
            throw wrong("IP", word, "addresses with their length such as 192.168.2.76/24");
        }
    }

    private List<String> words(String name) {
        var words = new ArrayList<String>();
        var text = request.arg(name);
        if (!text.isEmpty()) {
            for (var word : text.split(",", -1)) {
                words.add(word.strip());
            }
        }
        return words;
    }

    private static CniException wrong(String name, String word, String expected) {
        return new CniException(
                ErrorCode.INVALID_ENVIRONMENT,
                name + " of CNI_ARGS must be " + expected + ", separated by commas, but \"" + word + "\" is none");
    }
}

package dev.routefix.dhcp.lease;

import static dev.routefix.cni.Members.list;
import static dev.routefix.cni.Members.number;
import static dev.routefix.cni.Members.text;
import static dev.routefix.cni.Members.textIfAny;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.Granted.OtherRoute;
import dev.routefix.dhcp.Granted.Resolver;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.machine.DhcpClient;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.dhcp.message.Options;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Lease} as its file's JSON object. Whose it is follows from the file's place, not from what it holds: so a rename gives it to another, at once and for good. */
final class LeaseJson {

    private static final int VERSION = 1;
    private static final HexFormat HEX = HexFormat.of();

    private LeaseJson() {}

    static Map<String, @Nullable Object> of(Lease lease) {
        var client = lease.identity().client();
        var terms = lease.terms();
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("version", VERSION);
        json.put("pod", lease.pod());
        json.put("parent", lease.parent());
        putIfAny(json, "key", lease.identity().key());
        json.put("forAnybody", lease.identity().forAnybody());
        json.put("mac", client.mac().toString());
        json.put("clientId", HEX.formatHex(client.id()));
        putIfAny(json, "hostname", client.hostname());
        json.put("wanted", HEX.formatHex(client.wanted()));
        var provided = new LinkedHashMap<String, Object>();
        for (int code : client.provided().codes()) {
            provided.put(Integer.toString(code), HEX.formatHex(client.provided().bytes(code)));
        }
        json.put("provided", provided);
        json.put("boot", lease.given().boot());
        json.put("sinceBoot", lease.given().sinceBoot());
        json.put("sinceEpoch", lease.given().sinceEpoch());
        json.put("server", terms.server().toString());
        json.put("serverMac", terms.serverMac().toString());
        json.put("address", terms.address().withLength());
        json.put("seconds", terms.seconds());
        json.put("renewAfter", terms.renewAfter());
        json.put("rebindAfter", terms.rebindAfter());
        putIfAny(json, "router", terms.router());
        var routes = new ArrayList<Map<String, Object>>();
        for (var route : terms.routes()) {
            var entry = new LinkedHashMap<String, @Nullable Object>();
            entry.put("dst", route.destination().withLength());
            putIfAny(entry, "gw", route.gateway());
            routes.add(entry);
        }
        json.put("routes", routes);
        json.put("mtu", terms.mtu());
        var servers = new ArrayList<String>();
        for (var server : terms.names().servers()) {
            servers.add(server.toString());
        }
        json.put("nameservers", servers);
        putIfAny(json, "domain", terms.names().domain());
        json.put("search", terms.names().search());
        return json;
    }

    private static void putIfAny(Map<String, @Nullable Object> json, String key, @Nullable Object value) {
        if (value != null) {
            json.put(key, value.toString());
        }
    }

    /**
     * Reads what {@link #of} made.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Lease read(Map<String, @Nullable Object> json, @Nullable AttachmentId attachment) {
        if (number(json, "version") != VERSION) {
            throw new IllegalArgumentException("its version is " + json.get("version") + " instead of " + VERSION);
        }
        var provided = new Options();
        if (json.get("provided") instanceof Map<?, ?> members) {
            for (var member : members.entrySet()) {
                provided.put(
                        Integer.parseInt(String.valueOf(member.getKey())),
                        HEX.parseHex(String.valueOf(member.getValue())));
            }
        }
        var client = new DhcpClient(
                MacAddress.parse(text(json, "mac")),
                HEX.parseHex(text(json, "clientId")),
                textIfAny(json, "hostname"),
                HEX.parseHex(text(json, "wanted")),
                provided);
        return new Lease(
                attachment,
                text(json, "pod"),
                text(json, "parent"),
                new Identity(textIfAny(json, "key"), client, Boolean.TRUE.equals(json.get("forAnybody"))),
                terms(json),
                new Moment(text(json, "boot"), number(json, "sinceBoot"), number(json, "sinceEpoch")));
    }

    private static Terms terms(Map<String, @Nullable Object> json) {
        var routes = new ArrayList<OtherRoute>();
        for (var entry : list(json, "routes")) {
            if (!(entry instanceof Map<?, ?> route) || !(route.get("dst") instanceof String destination)) {
                throw new IllegalArgumentException("\"routes\" holds something else");
            }
            routes.add(new OtherRoute(
                    Prefix.parse(destination),
                    route.get("gw") instanceof String gateway ? IpAddress.parse(gateway) : null));
        }
        var servers = new ArrayList<IpAddress>();
        for (var server : list(json, "nameservers")) {
            servers.add(IpAddress.parse(String.valueOf(server)));
        }
        var search = new ArrayList<String>();
        for (var name : list(json, "search")) {
            search.add(String.valueOf(name));
        }
        var router = textIfAny(json, "router");
        long seconds = number(json, "seconds");
        long renewAfter = number(json, "renewAfter");
        long rebindAfter = number(json, "rebindAfter");
        if (renewAfter <= 0 || rebindAfter <= renewAfter || seconds <= rebindAfter || seconds > Terms.FOREVER) {
            throw new IllegalArgumentException("its times are none of a lease");
        }
        return new Terms(
                IpAddress.parse(text(json, "server")),
                MacAddress.parse(text(json, "serverMac")),
                Prefix.parse(text(json, "address")),
                seconds,
                renewAfter,
                rebindAfter,
                router == null ? null : IpAddress.parse(router),
                routes,
                (int) number(json, "mtu"),
                new Resolver(servers, textIfAny(json, "domain"), search));
    }
}

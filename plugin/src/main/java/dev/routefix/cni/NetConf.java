package dev.routefix.cni;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our entry of the network configuration list, as the runtime gives it on stdin.
 *
 * @param name of the network
 * @param hostInterface the node's macvlan, {@code mac0}
 * @param gateway the address of that interface, the pods' gateway
 * @param master the macvlan's parent, or null where the configuration does not say
 * @param prevResult what the plugins before us made, or null
 * @param validAttachments for GC: all attachments that still live, or null where the runtime does not say
 */
public record NetConf(
        SpecVersion cniVersion,
        String name,
        String hostInterface,
        IpAddress gateway,
        @Nullable String master,
        @Nullable PrevResult prevResult,
        @Nullable List<AttachmentId> validAttachments) {

    private static final List<String> LOG_LEVELS = List.of("error", "warn", "info", "debug");

    /**
     * Reads and checks every key of ours; unknown ones are ignored.
     *
     * @param tolerant for DEL, which works without prevResult and so survives a broken one
     * @throws CniException code 7, or 6 for a prevResult that is none
     */
    static NetConf of(SpecVersion version, JsonObject json, boolean tolerant) {
        var name = json.string("name");
        if (name == null || !Names.isNetworkName(name)) {
            throw json.wrong("name", "a network name of letters, digits, dots, dashes and underscores");
        }
        var logLevel = json.string("logLevel");
        if (logLevel != null && !LOG_LEVELS.contains(logLevel)) {
            throw json.wrong("logLevel", "one of " + LOG_LEVELS);
        }
        return new NetConf(
                version,
                name,
                interfaceName(json, "hostInterface", "mac0"),
                gateway(json),
                json.values().get("master") == null ? null : interfaceName(json, "master", ""),
                prevResult(json, version, tolerant),
                validAttachments(json));
    }

    private static String interfaceName(JsonObject json, String key, String absent) {
        var name = json.string(key);
        if (name == null) {
            return absent;
        }
        if (!Names.isInterfaceName(name)) {
            throw json.wrong(key, "an interface name of 1 to 15 characters");
        }
        return name;
    }

    private static IpAddress gateway(JsonObject json) {
        var text = json.string("gateway");
        try {
            return IpAddress.parse(text == null ? "169.254.1.1" : text);
        } catch (IllegalArgumentException e) {
            throw json.wrong("gateway", "an IP address");
        }
    }

    private static @Nullable PrevResult prevResult(JsonObject json, SpecVersion version, boolean tolerant) {
        try {
            var strict = new JsonObject(json.values(), "", ErrorCode.DECODING_FAILURE).object("prevResult");
            return strict == null ? null : PrevResult.of(strict, version);
        } catch (CniException e) {
            if (tolerant) {
                return null;
            }
            throw e;
        }
    }

    private static @Nullable List<AttachmentId> validAttachments(JsonObject json) {
        if (!json.values().containsKey("cni.dev/valid-attachments")) {
            return null;
        }
        var ids = new ArrayList<AttachmentId>();
        for (var attachment : json.objects("cni.dev/valid-attachments")) {
            var containerId = attachment.string("containerID");
            var ifname = attachment.string("ifname");
            if (containerId == null || ifname == null) {
                throw json.wrong("cni.dev/valid-attachments", "a list of objects with containerID and ifname");
            }
            ids.add(new AttachmentId(containerId, ifname));
        }
        return ids;
    }

    /**
     * The error for a gateway that pods would look for on the LAN itself.
     *
     * @throws CniException code 7
     */
    public void requireGatewayOutside(Prefix lan) {
        if (lan.contains(gateway)) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"gateway\" " + gateway + " lies inside the pods' network " + lan.network()
                            + ": choose an address outside it, such as 169.254.1.1");
        }
    }
}

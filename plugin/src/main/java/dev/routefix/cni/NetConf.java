package dev.routefix.cni;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our entry of the network configuration list, as the runtime gives it on stdin.
 *
 * @param name of the network
 * @param hostInterface the node's macvlan, {@code mac0}
 * @param gateway the address of that interface, the pods' gateway
 * @param master the macvlan's parent, or null where the configuration does not say
 * @param own what it says of an interface that we make
 * @param prevResult what the plugins before us made, or null
 * @param portMappings ports of the node that are to lead to the pod
 * @param validAttachments for GC: all attachments that still live, or null where the runtime does not say
 * @param json the whole of it, for plugins that we execute
 * @param faults what cannot be used and is not needed, one sentence each; only where that is no reason to refuse the call
 */
public record NetConf(
        SpecVersion cniVersion,
        String name,
        String hostInterface,
        IpAddress gateway,
        @Nullable String master,
        InterfaceConf own,
        @Nullable PrevResult prevResult,
        List<PortMapping> portMappings,
        @Nullable List<AttachmentId> validAttachments,
        Map<String, @Nullable Object> json,
        List<String> faults) {

    private static final List<String> LOG_LEVELS = List.of("error", "warn", "info", "debug");

    public NetConf {
        portMappings = List.copyOf(portMappings);
        faults = List.copyOf(faults);
    }

    /**
     * Reads and checks every key of ours; unknown ones are ignored.
     *
     * @param found faults met before
     * @param tolerant for DEL, which needs nothing of all this where ADD has left a record
     * @throws CniException naming all faults, with the code of the first: 1, 7, or 6 for a prevResult that is none
     */
    static NetConf of(SpecVersion version, JsonObject json, List<CniException> found, boolean tolerant) {
        var faults = new ArrayList<>(found);
        checkLogLevel(json, faults);
        var name = name(json, faults);
        var hostInterface = interfaceName(json, "hostInterface", faults);
        var given = gateway(json, faults);
        var gateway = given == null ? IpAddress.parse("169.254.1.1") : given;
        var master = interfaceName(json, "master", faults);
        var own = InterfaceConf.of(json, faults);
        var prevResult = prevResult(json, version, faults);
        var portMappings = PortMappings.of(json, gateway.family(), faults);
        var valid = validAttachments(json, faults);
        if (!tolerant && !faults.isEmpty()) {
            throw CniException.of(faults);
        }
        var sentences = new ArrayList<String>();
        for (var fault : faults) {
            sentences.add(String.valueOf(fault.getMessage()));
        }
        return new NetConf(
                version,
                name,
                hostInterface == null ? "mac0" : hostInterface,
                gateway,
                master,
                own,
                prevResult,
                portMappings,
                valid,
                json.values(),
                sentences);
    }

    /** The same after one that made the pod's interface. */
    NetConf after(PrevResult made) {
        return new NetConf(
                cniVersion,
                name,
                hostInterface,
                gateway,
                master,
                own,
                made,
                portMappings,
                validAttachments,
                json,
                faults);
    }

    /** The same for plugins that we execute, which get this instead. */
    NetConf with(Map<String, @Nullable Object> otherJson) {
        return new NetConf(
                cniVersion,
                name,
                hostInterface,
                gateway,
                master,
                own,
                prevResult,
                portMappings,
                validAttachments,
                otherJson,
                faults);
    }

    private static String name(JsonObject json, List<CniException> faults) {
        try {
            var name = json.string("name");
            if (name != null && Names.isNetworkName(name)) {
                return name;
            }
            faults.add(json.wrong("name", "a network name of letters, digits, dots, dashes and underscores"));
        } catch (CniException fault) {
            faults.add(fault);
        }
        return "";
    }

    /** Nothing is logged but what happens; the key is there for chains that give it to every plugin. */
    private static void checkLogLevel(JsonObject json, List<CniException> faults) {
        try {
            var logLevel = json.string("logLevel");
            if (logLevel != null && !LOG_LEVELS.contains(logLevel)) {
                faults.add(json.wrong("logLevel", "one of " + LOG_LEVELS));
            }
        } catch (CniException fault) {
            faults.add(fault);
        }
    }

    private static @Nullable String interfaceName(JsonObject json, String key, List<CniException> faults) {
        try {
            var name = json.string(key);
            if (name == null || Names.isInterfaceName(name)) {
                return name;
            }
            faults.add(json.wrong(key, "an interface name of 1 to 15 characters"));
        } catch (CniException fault) {
            faults.add(fault);
        }
        return null;
    }

    private static @Nullable IpAddress gateway(JsonObject json, List<CniException> faults) {
        try {
            var text = json.string("gateway");
            return text == null ? null : IpAddress.parse(text);
        } catch (CniException fault) {
            faults.add(fault);
        } catch (IllegalArgumentException e) {
            faults.add(json.wrong("gateway", "an IP address"));
        }
        return null;
    }

    private static @Nullable PrevResult prevResult(JsonObject json, SpecVersion version, List<CniException> faults) {
        try {
            var prevResult = new JsonObject(json.values(), "", ErrorCode.DECODING_FAILURE).object("prevResult");
            return prevResult == null ? null : PrevResult.of(prevResult, version);
        } catch (CniException fault) {
            faults.add(fault);
            return null;
        }
    }

    private static @Nullable List<AttachmentId> validAttachments(JsonObject json, List<CniException> faults) {
        if (!json.values().containsKey("cni.dev/valid-attachments")) {
            return null;
        }
        var ids = new ArrayList<AttachmentId>();
        try {
            for (var attachment : json.objects("cni.dev/valid-attachments")) {
                var containerId = attachment.string("containerID");
                var ifname = attachment.string("ifname");
                if (containerId == null || ifname == null) {
                    throw json.wrong("cni.dev/valid-attachments", "a list of objects with containerID and ifname");
                }
                ids.add(new AttachmentId(containerId, ifname));
            }
        } catch (CniException fault) {
            faults.add(fault);
        }
        return ids;
    }

    /**
     * The error for a network that has been taken from a node which has others: its pods leave by it, and none comes.
     *
     * @throws CniException code 11
     */
    public void requireKept() {
        if (Boolean.TRUE.equals(json.get("retired"))) {
            throw new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "the network " + name
                            + " has been removed from this node and stays only until the pods it has here are gone: new pods cannot be"
                            + " attached. Put it on the list of networks again to keep using it");
        }
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

package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One pod's interface that we have set up.
 *
 * @param netns the sandbox's path at the time of ADD
 * @param namespace what stood at that path then, for another may stand there later; null if that is not known
 * @param pod the runtime's {@code CNI_ARGS}, which name the pod
 * @param hostInterface the node's macvlan it was set up with
 * @param gateway what the pod holds for its gateway; null if that is not known
 */
public record Attachment(
        AttachmentId id,
        String netns,
        @Nullable String namespace,
        String pod,
        String hostInterface,
        @Nullable Gateway gateway,
        List<IpAddress> addresses) {

    /** The gateway's address and the hardware address that the pod has as a permanent neighbour for it. */
    public record Gateway(IpAddress address, MacAddress mac) {}

    public Attachment {
        addresses = List.copyOf(addresses);
    }

    /** One of which no more is known. */
    public Attachment(AttachmentId id, String netns, String pod, String hostInterface, List<IpAddress> addresses) {
        this(id, netns, null, pod, hostInterface, null, addresses);
    }

    /** What a user calls it: the pod's name as the runtime gave it, and its addresses. */
    public String name() {
        var words = new LinkedHashMap<String, String>();
        for (var word : pod.split(";", -1)) {
            var pair = word.split("=", 2);
            words.put(pair[0], pair[pair.length - 1]);
        }
        var podName = words.get("K8S_POD_NAME");
        var name = podName == null ? id.toString() : words.getOrDefault("K8S_POD_NAMESPACE", "") + "/" + podName;
        return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(" ", name + " (", ")"));
    }

    /** Of the records' form. A record of another one is none: what it was for is known by other means as well. */
    private static final int VERSION = 1;

    Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("version", VERSION);
        json.put("containerID", id.containerId());
        json.put("ifname", id.ifname());
        json.put("netns", netns);
        if (namespace != null) {
            json.put("namespace", namespace);
        }
        json.put("pod", pod);
        json.put("hostInterface", hostInterface);
        if (gateway != null) {
            json.put("gateway", gateway.address().toString());
            json.put("gatewayMac", gateway.mac().toString());
        }
        var texts = new ArrayList<String>();
        for (var address : addresses) {
            texts.add(address.toString());
        }
        json.put("addresses", texts);
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Attachment of(Map<String, @Nullable Object> json) {
        if (!Integer.valueOf(VERSION).equals(json.get("version"))) {
            throw new IllegalArgumentException("its version is " + json.get("version") + " instead of " + VERSION);
        }
        var addresses = new ArrayList<IpAddress>();
        if (!(json.get("addresses") instanceof List<?> texts)) {
            throw new IllegalArgumentException("\"addresses\" is missing");
        }
        for (var text : texts) {
            addresses.add(IpAddress.parse(String.valueOf(text)));
        }
        return new Attachment(
                new AttachmentId(text(json, "containerID"), text(json, "ifname")),
                text(json, "netns"),
                json.get("namespace") instanceof String namespace ? namespace : null,
                text(json, "pod"),
                text(json, "hostInterface"),
                json.containsKey("gateway")
                        ? new Gateway(
                                IpAddress.parse(text(json, "gateway")), MacAddress.parse(text(json, "gatewayMac")))
                        : null,
                addresses);
    }

    private static String text(Map<String, @Nullable Object> json, String key) {
        if (json.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("\"" + key + "\" is missing");
    }
}

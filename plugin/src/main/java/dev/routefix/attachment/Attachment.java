package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One pod's interface that we have set up.
 *
 * @param netns the sandbox's path at the time of ADD
 * @param pod the runtime's {@code CNI_ARGS}, which name the pod
 * @param hostInterface the node's macvlan it was set up with
 */
public record Attachment(AttachmentId id, String netns, String pod, String hostInterface, List<IpAddress> addresses) {

    public Attachment {
        addresses = List.copyOf(addresses);
    }

    /** Of the records' form. A record of another one is none: what it was for is known by other means as well. */
    private static final int VERSION = 1;

    Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("version", VERSION);
        json.put("containerID", id.containerId());
        json.put("ifname", id.ifname());
        json.put("netns", netns);
        json.put("pod", pod);
        json.put("hostInterface", hostInterface);
        json.put("addresses", addresses.stream().map(IpAddress::toString).toList());
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
                text(json, "pod"),
                text(json, "hostInterface"),
                addresses);
    }

    private static String text(Map<String, @Nullable Object> json, String key) {
        if (json.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("\"" + key + "\" is missing");
    }
}

package dev.routefix.lab.cni;

import com.fasterxml.jackson.databind.JsonNode;

/** A container attached to a network, with the result of its ADD, which CHECK and DEL get back as {@code prevResult}. */
public record Attachment(String containerId, String netns, String ifname, JsonNode result) {
    /** The first address, without its prefix length. */
    public String address() {
        String address = result.path("ips").path(0).path("address").asText();
        int slash = address.indexOf('/');
        if (slash < 0) {
            throw new IllegalStateException("no address in the result " + result);
        }
        return address.substring(0, slash);
    }

    /** The hardware address of the interface inside the container. */
    public String mac() {
        for (JsonNode link : result.path("interfaces")) {
            if (link.path("name").asText().equals(ifname)
                    && !link.path("sandbox").asText().isEmpty()) {
                return link.path("mac").asText();
            }
        }
        throw new IllegalStateException("no interface '" + ifname + "' in the result " + result);
    }
}

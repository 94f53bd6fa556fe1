package dev.routefix.dhcp;

import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.MacAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who wants an address, and by which interface of the node.
 *
 * @param network the conflist's name
 * @param namespace the pod's Kubernetes namespace, empty where the caller named none
 * @param pod its name, empty where the caller named none
 * @param parent the node's interface that the pod's will sit on
 * @param mac the hardware address that was asked for; null if it may be chosen
 * @param settings the conflist's
 * @param patience how long the caller waits
 */
public record AddressRequest(
        AttachmentId attachment,
        String network,
        String namespace,
        String pod,
        String parent,
        @Nullable MacAddress mac,
        DhcpSettings settings,
        Duration patience) {}

package dev.routefix.dhcp;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.IpamConf;
import dev.routefix.netlink.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
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
        Duration patience) {

    /**
     * That of a call whose configuration has addresses from the LAN's DHCP server.
     *
     * @param mac the hardware address that is asked for; null if it may be chosen
     */
    public static AddressRequest of(
            CniRequest call, IpamConf.Leased dhcp, String parent, @Nullable MacAddress mac, Duration patience) {
        return new AddressRequest(
                call.attached(),
                call.conf().name(),
                call.arg("K8S_POD_NAMESPACE"),
                call.arg("K8S_POD_NAME"),
                parent,
                mac,
                settings(call, dhcp),
                patience);
    }

    private static DhcpSettings settings(CniRequest call, IpamConf.Leased dhcp) {
        var options = new ArrayList<DhcpSettings.SentOption>();
        for (var option : dhcp.provide()) {
            var fromArg = option.fromArg();
            var value = fromArg == null ? option.value() : call.arg(fromArg);
            // a word that this call lacks has no value to send
            if (!value.isEmpty()) {
                options.add(new DhcpSettings.SentOption(option.code(), value));
            }
        }
        return new DhcpSettings(options, dhcp.request(), dhcp.skipDefault(), call.identity(dhcp));
    }
}

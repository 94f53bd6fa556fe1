package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.PortMapping;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One pod's interface that we have set up, or are asked to: all it takes to plan it, to look whether it is still so, and to take it away.
 *
 * @param network the {@code name} of the network configuration; null if that is not known
 * @param netns the sandbox's path at the time of ADD
 * @param namespace what stood at that path then, for another may stand there later ({@link dev.routefix.sandbox.Sandboxes#identity}); null if
 *     that is not known
 * @param pod words of the runtime's {@code CNI_ARGS}, which name the pod
 * @param hostInterface the node's macvlan it was set up with
 * @param gateway what the pod holds for its gateway; null if that is not known
 * @param prefixes its addresses, each with the length of its network, or as {@code /32} if that is not known
 * @param mac the pod's hardware address as the node has it; null if that is not known
 * @param routes those the pod had besides its network's and the default, and has through the gateway now
 * @param table number of the pod's table with its own way to everywhere, 0 if it has its way in the main table
 * @param portMappings ports of the node that lead to it
 */
public record Attachment(
        AttachmentId id,
        @Nullable String network,
        String netns,
        @Nullable String namespace,
        String pod,
        String hostInterface,
        @Nullable Gateway gateway,
        List<Prefix> prefixes,
        @Nullable MacAddress mac,
        List<StaticRoute> routes,
        int table,
        List<PortMapping> portMappings) {

    /** The gateway's address and the hardware address that the pod has as a permanent neighbour for it. */
    public record Gateway(IpAddress address, MacAddress mac) {}

    /**
     * A route to a certain destination.
     *
     * @param by the machine of the LAN it led to before it led through the gateway, which the node has to follow now; null if it led onto the LAN
     *     itself
     */
    public record StaticRoute(Prefix destination, @Nullable IpAddress by, int metric) {}

    public Attachment {
        prefixes = List.copyOf(prefixes);
        routes = List.copyOf(routes);
        portMappings = List.copyOf(portMappings);
    }

    /** One to which no port of the node leads. */
    public Attachment(
            AttachmentId id,
            @Nullable String network,
            String netns,
            @Nullable String namespace,
            String pod,
            String hostInterface,
            @Nullable Gateway gateway,
            List<Prefix> prefixes,
            @Nullable MacAddress mac,
            List<StaticRoute> routes,
            int table) {
        this(id, network, netns, namespace, pod, hostInterface, gateway, prefixes, mac, routes, table, List.of());
    }

    /** One of which no more is known. */
    public Attachment(
            AttachmentId id,
            String netns,
            @Nullable String namespace,
            String pod,
            String hostInterface,
            @Nullable Gateway gateway,
            List<IpAddress> addresses) {
        this(
                id,
                null,
                netns,
                namespace,
                pod,
                hostInterface,
                gateway,
                addresses.stream().map(IpAddress::host).toList(),
                null,
                List.of(),
                0);
    }

    /** One of which still less is known. */
    public Attachment(AttachmentId id, String netns, String pod, String hostInterface, List<IpAddress> addresses) {
        this(id, netns, null, pod, hostInterface, null, addresses);
    }

    /** Its addresses alone. */
    public List<IpAddress> addresses() {
        var addresses = new ArrayList<IpAddress>();
        for (var prefix : prefixes) {
            addresses.add(prefix.address());
        }
        return addresses;
    }

    /** The same with what a plan made of it. */
    public Attachment with(@Nullable MacAddress podMac, List<StaticRoute> kept, int ownTable) {
        return new Attachment(
                id,
                network,
                netns,
                namespace,
                pod,
                hostInterface,
                gateway,
                prefixes,
                podMac,
                kept,
                ownTable,
                portMappings);
    }

    /** The same with its gateway and its addresses as they are found. */
    public Attachment with(Gateway held, List<Prefix> found) {
        return new Attachment(
                id, network, netns, namespace, pod, hostInterface, held, found, mac, routes, table, portMappings);
    }

    /** The same with other ports of the node. */
    public Attachment with(List<PortMapping> ports) {
        return new Attachment(
                id, network, netns, namespace, pod, hostInterface, gateway, prefixes, mac, routes, table, ports);
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
        return addresses().stream().map(IpAddress::toString).collect(Collectors.joining(" ", name + " (", ")"));
    }
}

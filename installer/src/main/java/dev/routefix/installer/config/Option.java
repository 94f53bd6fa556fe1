package dev.routefix.installer.config;

import java.util.Map;

/**
 * Every variable the appliance reads from its environment, the one place where its name, its default and its meaning stand. The values are
 * checked by {@link Configuration#parse}.
 */
public enum Option {
    PRIORITY("0", "prefix of the conflist's name; container runtimes use the file that sorts first"),
    MASTER_IFACE("", "the pods' macvlan parent; empty: the interface of the IPv4 default route"),
    HOST_IFACE("mac0", "name of the node's own macvlan, through which it reaches its pods"),
    GATEWAY("169.254.1.1", "IPv4 address of HOST_IFACE and the pods' gateway; outside every network of MASTER_IFACE"),
    ROUTER(
            "",
            "the LAN's router, by which this network's pods leave; empty: the node's own routes decide, and its default route may be on another LAN"),
    CNI_BIN_DIR(
            "auto",
            "auto: the runtime's plugin directory, by its own configuration; or a directory, mounted at the path it has on the host"),
    CNI_CONF_DIR(
            "auto",
            "auto: the directory of the runtime's network configurations, by its own; or a directory, mounted at the path it has on the host"),
    MODE(
            "node",
            "node: the network of every pod; runtime-class: only of pods whose RuntimeClass names a handler of the runtime that looks for networks in LAN_CONF_DIR"),
    LAN_CONF_DIR(
            "/etc/cni/lan.d",
            "where the conflist goes with MODE=runtime-class, mounted at the path it has on the host; CNI_CONF_DIR is another network's then"),
    CNI_NETWORK_NAME("dhcp-cni-network", "name of the network in the conflist"),
    CNI_VERSION("1.0.0", "cniVersion of the conflist: 0.3.0, 0.3.1, 0.4.0, 1.0.0 or 1.1.0"),
    IPAM("dhcp", "where pods get addresses: dhcp, or a JSON object used as \"ipam\""),
    CHAIN(
            "own",
            "own: route-fix makes the pod's interface and gets its addresses, in one call; reference: the node's own macvlan plugin does both, before route-fix"),
    WARM_LEASES("2", "DHCP leases held ready for pods to come, where CHAIN is own and IPAM dhcp; 0 to 16"),
    CONFLIST("write", "write, or none: install everything but the network (Multus, chains made by hand)"),
    FORWARD_RULE(
            "accept",
            "accept: what pods send and are sent is forwarded; invalid-only: of what they send, only what conntrack calls INVALID; none: no rule"),
    MASQUERADE(
            "on",
            "on: pods and load balancers' clients keep their addresses whatever the node masquerades, but for what a Service leads to another node's pod, which gets the node's; off: no such rule"),
    NETWORKS(
            "",
            "several networks on one node: a file with a JSON list of them, or the list itself; each is an object whose keys are variables of this table, and what it does not say is as the variables say"),
    IPTABLES_MODE("auto", "auto: where the kubelet's rules are; nft or legacy"),
    RESYNC_SECONDS("10", "longest time between two checks of the whole node, 1 to 3600"),
    LEARNING_SECONDS(
            "60",
            "a pod that was unheard for so long is shown to the LAN's switches, before they forget it (usually after 300) and flood; 0 to 3600, 0: never"),
    UNINSTALL(
            "when-empty",
            "what uninstall does; when-empty: removes everything, but with pods attached only when the last one has left; force: removes everything at once; never: nothing"),
    LOG_LEVEL("info", "error, warn, info or debug"),
    LOG_FORMAT("text", "text: a line for people; json: an object with time, level and message"),
    METRICS("off", "off, or the node's address and port where Prometheus is answered, such as 127.0.0.1:9464"),
    NODE_NAME("", "the node's identity, from which HOST_IFACE's hardware address is made; empty: the host name"),
    POD_UID(
            "",
            "the appliance's own pod: tells its end from that of the pod before; empty: the one who asks is believed");

    private static final String AUTO = "auto";

    /** The value that an unset or empty variable has. */
    public final String byDefault;

    /** One line for the user, without a full stop. */
    public final String meaning;

    Option(String byDefault, String meaning) {
        this.byDefault = byDefault;
        this.meaning = meaning;
    }

    /** Whether each network of a node may have a value of its own; the others are the node's. */
    public boolean isOfNetwork() {
        return switch (this) {
            case CNI_BIN_DIR,
                    CNI_CONF_DIR,
                    NETWORKS,
                    IPTABLES_MODE,
                    RESYNC_SECONDS,
                    UNINSTALL,
                    LOG_LEVEL,
                    LOG_FORMAT,
                    METRICS,
                    NODE_NAME,
                    POD_UID -> false;
            case PRIORITY,
                    MASTER_IFACE,
                    HOST_IFACE,
                    GATEWAY,
                    ROUTER,
                    MODE,
                    LAN_CONF_DIR,
                    CNI_NETWORK_NAME,
                    CNI_VERSION,
                    IPAM,
                    CHAIN,
                    WARM_LEASES,
                    CONFLIST,
                    FORWARD_RULE,
                    MASQUERADE,
                    LEARNING_SECONDS -> true;
        };
    }

    /** Whether it is left to us to find the value out. */
    public boolean isLeftToUs(Map<String, String> environment) {
        var text = environment.get(name());
        return byDefault.equals(AUTO) && (text == null || text.isEmpty() || text.equals(AUTO));
    }
}

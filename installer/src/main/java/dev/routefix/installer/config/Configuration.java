package dev.routefix.installer.config;

import dev.routefix.netlink.IpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for, checked; {@link Option} tells what each value means. It is a node with its network; where that has several, it is the first of
 * them, and the others are beside it, with the same values for all that is the node's.
 *
 * @param master null where the default route decides
 * @param binDir as the host has it; where it is to be found out, the usual one until {@link #withDirectories}
 * @param confDir the same; of the networks from which every pod gets its own that does not choose
 * @param lanConfDir of those for pods that choose
 * @param warmLeases DHCP leases that are held ready for pods to come, where we ask for them ourselves
 * @param learning zero for never
 * @param metrics where Prometheus is answered; null for nowhere
 * @param router null where the node's own routes decide
 * @param stay whether pods are still to come to this network
 * @param others the node's other networks, none of which has others
 */
public record Configuration(
        String priority,
        @Nullable String master,
        String hostInterface,
        IpAddress gateway,
        Path binDir,
        Path confDir,
        NetworkMode mode,
        Path lanConfDir,
        String networkName,
        String cniVersion,
        Ipam ipam,
        ChainKind chain,
        int warmLeases,
        boolean conflist,
        ForwardRule forwardRule,
        boolean masquerade,
        IptablesMode iptablesMode,
        Duration resync,
        Duration learning,
        UninstallPolicy uninstall,
        LogLevel logLevel,
        LogFormat logFormat,
        @Nullable InetSocketAddress metrics,
        String nodeName,
        @Nullable IpAddress router,
        Stay stay,
        List<Configuration> others) {

    public Configuration {
        others = List.copyOf(others);
    }

    /**
     * Reads the environment; variables that are unset or empty have their defaults.
     *
     * @param hostName the node's identity where {@code NODE_NAME} is not given
     * @throws InvalidConfiguration naming every variable that is wrong
     */
    public static Configuration parse(Map<String, String> environment, String hostName) throws InvalidConfiguration {
        var networks = environment.get(Option.NETWORKS.name());
        return networks == null || networks.isEmpty()
                ? new ConfigurationReader(environment).read(hostName)
                : new NetworkList(environment, hostName).read(networks);
    }

    /** Every network of the node, this one first. */
    public List<Configuration> networks() {
        if (others.isEmpty()) {
            return List.of(this);
        }
        var all = new ArrayList<Configuration>();
        all.add(this);
        all.addAll(others);
        return all;
    }

    /** Those whose things are on the node. */
    public List<Configuration> present() {
        return others.isEmpty()
                ? List.of(this)
                : networks().stream()
                        .filter(network -> network.stay != Stay.GONE)
                        .toList();
    }

    /** The networks that are on the node as {@code NETWORKS} takes them. */
    public String asList() {
        return NetworkList.write(present());
    }

    /** What two of the networks cannot share, one line each with the names of those that do; empty if all can be on the node. */
    public List<String> clashes() {
        return others.isEmpty() ? List.of() : NetworkList.clashes(present());
    }

    /** The network alone. */
    public Configuration alone() {
        return others.isEmpty() ? this : besides(List.of());
    }

    /** The same with these networks beside it. */
    public Configuration besides(List<Configuration> networks) {
        return with(master, hostInterface, gateway, binDir, confDir, mode, router, stay, networks);
    }

    /** The same network, to which no pod comes any more. */
    public Configuration staying(Stay until) {
        return with(master, hostInterface, gateway, binDir, confDir, mode, router, until, others);
    }

    /** The same with the parent interface settled. */
    public Configuration withMaster(String name) {
        return with(name, hostInterface, gateway);
    }

    /** The same with another mode. */
    public Configuration with(NetworkMode other) {
        return with(master, hostInterface, gateway, binDir, confDir, other, router, stay, others);
    }

    /** The same with the container runtime's directories settled. */
    public Configuration withDirectories(Path bin, Path conf) {
        var settled = others.stream()
                .map(network -> network.withDirectories(bin, conf))
                .toList();
        return with(master, hostInterface, gateway, bin, conf, mode, router, stay, settled);
    }

    /** The same with another parent interface, another interface of the node's and another gateway. */
    public Configuration with(@Nullable String otherMaster, String otherHostInterface, IpAddress otherGateway) {
        return with(otherMaster, otherHostInterface, otherGateway, binDir, confDir, mode, router, stay, others);
    }

    private Configuration with(
            @Nullable String otherMaster,
            String otherHostInterface,
            IpAddress otherGateway,
            Path otherBinDir,
            Path otherConfDir,
            NetworkMode otherMode,
            @Nullable IpAddress otherRouter,
            Stay otherStay,
            List<Configuration> otherNetworks) {
        return new Configuration(
                priority,
                otherMaster,
                otherHostInterface,
                otherGateway,
                otherBinDir,
                otherConfDir,
                otherMode,
                lanConfDir,
                networkName,
                cniVersion,
                ipam,
                chain,
                warmLeases,
                conflist,
                forwardRule,
                masquerade,
                iptablesMode,
                resync,
                learning,
                uninstall,
                logLevel,
                logFormat,
                metrics,
                nodeName,
                otherRouter,
                otherStay,
                otherNetworks);
    }

    /** The plugins that the conflist has executed, in the order in which they are called. */
    public List<String> plugins() {
        return switch (chain) {
            case REFERENCE -> List.of("macvlan", ipam.type(), "route-fix");
            case OWN -> ipam.isOurs() ? List.of("route-fix") : List.of("route-fix", ipam.type());
        };
    }

    /** How many leases are held ready. */
    public int leasesHeldReady() {
        return asksDhcp() && conflist && stay == Stay.KEPT ? warmLeases : 0;
    }

    /** Whether we are the ones who ask a DHCP server. */
    public boolean asksDhcp() {
        return chain == ChainKind.OWN && ipam instanceof Ipam.Dhcp;
    }

    /** Whether pods of some network need the reference {@code dhcp} daemon at its usual socket. */
    public boolean needsDhcpDaemon() {
        return (chain == ChainKind.REFERENCE && ipam.needsDhcpDaemon())
                || others.stream().anyMatch(Configuration::needsDhcpDaemon);
    }

    /** The directory in which the container runtime looks for our network. */
    public Path networkDir() {
        return switch (mode) {
            case NODE -> confDir;
            case RUNTIME_CLASS -> lanConfDir;
        };
    }

    /** The variable that names it. */
    public Option networkDirOption() {
        return switch (mode) {
            case NODE -> Option.CNI_CONF_DIR;
            case RUNTIME_CLASS -> Option.LAN_CONF_DIR;
        };
    }

    /** Where the network's configuration goes. */
    public Path conflistFile() {
        return networkDir().resolve(priority + "-route-fix.conflist");
    }

    /** Where the plugin goes. */
    public Path pluginFile() {
        return binDir.resolve("route-fix");
    }

    /** Where our answer to {@code loopback} goes if the host has none of its own. */
    public Path loopbackFile() {
        return binDir.resolve("loopback");
    }

    /** The host's own daemon of the reference {@code dhcp} plugin. */
    public Path dhcpDaemonFile() {
        return binDir.resolve("dhcp");
    }

    /** Where the runtimes of the plugin go, one directory per build. */
    public Path buildsDir() {
        return binDir.resolve(".route-fix");
    }
}

package dev.routefix.installer.config;

import dev.routefix.netlink.IpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for, checked; {@link Option} tells what each value means.
 *
 * @param master null where the default route decides
 * @param binDir as the host has it; where it is to be found out, the usual one until {@link #withDirectories}
 * @param confDir the same; of the networks from which every pod gets its own that does not choose
 * @param lanConfDir of those for pods that choose
 * @param warmLeases DHCP leases that are held ready for pods to come, where we ask for them ourselves
 * @param learning zero for never
 * @param metrics where Prometheus is answered; null for nowhere
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
        String nodeName) {

    /**
     * Reads the environment; variables that are unset or empty have their defaults.
     *
     * @param hostName the node's identity where {@code NODE_NAME} is not given
     * @throws InvalidConfiguration naming every variable that is wrong
     */
    public static Configuration parse(Map<String, String> environment, String hostName) throws InvalidConfiguration {
        return new ConfigurationReader(environment).read(hostName);
    }

    /** The same with the parent interface settled. */
    public Configuration withMaster(String name) {
        return with(name, hostInterface, gateway);
    }

    /** The same with another mode. */
    public Configuration with(NetworkMode other) {
        return with(master, hostInterface, gateway, binDir, confDir, other);
    }

    /** The same with the container runtime's directories settled. */
    public Configuration withDirectories(Path bin, Path conf) {
        return with(master, hostInterface, gateway, bin, conf, mode);
    }

    /** The same with another parent interface, another interface of the node's and another gateway. */
    public Configuration with(@Nullable String otherMaster, String otherHostInterface, IpAddress otherGateway) {
        return with(otherMaster, otherHostInterface, otherGateway, binDir, confDir, mode);
    }

    private Configuration with(
            @Nullable String otherMaster,
            String otherHostInterface,
            IpAddress otherGateway,
            Path otherBinDir,
            Path otherConfDir,
            NetworkMode otherMode) {
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
                nodeName);
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
        return asksDhcp() && conflist ? warmLeases : 0;
    }

    /** Whether we are the ones who ask a DHCP server. */
    public boolean asksDhcp() {
        return chain == ChainKind.OWN && ipam instanceof Ipam.Dhcp;
    }

    /** Whether pods need the reference {@code dhcp} daemon at its usual socket. */
    public boolean needsDhcpDaemon() {
        return chain == ChainKind.REFERENCE && ipam.needsDhcpDaemon();
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

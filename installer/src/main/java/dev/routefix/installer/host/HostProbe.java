package dev.routefix.installer.host;

import dev.routefix.attachment.Attachment;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.NetworkMode;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.ChainListing;
import dev.routefix.installer.plan.Found;
import dev.routefix.installer.plan.FoundFile;
import dev.routefix.installer.plan.HostLink;
import dev.routefix.installer.plan.LanWay;
import dev.routefix.installer.plan.NativeRules;
import dev.routefix.installer.plan.Node;
import dev.routefix.installer.plan.NodeWay;
import dev.routefix.installer.plan.Rule;
import dev.routefix.installer.plan.Stranger;
import dev.routefix.installer.plan.Surroundings;
import dev.routefix.installer.plan.Wanted;
import dev.routefix.installer.pods.Pods;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.Sysctls;
import dev.routefix.plugin.Radio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the node and changes nothing. */
public final class HostProbe {

    /** kube-proxy's, in that mode only. */
    private static final String IPVS = "kube-ipvs0";

    private final Configuration configuration;
    private final Paths paths;
    private final Netlink netlink;
    private final Sysctls sysctls;
    private final Host host;
    private final Pods pods;
    private final NetworkFiles networkFiles;

    /** What could not be looked at, and why. */
    private final List<String> unread = new ArrayList<>();

    private boolean modeIsUnread;

    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }

    HostProbe(Configuration configuration, Host host, Netlink netlink, Sysctls sysctls, Pods pods) {
        this.configuration = configuration;
        this.pods = pods;
        this.paths = host.paths();
        networkFiles = new NetworkFiles(paths);
        this.host = host;
        this.netlink = netlink;
        this.sysctls = sysctls;
    }

    /** What the node brings along. */
    Node node() {
        var links = netlink.links();
        var name = configuration.master();
        if (name == null) {
            name = Node.defaultInterface(links, netlink.routes(Family.IPV4, 0));
        }
        List<LinkAddress> addresses = List.of();
        boolean wireless = false;
        Stranger stranger = null;
        for (var link : links) {
            if (link.name().equals(configuration.hostInterface())) {
                stranger = stranger(link);
            }
            if (link.name().equals(name)) {
                addresses = netlink.addresses(Family.IPV4, link.index());
                wireless = Radio.isIn(paths.interfaces(), link);
            }
        }
        return new Node(links, name, addresses, wireless, stranger, directories(), missing(), heldMode());
    }

    /** By the conflist, which is where the pods that are here have been invited. */
    private @Nullable NetworkMode heldMode() {
        for (var mode : NetworkMode.values()) {
            var there = configuration.with(mode).networkDir();
            if (mode != configuration.mode()
                    && !conflists(there).isEmpty()
                    && conflists(configuration.networkDir()).isEmpty()) {
                return mode;
            }
        }
        return null;
    }

    private List<Path> conflists(Path directory) {
        return read(List.of(), () -> networkFiles.ours(directory));
    }

    /** Of interest before anything is written there. Later on, one that cannot be written keeps us from writing only, and that will say so. */
    private Map<Option, Node.Access> directories() {
        if (host.isInstalled()) {
            return Map.of();
        }
        var directories = new EnumMap<Option, Node.Access>(Option.class);
        directories.put(Option.CNI_BIN_DIR, access(configuration.binDir()));
        if (configuration.conflist()) {
            directories.put(configuration.networkDirOption(), access(configuration.networkDir()));
        }
        return directories;
    }

    private Node.Access access(Path onHost) {
        var directory = paths.here(onHost);
        if (!directory.equals(onHost)) {
            // one that the runtime names and nobody has made yet is made with what goes there
            while (!Files.exists(directory)) {
                directory = AtomicFiles.parentOf(directory);
            }
        }
        if (!Files.isDirectory(directory)) {
            return Node.Access.MISSING;
        }
        return Files.isWritable(directory) ? Node.Access.WRITABLE : Node.Access.READ_ONLY;
    }

    private List<String> missing() {
        var missing = new ArrayList<String>();
        if (!Files.isRegularFile(paths.runtime().resolve("build"))) {
            missing.add("the plugin's runtime is missing: " + paths.runtime().resolve("build")
                    + " is not there; use an image made by route-fix's own build");
        }
        if (wantsRules()) {
            missing.addAll(host.iptables().missing());
        }
        return missing;
    }

    private boolean wantsRules() {
        return configuration.masquerade()
                || switch (configuration.forwardRule()) {
                    case ACCEPT, INVALID_ONLY -> true;
                    case NONE -> false;
                };
    }

    /** The packet filter for our rules, or null where we want none or could not look. */
    Rule.@Nullable Mode mode() {
        try {
            return host.iptables().missing().isEmpty() ? host.iptables().detect(configuration.iptablesMode()) : null;
        } catch (HostProblem | NetlinkException e) {
            unread.add(String.valueOf(e.getMessage()));
            modeIsUnread = true;
            return null;
        }
    }

    /**
     * What is there of us. One thing that cannot be looked at does not keep us from seeing the others.
     *
     * @param wanted what it will be compared with
     * @param dhcpDaemon whether one is there
     */
    Found found(Wanted wanted, boolean dhcpDaemon) {
        var link = hostLink();
        var build = wanted.build();
        return new Found(
                read(Map.of(), () -> host.builds(configuration).found(build == null ? "" : build)),
                files(wanted),
                read(List.of(), () -> networkFiles.networks(configuration.networkDir())),
                link,
                read(List.of(), this::oldLinks),
                settings(wanted),
                rules(link),
                dhcpDaemon,
                read(List.of(), () -> pods.cutOff(configuration.hostInterface(), link == null ? 0 : link.index())),
                read(Found.HostPortState.NONE, () -> pods.ports(sysctls)),
                unread,
                List.of(),
                mayHaveWays(wanted, link) ? read(LanWay.NONE, () -> LanWays.of(netlink)) : LanWay.NONE);
    }

    /** What is there of a network beside the first one, and nothing of what both share. */
    Found beside() {
        var link = hostLink();
        return new Found(
                Map.of(),
                Map.of(),
                read(List.of(), () -> networkFiles.networks(configuration.networkDir())),
                link,
                List.of(),
                Map.of(),
                Map.of(),
                false,
                read(List.of(), () -> pods.cutOff(configuration.hostInterface(), link == null ? 0 : link.index())),
                unread);
    }

    /** Where none is wanted, only somebody before us, with other settings, may have left some. */
    private boolean mayHaveWays(Wanted wanted, @Nullable HostLink link) {
        return !wanted.ways().equals(LanWay.NONE)
                || wanted.relay() == null
                || !configuration.others().isEmpty()
                || (link != null && !host.isInstalled());
    }

    /** What is around us, and none of ours. */
    Surroundings surroundings(Wanted wanted, Node node) {
        var master = node.master();
        if (master == null) {
            return Surroundings.NONE;
        }
        var ways = ways(node, master);
        List<RouteAnswer> answers = read(
                List.of(),
                () -> netlink.ask(ways.stream().map(NodeWay::question).toList()));
        var policies = NodeWay.isAnyAstray(ways, answers) ? netlink.rules(Family.IPV4) : List.<PolicyRule>of();
        var mode = wanted.mode();
        return new Surroundings(
                read(NativeRules.NONE, host.nftables()::read),
                mode == null ? List.of() : read(List.of(), () -> host.iptables().strangersToServices(mode)),
                ways,
                answers,
                policies,
                node.masterAddresses(),
                node.link(IPVS) != null,
                wanted.conflist() != null && host.isOverlooked(configuration));
    }

    private List<NodeWay> ways(Node node, Link master) {
        var link = node.link(configuration.hostInterface());
        var addresses = new ArrayList<IpAddress>();
        for (var pod : pods.all()) {
            if (pod.hostInterface().equals(configuration.hostInterface())) {
                addresses.addAll(pod.addresses());
            }
        }
        addresses.removeIf(address -> address.family() != Family.IPV4);
        return NodeWay.of(
                node.masterAddresses(),
                master.index(),
                link == null ? 0 : link.index(),
                configuration.hostInterface(),
                addresses);
    }

    private <T extends @Nullable Object> T read(T otherwise, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            unread.add(HostProblem.of("look at the node", e).getMessage());
        } catch (HostProblem | NetlinkException e) {
            unread.add(String.valueOf(e.getMessage()));
        }
        return otherwise;
    }

    private Map<Path, FoundFile> files(Wanted wanted) {
        var files = new HashMap<Path, FoundFile>();
        var installed = host.installed().read();
        var candidates = new ArrayList<Path>();
        if (wanted.relay() == null) {
            // plugins that a version before this one brought, and which pods of its time may still need
            candidates.addAll(installed.keySet());
        }
        candidates.add(configuration.pluginFile());
        candidates.add(configuration.loopbackFile());
        var directories = new LinkedHashSet<>(List.of(configuration.confDir()));
        configuration.networks().forEach(network -> directories.add(network.lanConfDir()));
        directories.forEach(directory -> candidates.addAll(conflists(directory)));
        for (var file : candidates) {
            var here = paths.here(file);
            // a dangling link is as good as nothing
            if (Files.exists(here)) {
                boolean regular = Files.isRegularFile(here, LinkOption.NOFOLLOW_LINKS);
                var digest = regular ? read("", () -> host.digests().of(here)) : "";
                files.put(
                        file,
                        new FoundFile(digest, Files.isExecutable(here), regular && digest.equals(installed.get(file))));
            }
        }
        return files;
    }

    private @Nullable HostLink hostLink() {
        var link = netlink.link(configuration.hostInterface());
        return link == null ? null : hostLink(link);
    }

    /** The interfaces that we made under another name than the one configured now. */
    private List<HostLink> oldLinks() {
        var old = new ArrayList<HostLink>();
        for (var link : netlink.links()) {
            if (link.kind().equals(HostLink.MACVLAN) && !isWanted(link)) {
                var parent = netlink.link(link.parent());
                if (parent != null && isMacOf(parent, link.name(), link.mac())) {
                    old.add(hostLink(link));
                }
            }
        }
        return old;
    }

    private boolean isWanted(Link link) {
        for (var network : configuration.present()) {
            if (network.hostInterface().equals(link.name())) {
                return true;
            }
        }
        return false;
    }

    private HostLink hostLink(Link link) {
        return HostLink.of(link, netlink.addresses(Family.IPV4, link.index()));
    }

    /** The interface of our name as a stranger; null if we know it by its hardware address, or pods of ours do. */
    private @Nullable Stranger stranger(Link link) {
        var parent = netlink.link(link.parent());
        boolean known = parent != null && isMacOf(parent, link.name(), link.mac());
        for (var attachment : known ? List.<Attachment>of() : pods.all()) {
            var gateway = attachment.gateway();
            known |= attachment.hostInterface().equals(link.name())
                    && gateway != null
                    && gateway.mac().equals(link.mac());
        }
        return known
                ? null
                : new Stranger(
                        link, netlink.addresses(Family.IPV4, link.index()), netlink.routes(Family.IPV4, link.index()));
    }

    /** Whether the interface of our name may be taken away. */
    boolean isOurs(HostLink hostLink) {
        var link = netlink.link(hostLink.index());
        if (link == null) {
            return false;
        }
        var stranger = stranger(link);
        return stranger == null || stranger.mayBeAdopted(configuration.gateway());
    }

    private boolean isMacOf(Link parent, String name, @Nullable MacAddress mac) {
        var parentMac = parent.mac();
        return parentMac != null
                && HostLink.macFor(configuration.nodeName(), parentMac, name).equals(mac);
    }

    /** Whether the kernel has IPv6. */
    boolean hasIpv6() {
        return sysctls.read("net/ipv6/conf/all/disable_ipv6") != null;
    }

    private Map<String, String> settings(Wanted wanted) {
        var settings = new HashMap<String, String>();
        for (var name : wanted.settings().keySet()) {
            var value = this.<@Nullable String>read(null, () -> sysctls.read(name));
            if (value != null) {
                settings.put(name, value);
            }
        }
        return settings;
    }

    private Map<Rule.Mode, Map<Rule.Chain, ChainListing>> rules(@Nullable HostLink link) {
        var rules = new EnumMap<Rule.Mode, Map<Rule.Chain, ChainListing>>(Rule.Mode.class);
        if (modeIsUnread || !host.iptables().missing().isEmpty()) {
            return rules;
        }
        var parent = link == null ? null : netlink.link(link.parent());
        var ours = new ArrayList<Rule>();
        for (var network : configuration.networks()) {
            var master = network.master();
            ours.addAll(
                    Rule.every(network.hostInterface(), master != null ? master : parent != null ? parent.name() : ""));
        }
        for (var mode : Rule.Mode.values()) {
            rules.put(mode, read(Map.of(), () -> host.iptables().listings(mode, ours)));
        }
        return rules;
    }
}

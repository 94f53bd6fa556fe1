package dev.routefix.installer.host;

import dev.routefix.attachment.Attachments;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.files.Builds;
import dev.routefix.installer.files.Digests;
import dev.routefix.installer.files.InstalledFiles;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.ChainListing;
import dev.routefix.installer.plan.Commitment;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Found;
import dev.routefix.installer.plan.HostLink;
import dev.routefix.installer.plan.HostPlan;
import dev.routefix.installer.plan.Item;
import dev.routefix.installer.plan.PluginBuild;
import dev.routefix.installer.plan.Repair;
import dev.routefix.installer.plan.Rule;
import dev.routefix.installer.plan.Wanted;
import dev.routefix.installer.pods.Pods;
import dev.routefix.installer.pods.Rounds;
import dev.routefix.installer.process.DhcpDaemon;
import dev.routefix.installer.rules.Iptables;
import dev.routefix.installer.rules.Nftables;
import dev.routefix.lifecycle.ContainerRuntime;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The node as a whole: observe, plan, apply. One pass at a time, whichever process makes it. */
public final class Host {

    /** One of so many looks looks through the runtime of the plugin: only what no resident answers needs it. */
    private static final int LOOKS_AT_A_BUILD = 6;

    private final Paths paths;
    private final Attachments attachments;
    private final Log log;
    private final Iptables iptables;
    private final Nftables nftables = new Nftables();
    private final ChainPlugins chainPlugins;
    private final Digests digests = new Digests();
    private final InstalledFiles installed;
    private final Rounds rounds = new Rounds();
    private final Map<Path, Builds> builds = new HashMap<>();
    private final Map<Path, WatchedNetworks> watchedNetworks = new HashMap<>();
    private final Map<String, Settled> settled = new HashMap<>();
    private @Nullable Consumer<Repair> witness;
    private boolean swept;
    private boolean complete;

    /** What decides what is wanted. */
    private record Given(
            Commitment commitment,
            Link master,
            PluginBuild build,
            Rule.@Nullable Mode mode,
            boolean dhcpDaemon,
            boolean ipv6) {}

    private record Settled(Given given, Wanted wanted) {}

    /** What the last pass installed, so that the next one need not write the executable only to compare it. */
    private volatile @Nullable PluginBuild build;

    public Host(Paths paths, Attachments attachments, Log log) {
        this.paths = paths;
        this.attachments = attachments;
        this.log = log;
        iptables = new Iptables(paths);
        chainPlugins = new ChainPlugins(
                paths.hostRoot(), paths::here, HostPrograms.below(paths.hostRoot(), paths.rootEntry()));
        installed = new InstalledFiles(paths.installed(), log::warn);
    }

    Paths paths() {
        return paths;
    }

    /** From now on somebody is told of each repair that has been carried out. */
    public void tellOfRepairs(Consumer<Repair> listener) {
        witness = listener;
    }

    void carriedOut(Repair repair) {
        log.info(repair.toString());
        if (witness != null) {
            witness.accept(repair);
        }
    }

    Iptables iptables() {
        return iptables;
    }

    /** The rules of iptables, whoever's they are, for people. */
    public String rules() {
        return iptables.text();
    }

    /** The chain that what is forwarded meets, where our rules are; empty where we want none. */
    public ChainListing forwarded(Configuration configuration, Rule.Mode mode) {
        var ours = Rule.every(configuration.hostInterface(), String.valueOf(configuration.master()));
        return iptables.listings(mode, ours).getOrDefault(Rule.Chain.FORWARD, ChainListing.EMPTY);
    }

    /** The packet filter that our rules are in. */
    public Rule.Mode mode(Configuration configuration) {
        return iptables.detect(configuration.iptablesMode());
    }

    /** The rules of a chain, whoever made it; none if there is no such chain. */
    public List<Rule> rules(Rule.Mode mode, Rule.Chain table, String chain) {
        return iptables.rules(mode, table, chain);
    }

    Nftables nftables() {
        return nftables;
    }

    Digests digests() {
        return digests;
    }

    /** The attached pods, as they are from now on. */
    Pods pods(Netlink netlink) {
        return new Pods(paths, attachments, netlink, rounds);
    }

    InstalledFiles installed() {
        return installed;
    }

    /** Whether the container runtime does not look for networks where ours is. The default directory it does not need to be told. */
    boolean isOverlooked(Configuration configuration) {
        return switch (configuration.mode()) {
            case NODE -> false;
            case RUNTIME_CLASS -> {
                var directory = paths.here(configuration.networkDir());
                yield watchedNetworks
                        .computeIfAbsent(
                                directory,
                                _ -> new WatchedNetworks(
                                        new ContainerRuntime(paths.proc(), paths.hostRoot()), paths.proc()))
                        .isOverlooked(directory);
            }
        };
    }

    /** Whether everything was on the node once. */
    boolean isInstalled() {
        return complete;
    }

    Builds builds(Configuration configuration) {
        return builds.computeIfAbsent(
                configuration.buildsDir(),
                directory -> new Builds(
                        paths.runtime(),
                        paths.here(directory),
                        paths.proc(),
                        configuration.resync().multipliedBy(LOOKS_AT_A_BUILD)));
    }

    private PluginBuild build(Configuration configuration) {
        var name = builds(configuration).current();
        var settings =
                PluginBuild.settings(paths.socket(), configuration.buildsDir().resolve(name));
        var known = build;
        if (known == null || !known.settings().equals(settings)) {
            known = PluginBuild.of(name, settings);
            build = known;
        }
        return known;
    }

    /**
     * The configuration with the parent interfaces settled; what the default route says when the appliance starts holds as long as it runs.
     *
     * @throws HostProblem with everything that forbids an installation on this node
     */
    public Configuration settle(Configuration configuration) {
        try (var netlink = Namespace.own()) {
            var sights = Sight.ofAll(configuration, this, netlink, Namespace.sysctls());
            var settled = sights.getFirst().asked().withMaster(sights.getFirst().master());
            var others = new ArrayList<>(configuration.others());
            for (var sight : sights.subList(1, sights.size())) {
                others.replaceAll(other -> other.equals(sight.asked()) ? other.withMaster(sight.master()) : other);
            }
            return settled.besides(others);
        }
    }

    /**
     * Compares the node with what is wanted.
     *
     * @param dhcpDaemon ours, or null where it is not upon us to run one
     * @param work gets what is wanted, what is found, and what of it is not ours to put right
     */
    private <T> T compare(
            Configuration configuration, @Nullable DhcpDaemon dhcpDaemon, boolean withDaemon, Comparison<T> work) {
        try (var netlink = Namespace.own()) {
            var sysctls = Namespace.sysctls();
            var sights = Sight.ofAll(configuration, this, netlink, sysctls);
            var probe = sights.getFirst().probe();
            var mode = probe.mode();
            var build = build(configuration);
            boolean ipv6 = probe.hasIpv6();
            var each = new ArrayList<Wanted>();
            for (var sight : sights) {
                each.add(wanted(new Given(
                        sight.commitment(),
                        Objects.requireNonNull(sight.node().master()),
                        build,
                        mode,
                        withDaemon && sight.asked().alone().needsDhcpDaemon(),
                        ipv6)));
            }
            var wanted = each.getFirst();
            for (var other : each.subList(1, each.size())) {
                wanted = wanted.and(other);
            }
            // ours is not woken to be asked: its supervisor knows
            boolean daemon =
                    (dhcpDaemon != null && dhcpDaemon.isSupervised()) || DhcpDaemon.answers(paths.dhcpSocket());
            var found = new NetworksFound(sights, each, wanted, daemon);
            return work.of(
                    wanted,
                    found.all(),
                    found.findings(),
                    new HostRepairs(configuration, this, netlink, sysctls, dhcpDaemon));
        } catch (IOException e) {
            throw HostProblem.of("look at the node", e);
        }
    }

    /** Worked out once, as it is the same at every pass and takes longer than all the rest. */
    private Wanted wanted(Given given) {
        var asked = given.commitment().configuration();
        var known = settled.get(asked.networkName());
        if (known == null || !known.given().equals(given)) {
            known = new Settled(
                    given,
                    Wanted.installed(
                            asked,
                            paths,
                            given.master(),
                            Objects.requireNonNull(given.commitment().mac()),
                            given.build(),
                            given.mode(),
                            given.dhcpDaemon(),
                            given.ipv6()));
            settled.put(asked.networkName(), known);
        }
        return known.wanted();
    }

    private interface Comparison<T> {
        T of(Wanted wanted, Found found, List<Finding> findings, HostRepairs repairs) throws IOException;
    }

    /**
     * How the node is.
     *
     * @param items every thing of ours
     * @param findings what is not ours to put right
     */
    public record Status(List<Item> items, List<Finding> findings) {

        /** Whether a pod added now is served. */
        public boolean isWell() {
            return Finding.texts(findings, true).isEmpty();
        }
    }

    /** Every thing of ours with its state. */
    public Status status(Configuration configuration) {
        return compare(configuration, null, true, (wanted, found, findings, _) -> {
            var all = new ArrayList<>(findings);
            chainFindings(configuration, wanted).forEach(all::add);
            return new Status(HostPlan.between(wanted, found), all);
        });
    }

    /** Of the plugins that the conflist names; none where there is to be no conflist. */
    private List<Finding> chainFindings(Configuration configuration, Wanted wanted) {
        var findings = new LinkedHashSet<Finding>();
        if (!wanted.conflists().isEmpty()) {
            configuration.present().forEach(network -> findings.addAll(chainPlugins.findings(network)));
        }
        return List.copyOf(findings);
    }

    /**
     * Makes the node what is wanted.
     *
     * @param dhcpDaemon to be started when all it needs is there; null to leave that to others
     */
    public Repaired install(Configuration configuration, @Nullable DhcpDaemon dhcpDaemon) {
        return compare(configuration, dhcpDaemon, dhcpDaemon != null, (wanted, found, findings, repairs) -> {
            sweepOnce(configuration);
            // what blocks pods is told together with what cannot be repaired
            var known = new LinkedHashSet<>(Finding.texts(findings, true));
            var repaired = repairs.applyAll(
                    HostPlan.between(wanted, found),
                    Finding.texts(NetworksFound.unread(found), true),
                    known,
                    () -> Finding.texts(chainFindings(configuration, wanted), true));
            complete = true;
            var all = new ArrayList<>(findings);
            all.addAll(repaired.findings());
            return new Repaired(repaired.repairs(), all);
        });
    }

    /** Takes away what only packets need: the interface, its ways and the rules. What answers a runtime stays. */
    public void removeDataPlane(Configuration configuration) {
        takeAway(configuration, Found::dataPlane);
    }

    /** Takes everything of ours away. What answers a runtime goes last, and only if all the rest has gone: its next call then tries again. */
    public void uninstall(Configuration configuration) {
        takeAway(configuration, found -> found);
        try {
            for (var records : paths.pluginRecords()) {
                AtomicFiles.deleteTree(records);
            }
            AtomicFiles.deleteIfEmpty(paths.here(configuration.buildsDir()));
            // what it still lists was changed by somebody, and is theirs now
            installed.forget();
        } catch (IOException e) {
            throw HostProblem.of("uninstall", e);
        }
    }

    private void takeAway(Configuration configuration, UnaryOperator<Found> part) {
        try (var netlink = Namespace.own()) {
            var sysctls = Namespace.sysctls();
            sweep(configuration);
            var pods = pods(netlink);
            var probe = new HostProbe(configuration, this, netlink, sysctls, pods);
            var found = probe.found(Wanted.NOTHING, false);
            var links = new ArrayList<HostLink>();
            links(probe, found, links);
            for (var other : configuration.others()) {
                var beside = new HostProbe(other, this, netlink, sysctls, pods);
                links(beside, beside.beside(), links);
            }
            found = found.withLinks(links);
            var taken = part.apply(found);
            new HostRepairs(configuration, this, netlink, sysctls, null)
                    .applyAll(HostPlan.towardsNothing(taken), taken.unread(), Set.of(), List::of);
        } catch (IOException e) {
            throw HostProblem.of("uninstall", e);
        }
    }

    /** Those of a network that are ours to take away. */
    private void links(HostProbe probe, Found found, List<HostLink> ours) {
        var link = found.link();
        if (link != null && probe.isOurs(link)) {
            ours.add(link);
        } else if (link != null) {
            log.warn(link.name() + " is left alone: it is not ours");
        }
    }

    /** Only a predecessor that was killed leaves anything. */
    private void sweepOnce(Configuration configuration) throws IOException {
        if (!swept) {
            sweep(configuration);
            swept = true;
        }
    }

    private void sweep(Configuration configuration) throws IOException {
        AtomicFiles.sweep(paths.here(configuration.binDir()));
        AtomicFiles.sweep(paths.here(configuration.buildsDir()));
        for (var network : configuration.networks()) {
            AtomicFiles.sweep(paths.here(network.networkDir()));
        }
        AtomicFiles.sweep(paths.state());
    }
}

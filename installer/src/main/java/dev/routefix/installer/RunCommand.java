package dev.routefix.installer;

import dev.routefix.attachment.Attachments;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.installer.config.ChainKind;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.Watch;
import dev.routefix.installer.learning.LearningPackets;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.metrics.Metrics;
import dev.routefix.installer.pods.LeasedPods;
import dev.routefix.installer.pods.OldChain;
import dev.routefix.installer.pods.Orphans;
import dev.routefix.installer.process.DhcpDaemon;
import dev.routefix.installer.resident.Resident;
import dev.routefix.installer.resident.Staff;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.lifecycle.Phase;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.LongLife;
import dev.routefix.netlink.sys.PacketSocket;
import dev.routefix.netlink.sys.PageCache;
import dev.routefix.plugin.Provisions;
import dev.routefix.plugin.RouteFix;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code run}, the resident: installs, then looks again and again and repairs what is not as it was, until it is told to stop. All the while it answers
 * the calls of relays, from before the first pod is invited.
 */
final class RunCommand {
    /** The exit code of a container that is to be started again. */
    static final int START_ANEW = 3;

    private final Paths paths;
    private final RunDirectory directory;
    private final Configuration configuration;
    private final Supplier<@Nullable String> startAnew;
    private final Attachments attachments;
    private final Lifecycle lifecycle;
    private final NodeLife life;
    private final String podUid;
    private final Log log;
    private final Health health = new Health();
    private Pace pace;

    /** What was said already and need not be said at every pass. */
    private final Set<String> said = new HashSet<>();

    /**
     * The resident of this node, which this process has become.
     *
     * @param configuration with its parent interface settled
     * @param startAnew says why only a new process can go on; null as long as this one can
     * @param podUid tells this container's end from another one's; empty if it is not known
     */
    RunCommand(
            Paths paths,
            RunDirectory directory,
            Configuration configuration,
            Supplier<@Nullable String> startAnew,
            Attachments attachments,
            Lifecycle lifecycle,
            NodeLife life,
            String podUid,
            Log log) {
        this.paths = paths;
        this.directory = directory;
        this.configuration = configuration;
        this.startAnew = startAnew;
        this.attachments = attachments;
        this.lifecycle = lifecycle;
        this.life = life;
        this.podUid = podUid;
        this.log = log;
        pace = Pace.of(configuration.resync());
    }

    /**
     * Runs until {@code stop} is asked for, or only a new process can go on; the host then stays as it is, unless it was uninstalled meanwhile.
     *
     * @return the exit code: 0, or {@value #START_ANEW}
     * @throws HostProblem if even the first installation fails
     */
    int run(StopSignal stop) {
        PageCache.keepToWhatIsUsed();
        try (var socket = PacketSocket.open();
                var leases = leases();
                var metrics = metrics(leases)) {
            life.leasesKeptBy(leases);
            if (leases.areThere()) {
                // their pods cannot wait: how long nobody has renewed them is not known
                leases.begin();
            }
            var plugin = new RouteFix(
                    paths.run(), lifecycle, Sandboxes.alsoBelow(paths.hostRoot()), provisions(leases), socket);
            var doors = new Doors(plugin, life, health, podUid, metrics, log);
            try (var _ = Resident.open(paths.socket(), Staff.RUNTIMES, doors, log);
                    var _ = Resident.open(paths.ctlSocket(), Staff.CTL, doors, log);
                    var _ = LearningPackets.start(configuration, log);
                    var daemon = dhcpDaemon()) {
                var orphans = new Orphans(paths, attachments, plugin, log);
                var ownChains = ownChains();
                var oldChain = ownChains.isEmpty() ? null : new OldChain(paths, attachments, ownChains, leases, log);
                pass(daemon, orphans, oldChain);
                // on a node without pods the conflist comes before the leases to be held ready
                leases.begin();
                log.info("installed on " + masters() + "; looking after it every "
                        + configuration.resync().toSeconds() + " s");
                if (metrics != null) {
                    life.tellOfRepairs(metrics::repaired);
                }
                LongLife.begins();
                Watch.start(paths, configuration, stop::wake, log);
                health.waits(pace.atMost());
                while (!stop.await(pace.atLeast(), pace.atMost())) {
                    health.works();
                    if (mustStartAnew()) {
                        return START_ANEW;
                    }
                    repeat(daemon, orphans, oldChain);
                    health.waits(pace.atMost());
                }
            }
            if (lifecycle.phase() == Phase.GONE) {
                directory.removeAtTheEnd();
            }
            log.info("stopped");
        } finally {
            stop.done();
        }
        return 0;
    }

    /** Before anything is written to where nobody looks any more. The kubelet starts the container again; that is no end of this node's life with us. */
    private boolean mustStartAnew() {
        var change = lifecycle.phase() == Phase.KEPT ? startAnew.get() : null;
        if (change != null) {
            log.warn(change + ": this container ends with exit code " + START_ANEW
                    + ", and the next one goes by that; pods keep their network meanwhile");
        }
        return change != null;
    }

    private Leases leases() {
        return Leases.of(new LeaseStore(paths.state(), log::warn), new LeasedPods(paths, log), leasesHeldReady());
    }

    private Map<String, Integer> leasesHeldReady() {
        var ready = new LinkedHashMap<String, Integer>();
        for (var network : configuration.networks()) {
            ready.put(String.valueOf(network.master()), network.leasesHeldReady());
        }
        return ready;
    }

    private int warmLeasesWanted() {
        return configuration.networks().stream()
                .mapToInt(Configuration::leasesHeldReady)
                .sum();
    }

    private String masters() {
        var masters = new StringJoiner(", ");
        for (var network : configuration.networks()) {
            masters.add(String.valueOf(network.master()));
        }
        return masters.toString();
    }

    /** The networks whose pods' interfaces and leases we make, by their names. */
    private Set<String> ownChains() {
        var names = new HashSet<String>();
        for (var network : configuration.networks()) {
            if (network.chain() == ChainKind.OWN && network.conflist()) {
                names.add(network.networkName());
            }
        }
        return names;
    }

    /** Null, and nothing of it loaded, where nobody wants them. */
    private @Nullable Metrics metrics(Leases leases) {
        var where = configuration.metrics();
        return where == null
                ? null
                : Metrics.start(
                        where, new ResidentSource(health, attachments, leases, warmLeasesWanted(), life), build(), log);
    }

    /** Version and digest of what runs, such as {@code 0.1.0-8e2f6a}. */
    private String build() {
        try {
            return Files.readString(paths.runtime().resolve("build")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private Provisions provisions(Leases leases) {
        return Provisions.of(leases, hostPrograms(), paths.interfaces());
    }

    private HostPrograms hostPrograms() {
        return HostPrograms.below(paths.hostRoot(), paths.rootEntry());
    }

    private DhcpDaemon dhcpDaemon() {
        return new DhcpDaemon(hostPrograms(), configuration.dhcpDaemonFile(), paths.dhcpSocket(), masters(), log);
    }

    private void repeat(DhcpDaemon daemon, Orphans orphans, @Nullable OldChain oldChain) {
        try {
            pass(daemon, orphans, oldChain);
            said.removeIf(text -> text.startsWith("problem: "));
        } catch (HostProblem | NetlinkException e) {
            pace = pace.afterFailure();
            var problems = String.valueOf(e.getMessage()).lines().toList();
            health.troubled(problems);
            for (var problem : problems) {
                if (said.add("problem: " + problem)) {
                    log.error(problem + "; trying again");
                }
            }
        }
    }

    private void pass(DhcpDaemon daemon, Orphans orphans, @Nullable OldChain oldChain) {
        var outcome = life.look(daemon);
        pace = outcome.repairs().isEmpty() ? pace.afterQuiet() : pace.afterRepair(outcome.repairs());
        if (pace.isContested() && said.add("contested")) {
            log.warn("something on this node keeps undoing what route-fix repairs, see above what it is;"
                    + " repairs now wait longer and longer");
        }
        switch (outcome.phase()) {
            case KEPT -> {
                if (outcome.refused().isEmpty()) {
                    health.well();
                } else {
                    health.troubled(outcome.refused());
                }
            }
            case RETIRING ->
                health.troubled(
                        List.of("this node is retired: no pod is added, and everything goes with the last one"));
            case LEAVING, GONE -> {
                health.troubled(List.of("route-fix was uninstalled from this node"));
                if (said.add("uninstalled")) {
                    log.info("uninstalled; nothing is repaired any more");
                }
            }
        }
        tell(outcome.refused());
        tell(outcome.warnings());
        orphans.look();
        if (oldChain != null) {
            oldChain.look();
        }
    }

    /** Each line once. */
    private void tell(List<String> lines) {
        for (var line : lines) {
            if (said.add(line)) {
                log.warn(line);
            }
        }
    }
}

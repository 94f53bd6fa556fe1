package dev.routefix.installer;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.CniException;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.installer.bundle.Bundle;
import dev.routefix.installer.check.FlowReport;
import dev.routefix.installer.check.NodeCheck;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.config.Stay;
import dev.routefix.installer.doctor.Diagnosis;
import dev.routefix.installer.doctor.Doctor;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.host.Repaired;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.plan.Repair;
import dev.routefix.installer.process.DhcpDaemon;
import dev.routefix.installer.trace.Trace;
import dev.routefix.installer.trace.Tracer;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.lifecycle.Phase;
import dev.routefix.netlink.IpAddress;
import dev.routefix.plugin.RetireProcess;
import dev.routefix.plugin.RouteFix;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The life of this node carried out: what {@link Lifecycle} says it is, is done to the host, by one thread of one process at a time. Each method throws
 * {@link HostProblem} or {@link dev.routefix.netlink.NetlinkException} if the node does not allow it.
 */
final class NodeLife {

    /** How often a node that is kept forgets the sandboxes that have been removed from it. */
    private static final Duration TIDY = Duration.ofMinutes(1);

    /** How long, and how often, it is looked whether a chain of plugins has come to its end. preStop has a minute. */
    private static final Duration REST_OF_A_CHAIN = Duration.ofSeconds(20);

    /** How long a server may take to renew what pods have, before nobody is there who would ask again. */
    private static final Duration LAST_RENEWAL = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * What came of a look at the node.
     *
     * @param repairs what was put right, in the words of the log
     * @param warnings what the user should know although it is no obstacle, one line each
     * @param refused what is asked for and not done, one line each
     */
    record Outcome(Phase phase, Set<String> repairs, List<String> warnings, List<String> refused) {

        private static Outcome nothingDone(Phase phase) {
            return new Outcome(phase, Set.of(), List.of(), List.of());
        }

        private static Outcome of(Phase phase, Repaired repaired) {
            return new Outcome(phase, repaired.repairs(), repaired.warnings(), repaired.refused());
        }
    }

    private final Host host;
    private final Paths paths;
    private final RunDirectory directory;
    private final Configuration configuration;
    private final Map<String, String> environment;
    private final Lifecycle lifecycle;
    private final Log log;
    private final RememberedNetworks remembered;
    private @Nullable Leases leases;
    private long tidied = System.nanoTime();

    /** @param environment the appliance's own, which is remembered for an uninstallation without it */
    NodeLife(
            Host host,
            Paths paths,
            RunDirectory directory,
            Configuration configuration,
            Map<String, String> environment,
            Lifecycle lifecycle,
            Log log) {
        this.host = host;
        this.paths = paths;
        this.directory = directory;
        this.configuration = configuration;
        this.environment = environment;
        this.lifecycle = lifecycle;
        this.log = log;
        remembered = new RememberedNetworks(paths.state(), log);
    }

    /** From now on somebody keeps the pods' leases, who is told when the node is given up. */
    void leasesKeptBy(Leases keeper) {
        leases = keeper;
    }

    /** From now on somebody is told of each repair. */
    void tellOfRepairs(Consumer<Repair> listener) {
        host.tellOfRepairs(listener);
    }

    private void forgetLeases() {
        if (leases == null) {
            new LeaseStore(paths.state(), log::warn).forget();
        } else {
            leases.giveUp();
        }
    }

    /**
     * Does for the node what its phase asks for.
     *
     * @param dhcpDaemon to be started when all it needs is there; null to leave that to others
     */
    Outcome look(@Nullable DhcpDaemon dhcpDaemon) {
        try (var _ = directory.lockPass()) {
            var phase = lifecycle.phase();
            if (phase == Phase.KEPT) {
                tidy();
                var present = present();
                var repaired = host.install(present, dhcpDaemon);
                remembered.keep(present);
                return Outcome.of(phase, repaired);
            }
            phase = withoutTheUnneeded();
            return switch (phase) {
                case KEPT, GONE -> Outcome.nothingDone(phase);
                case RETIRING ->
                    attached().isEmpty()
                            ? Outcome.nothingDone(phase)
                            : Outcome.of(phase, host.install(configuration, dhcpDaemon));
                case LEAVING -> Outcome.nothingDone(takeAway());
            };
        }
    }

    /** The configuration by which networks that are taken off the list are left as soon as nobody needs them. */
    private Configuration present() {
        if (configuration.others().isEmpty()
                || configuration.others().stream().allMatch(network -> network.stay() == Stay.KEPT)) {
            return configuration;
        }
        var needed = new HashSet<String>();
        attached().forEach(attachment -> needed.add(attachment.hostInterface()));
        // of a sandbox that has been torn down nobody says any more which network it had
        boolean stopped = !stopped().isEmpty();
        return configuration.besides(configuration.others().stream()
                .map(network -> network.stay() == Stay.KEPT || stopped || needed.contains(network.hostInterface())
                        ? network
                        : network.staying(Stay.GONE))
                .toList());
    }

    private void tidy() {
        if (System.nanoTime() - tidied > TIDY.toNanos()) {
            tidied = System.nanoTime();
            var _ = translated(lifecycle::look);
        }
    }

    /** Takes from a node that is given up what nobody on it needs any more; what it is then. */
    Phase retire() {
        try (var _ = directory.lockPass()) {
            return withoutTheUnneeded();
        }
    }

    private Phase withoutTheUnneeded() {
        var phase = translated(lifecycle::look);
        if (phase == Phase.RETIRING && attached().isEmpty()) {
            // sandboxes that wait for their removal: the runtime runs the chain for them once more, but no packet of
            // theirs comes
            host.removeDataPlane(configuration);
        }
        return phase;
    }

    /** Takes everything away from a node that is being left; what it is then. */
    Phase leave() {
        try (var _ = directory.lockPass()) {
            return lifecycle.phase() == Phase.LEAVING ? takeAway() : lifecycle.phase();
        }
    }

    private Phase takeAway() {
        host.uninstall(configuration);
        translated(() -> {
            forgetLeases();
            remembered.forget();
            lifecycle.takenAway();
            return Phase.GONE;
        });
        directory.removeState(paths.here(configuration.buildsDir()));
        // a resident is asked until it ends, and tidies up then
        directory.removeUnlessResident();
        return lifecycle.phase();
    }

    /** Takes everything away at once if no sandbox depends on it, else with the last one; what of it was done, in a sentence. */
    String uninstall() {
        try (var _ = directory.lockPass()) {
            var attached = attached();
            var outcome = switch (configuration.uninstall()) {
                case NEVER -> "everything stays on the node, as UNINSTALL=never says";
                case FORCE -> {
                    giveUp(true);
                    yield attached.isEmpty()
                            ? "uninstalled"
                            : "uninstalled as UNINSTALL=force says, under the feet of " + names(attached);
                }
                case WHEN_EMPTY -> giveUp(false) == Phase.RETIRING ? "retired: " + retirement() : "uninstalled";
            };
            log.info(outcome);
            return outcome;
        }
    }

    private Phase giveUp(boolean regardless) {
        var phase = translated(() -> lifecycle.uninstall(regardless, settings()));
        // whose chain is only being run to its end is no reason to stay: no call would come that ends the retirement
        long end = System.nanoTime() + REST_OF_A_CHAIN.toNanos();
        while (phase == Phase.RETIRING
                && attached().isEmpty()
                && stopped().isEmpty()
                && System.nanoTime() < end
                && pause()) {
            phase = translated(lifecycle::look);
        }
        if (phase == Phase.RETIRING && leases != null) {
            leases.retire(LAST_RENEWAL);
        }
        return phase == Phase.LEAVING ? takeAway() : phase;
    }

    private static boolean pause() {
        try {
            Thread.sleep(POLL);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What is needed to take everything away without the container. */
    private Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        for (var option : Option.values()) {
            var value = environment.get(option.name());
            if (value != null) {
                settings.put(option.name(), value);
            }
        }
        if (!configuration.others().isEmpty()) {
            // the file of the container is not there
            settings.put(Option.NETWORKS.name(), configuration.asList());
        }
        settings.put(Option.NODE_NAME.name(), configuration.nodeName());
        settings.put(Option.CNI_BIN_DIR.name(), configuration.binDir().toString());
        settings.put(Option.CNI_CONF_DIR.name(), configuration.confDir().toString());
        settings.put(
                RetireProcess.AWAIT,
                configuration.needsDhcpDaemon() ? paths.dhcpSocket().toString() : "");
        return settings;
    }

    /** Whom a node that is given up waits for. */
    private String retirement() {
        var stopped = stopped();
        return "everything stays until the last pod leaves, and no pod is added; attached are " + names(attached())
                + (stopped.isEmpty()
                        ? ""
                        : "; " + stopped.size() + " have ended and are still to be removed by the container runtime");
    }

    /** Prints each thing, and gives true if all are well. */
    boolean status(PrintStream out) {
        try (var _ = directory.lockLook()) {
            var phase = lifecycle.phase();
            switch (phase) {
                case KEPT -> {
                    // the table says it all
                }
                case RETIRING -> out.println("This node is retired: " + retirement() + ".");
                case LEAVING -> out.println("This node is being left: what is still there is being taken away.");
                case GONE -> {
                    out.println("route-fix was uninstalled from this node.");
                    return false;
                }
            }
            var status = host.status(present());
            status.findings().forEach(finding -> out.println(finding.text()));
            return StatusTable.print(status.items(), out) && status.isWell() && phase == Phase.KEPT;
        }
    }

    /**
     * Looks closely, at a pod or at the whole node, and changes nothing.
     *
     * @param pod its name, address or container's id; null for the node
     * @param trouble what the last pass could not do, one line each; empty if it could do all
     */
    Diagnosis doctor(@Nullable String pod, List<String> trouble) {
        var doctor = new Doctor(paths, configuration, this::things, leases);
        if (pod != null) {
            return translated(() -> doctor.pod(pod));
        }
        return translated(() -> doctor.node(lifecycle.phase(), lifecycle.stopped(), trouble));
    }

    /** The way of a packet there and back, see {@link Tracer#trace}. */
    Trace trace(String client, String target, int port) {
        return translated(() -> new Tracer(paths, configuration, host, this::things).trace(client, target, port));
    }

    /**
     * Tries the flows from this node, see {@link NodeCheck}.
     *
     * @param plugin of this process
     * @param others addresses of other nodes, or of their pods
     */
    FlowReport check(RouteFix plugin, List<IpAddress> others) {
        return translated(() -> new NodeCheck(paths, configuration, plugin, leases).run(others));
    }

    private Host.Status things() {
        try (var _ = directory.lockLook()) {
            return host.status(present());
        }
    }

    /** An archive for a report of a fault. */
    String bundle(Supplier<String> status, Supplier<String> doctor) {
        return new Bundle(paths, configuration, environment).text(host, status, doctor, log::tail);
    }

    private List<String> stopped() {
        return translated(lifecycle::stopped);
    }

    private List<Attachment> attached() {
        return translated(lifecycle::attached);
    }

    private static String names(List<Attachment> attached) {
        return attached.isEmpty()
                ? "none"
                : attached.stream().map(Attachment::name).collect(Collectors.joining(", "));
    }

    private static <T> T translated(Supplier<T> work) {
        try {
            return work.get();
        } catch (CniException e) {
            throw HostProblem.of(e);
        }
    }
}

package dev.routefix.installer;

import dev.routefix.delegate.HostPrograms;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.pods.LeasedPods;
import dev.routefix.installer.process.DhcpDaemon;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.lifecycle.Phase;
import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code retire}: on a node that is given up and whose container is gone, serves the last pods' DHCP while they leave, and takes everything away after
 * them. The plugin starts it with each call; it ends when nobody is leaving and no lease is to be renewed, so that nothing runs while
 * nothing happens.
 */
final class RetireCommand {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** The runtime removes a sandbox right after its last DEL; what it removes of it first, its containers say, takes less than this. */
    private static final Duration REMOVAL = Duration.ofMinutes(2);

    private final Paths paths;
    private final RunDirectory directory;
    private final Lifecycle lifecycle;
    private final NodeLife life;
    private final Log log;
    private String said = "";

    RetireCommand(Paths paths, RunDirectory directory, Lifecycle lifecycle, NodeLife life, Log log) {
        this.paths = paths;
        this.directory = directory;
        this.lifecycle = lifecycle;
        this.life = life;
        this.log = log;
    }

    /** Runs until the node is left, kept again, or quiet. */
    void run(Configuration configuration) {
        try {
            while (runAlone(configuration)) {
                // for those who came while it was ending
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether somebody has begun to leave before the lock was free, and so has started nobody else. */
    private boolean runAlone(Configuration configuration) throws InterruptedException {
        try (var alone = directory.lockRetire()) {
            if (alone == null || directory.hasResident()) {
                return false;
            }
            log.info("pods are leaving this node, which route-fix was removed from; everything goes with the last one");
            serveThoseWhoLeave(configuration);
            repeat(() -> {
                var phase = life.leave();
                return phase == Phase.LEAVING ? null : phase;
            });
        }
        return lifecycle.phase() == Phase.RETIRING && !directory.hasResident() && isNeeded(leases());
    }

    private boolean isNeeded(LeaseStore store) {
        return lifecycle.isSomebodyLeaving(REMOVAL) || !store.attachments().isEmpty();
    }

    private LeaseStore leases() {
        return new LeaseStore(paths.state(), log::warn);
    }

    private void serveThoseWhoLeave(Configuration configuration) throws InterruptedException {
        var executable = configuration.dhcpDaemonFile();
        var store = leases();
        try (var leases = Leases.start(store, new LeasedPods(paths, log), "", 0);
                var daemon = new DhcpDaemon(HostPrograms.asGiven(), executable, paths.dhcpSocket(), "this LAN", log)) {
            life.leasesKeptBy(leases);
            if (configuration.needsDhcpDaemon() && !DhcpDaemon.answers(paths.dhcpSocket())) {
                serve(daemon);
            }
            repeat(() -> {
                var phase = life.retire();
                if (phase != Phase.RETIRING) {
                    return phase;
                }
                if (!isNeeded(store)) {
                    log.info("pods are left on this node; the next one that leaves starts this again");
                    return phase;
                }
                return null;
            });
        }
    }

    /** Until the work gives something, or a resident has come; what fails is tried again, more and more rarely. */
    private void repeat(Supplier<@Nullable Phase> work) throws InterruptedException {
        var pause = LOOK;
        while (!directory.hasResident()) {
            try {
                if (work.get() != null) {
                    return;
                }
                pause = LOOK;
            } catch (HostProblem | NetlinkException e) {
                tell(String.valueOf(e.getMessage()));
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
            Thread.sleep(pause);
        }
    }

    /** What lasts is told once. */
    private void tell(String problem) {
        if (!problem.equals(said)) {
            said = problem;
            log.error(problem + "; trying again");
        }
    }

    /** Without it the pods' addresses are not given back before their leases end; what we have here is taken away all the same. */
    private void serve(DhcpDaemon daemon) {
        try {
            daemon.start();
        } catch (HostProblem | IOException e) {
            log.warn("the dhcp daemon cannot be started: " + e.getMessage());
        }
    }
}

package dev.routefix.installer;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.pods.Guests;
import dev.routefix.installer.process.DhcpDaemon;
import java.io.IOException;
import java.time.Duration;

/**
 * On a node that is given up and whose container is gone: serves the last pods' DHCP while they leave, and takes everything away after them. The plugin
 * starts it with each call; it ends when nobody is leaving, so that nothing runs while nothing happens.
 */
final class Caretaker {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Paths paths;
    private final RunDirectory directory;
    private final Guests guests;
    private final Upkeep upkeep;
    private final Log log;

    Caretaker(Paths paths, RunDirectory directory, Guests guests, Upkeep upkeep, Log log) {
        this.paths = paths;
        this.directory = directory;
        this.guests = guests;
        this.upkeep = upkeep;
        this.log = log;
    }

    /** Runs until the node is left, kept again, or quiet. */
    void run(Configuration configuration) {
        try (var alone = directory.lockCaretaker()) {
            if (alone == null || directory.hasResident()) {
                return;
            }
            log.info("pods are leaving this node, which route-fix was removed from; everything goes with the last one");
            var executable = paths.referencePlugins().resolve("dhcp");
            try (var daemon = new DhcpDaemon(executable, paths.dhcpSocket(), "this LAN", log)) {
                if (configuration.ipam().needsDhcpDaemon() && !DhcpDaemon.answers(paths.dhcpSocket())) {
                    serve(daemon);
                }
                while (guests.isRetired() && guests.isSomebodyLeaving() && !directory.hasResident()) {
                    Thread.sleep(LOOK);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!directory.hasResident() && !upkeep.leaveWithTheLastPod()) {
                log.info("pods are left on this node; the next one that leaves starts this again");
            }
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

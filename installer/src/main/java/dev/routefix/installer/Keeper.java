package dev.routefix.installer;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.DhcpDaemon;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.host.HostProblem;
import dev.routefix.installer.host.Log;
import dev.routefix.installer.host.RunDirectory;
import dev.routefix.installer.resident.Resident;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.Sandboxes;
import dev.routefix.plugin.RouteFix;
import java.util.HashSet;
import java.util.Set;

/**
 * The resident: installs, then looks again and again and repairs what is not as it was, until it is told to stop. All the while it answers the
 * calls of relays, from before the first pod is invited.
 */
final class Keeper {

    private final Paths paths;
    private final RunDirectory directory;
    private final Configuration configuration;
    private final Log log;
    private final Health health;

    /** What was said already and need not be said at every pass. */
    private final Set<String> said = new HashSet<>();

    /** @param configuration with its parent interface settled */
    Keeper(Paths paths, RunDirectory directory, Configuration configuration, Log log) {
        this.paths = paths;
        this.directory = directory;
        this.configuration = configuration;
        this.log = log;
        health = new Health(configuration.resync());
    }

    /**
     * Runs until {@code stop} is asked for; the host then stays as it is, unless it was uninstalled meanwhile.
     *
     * @return the exit code 0
     * @throws HostProblem if even the first installation fails
     */
    int run(Host host, StopSignal stop) {
        var upkeep = new Upkeep(host, directory, configuration, log);
        var plugin = new RouteFix(paths.run(), Sandboxes.alsoBelow(paths.hostRoot()));
        try (var _ = directory.lockResident()) {
            upkeep.begin();
            try (var _ = Resident.open(paths.socket(), new Doors(plugin, upkeep, health, log), log);
                    var daemon = dhcpDaemon()) {
                pass(upkeep, daemon);
                log.info("installed on " + configuration.master() + "; looking after it every "
                        + configuration.resync().toSeconds() + " s");
                while (!stop.await(configuration.resync())) {
                    repeat(upkeep, daemon);
                }
            }
            directory.removeIfMarked();
            log.info("stopped");
        } finally {
            stop.done();
        }
        return 0;
    }

    private DhcpDaemon dhcpDaemon() {
        var executable = paths.referencePlugins().resolve("dhcp");
        return new DhcpDaemon(executable, paths.dhcpSocket(), String.valueOf(configuration.master()), log);
    }

    private void repeat(Upkeep upkeep, DhcpDaemon daemon) {
        try {
            pass(upkeep, daemon);
            said.removeIf(text -> text.startsWith("problem: "));
        } catch (HostProblem | NetlinkException e) {
            health.troubled(String.valueOf(e.getMessage()));
            if (said.add("problem: " + e.getMessage())) {
                log.error(e.getMessage() + "; trying again every "
                        + configuration.resync().toSeconds() + " s");
            }
        }
    }

    private void pass(Upkeep upkeep, DhcpDaemon daemon) {
        var warnings = upkeep.repair(daemon);
        if (warnings == null) {
            health.troubled("route-fix was uninstalled from this node");
            if (said.add("uninstalled")) {
                log.info("uninstalled; nothing is repaired any more");
            }
            return;
        }
        health.well();
        for (var warning : warnings) {
            if (said.add(warning)) {
                log.warn(warning);
            }
        }
    }
}

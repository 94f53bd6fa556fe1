package dev.routefix.installer;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.DhcpDaemon;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.host.HostProblem;
import dev.routefix.installer.host.Log;
import dev.routefix.installer.host.RunDirectory;
import dev.routefix.netlink.NetlinkException;
import java.util.HashSet;
import java.util.Set;

/** The resident: installs, then looks again and again and repairs what is not as it was, until it is told to stop. */
final class Keeper {

    private final Host host;
    private final RunDirectory directory;
    private final Paths paths;
    private final Log log;

    /** What was said already and need not be said at every pass. */
    private final Set<String> said = new HashSet<>();

    Keeper(Host host, RunDirectory directory, Paths paths, Log log) {
        this.host = host;
        this.directory = directory;
        this.paths = paths;
        this.log = log;
    }

    /**
     * Runs until {@code stop} is asked for; the host then stays as it is, unless it was uninstalled meanwhile.
     *
     * @return the exit code 0
     * @throws HostProblem if even the first installation fails
     */
    int run(Configuration given, StopSignal stop) {
        var configuration = host.settle(given);
        try (var _ = directory.lockResident()) {
            var executable = paths.referencePlugins().resolve("dhcp");
            try (var daemon =
                    new DhcpDaemon(executable, paths.dhcpSocket(), String.valueOf(configuration.master()), log)) {
                try (var _ = directory.lockPass()) {
                    directory.unmark();
                }
                pass(configuration, daemon);
                log.info("installed on " + configuration.master() + "; looking after it every "
                        + configuration.resync().toSeconds() + " s");
                while (!stop.await(configuration.resync())) {
                    repeat(configuration, daemon);
                }
            }
            directory.removeIfMarked();
            log.info("stopped");
        } finally {
            stop.done();
        }
        return 0;
    }

    private void repeat(Configuration configuration, DhcpDaemon daemon) {
        try {
            pass(configuration, daemon);
            said.removeIf(text -> text.startsWith("problem: "));
        } catch (HostProblem | NetlinkException e) {
            if (said.add("problem: " + e.getMessage())) {
                log.error(e.getMessage() + "; trying again every "
                        + configuration.resync().toSeconds() + " s");
            }
        }
    }

    private void pass(Configuration configuration, DhcpDaemon daemon) {
        try (var _ = directory.lockPass()) {
            if (directory.isMarked()) {
                if (said.add("uninstalled")) {
                    log.info("uninstalled by another process; nothing is repaired any more");
                }
                return;
            }
            for (var warning : host.install(configuration, daemon)) {
                if (said.add(warning)) {
                    log.warn(warning);
                }
            }
        }
    }
}

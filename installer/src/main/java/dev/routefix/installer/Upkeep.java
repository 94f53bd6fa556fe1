package dev.routefix.installer;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.UninstallPolicy;
import dev.routefix.installer.host.DhcpDaemon;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.host.HostProblem;
import dev.routefix.installer.host.Log;
import dev.routefix.installer.host.RunDirectory;
import dev.routefix.netlink.NetlinkException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to the node with one configuration, one thing at a time, whichever thread or process does it. Each method throws
 * {@link HostProblem} or {@link NetlinkException} if the node does not allow it.
 */
final class Upkeep {

    private final Host host;
    private final RunDirectory directory;
    private final Configuration configuration;
    private final Log log;

    Upkeep(Host host, RunDirectory directory, Configuration configuration, Log log) {
        this.host = host;
        this.directory = directory;
        this.configuration = configuration;
        this.log = log;
    }

    /** Takes back what an uninstallation said: the node is ours again. */
    void begin() {
        try (var _ = directory.lockPass()) {
            directory.unmark();
        }
    }

    /**
     * Repairs what is not as it should be.
     *
     * @param dhcpDaemon to be started when all it needs is there; null to leave that to others
     * @return what the user should know although it is no obstacle; null if nothing was done as somebody uninstalled
     */
    @Nullable
    List<String> repair(@Nullable DhcpDaemon dhcpDaemon) {
        try (var _ = directory.lockPass()) {
            return directory.isMarked() ? null : host.install(configuration, dhcpDaemon);
        }
    }

    /** Takes everything away, if the configuration lets it. */
    void uninstall() {
        if (configuration.uninstall() == UninstallPolicy.NEVER) {
            log.info("everything stays on the node, as UNINSTALL=never says");
            return;
        }
        try (var _ = directory.lockPass()) {
            directory.mark();
            host.uninstall(configuration);
            // with a resident around, the mark tells it to leave things alone; it tidies up when it ends
            directory.removeUnlessResident();
        }
        log.info("uninstalled");
    }

    /** Prints each thing, and gives true if all are well. */
    boolean status(PrintStream out) {
        try (var _ = directory.lockPass()) {
            return StatusTable.print(host.status(configuration), out);
        }
    }
}

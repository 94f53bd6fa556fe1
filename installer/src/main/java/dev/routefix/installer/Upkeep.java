package dev.routefix.installer;

import dev.routefix.attachment.Attachment;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.pods.Guests;
import dev.routefix.installer.process.DhcpDaemon;
import dev.routefix.netlink.NetlinkException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to the node with one configuration, one thing at a time, whichever thread or process does it. Each method throws
 * {@link HostProblem} or {@link NetlinkException} if the node does not allow it.
 */
final class Upkeep {

    /** What the node is to us after a look at it. */
    enum State {
        /** As it should be. */
        KEPT,
        /** As it should be for the pods that are there; no new ones are taken. */
        RETIRED,
        /** Nothing of us is on it any more. */
        LEFT
    }

    /**
     * What came of a look at the node.
     *
     * @param repairs what was put right, in the words of the log
     * @param warnings what the user should know although it is no obstacle, one line each
     * @param refused what is asked for and not done, one line each
     */
    record Outcome(State state, Set<String> repairs, List<String> warnings, List<String> refused) {

        private static final Outcome GONE = new Outcome(State.LEFT, Set.of(), List.of(), List.of());

        private static Outcome of(State state, Host.Repaired repaired) {
            return new Outcome(state, repaired.repairs(), repaired.warnings(), repaired.refused());
        }
    }

    private final Host host;
    private final RunDirectory directory;
    private final Configuration configuration;
    private final Guests guests;
    private final Log log;

    Upkeep(Host host, RunDirectory directory, Configuration configuration, Guests guests, Log log) {
        this.host = host;
        this.directory = directory;
        this.configuration = configuration;
        this.guests = guests;
        this.log = log;
    }

    /** The node is ours, again if it was given up. */
    void begin() {
        try (var _ = directory.lockPass()) {
            directory.unmark();
            if (guests.isRetired()) {
                guests.stay();
                log.info("this node is kept again: its retirement is over");
            }
        }
    }

    /**
     * Repairs what is not as it should be, and leaves a retired node with its last pod.
     *
     * @param dhcpDaemon to be started when all it needs is there; null to leave that to others
     */
    Outcome repair(@Nullable DhcpDaemon dhcpDaemon) {
        try (var _ = directory.lockPass()) {
            if (directory.isMarked()) {
                return Outcome.GONE;
            }
            if (!guests.isRetired()) {
                return Outcome.of(State.KEPT, host.install(configuration, dhcpDaemon));
            }
            if (guests.haveLeft()) {
                leave();
                return Outcome.GONE;
            }
            return Outcome.of(State.RETIRED, host.install(configuration, dhcpDaemon));
        }
    }

    /** Takes everything away at once if no pod is attached, else with the last one; what of it was done, in a sentence. */
    String uninstall() {
        try (var _ = directory.lockPass()) {
            var attached = guests.attached();
            var outcome = switch (configuration.uninstall()) {
                case NEVER -> "everything stays on the node, as UNINSTALL=never says";
                case FORCE -> {
                    leave();
                    yield attached.isEmpty()
                            ? "uninstalled"
                            : "uninstalled as UNINSTALL=force says, under the feet of " + names(attached);
                }
                case WHEN_EMPTY -> {
                    if (guests.retire(configuration)) {
                        yield "retired: everything stays until the last pod leaves, and no pod is added; attached are "
                                + names(guests.attached());
                    }
                    leave();
                    yield "uninstalled";
                }
            };
            log.info(outcome);
            return outcome;
        }
    }

    /** Leaves a node that was given up, if its last pod has; whether nothing more is to be done here. */
    boolean leaveWithTheLastPod() {
        try (var _ = directory.lockPass()) {
            if (!guests.isRetired()) {
                return true;
            }
            if (!guests.haveLeft()) {
                return false;
            }
            leave();
            return true;
        }
    }

    private void leave() {
        directory.mark();
        host.uninstall(configuration);
        guests.stay();
        directory.removeState(configuration.buildsDir());
        // with a resident around, the mark tells it to leave things alone; it tidies up when it ends
        directory.removeUnlessResident();
    }

    /** Prints each thing, and gives true if all are well. */
    boolean status(PrintStream out) {
        try (var _ = directory.lockLook()) {
            var attached = guests.attached();
            boolean retired = guests.isRetired();
            if (retired) {
                out.println(
                        "This node is retired: no pod is added, and everything goes with the last one. Attached are "
                                + names(attached) + ".");
            }
            var status = host.status(configuration);
            status.findings().forEach(finding -> out.println(finding.text()));
            return StatusTable.print(status.items(), out) && status.isWell() && !retired;
        }
    }

    private static String names(List<Attachment> attached) {
        return attached.isEmpty()
                ? "none"
                : attached.stream().map(Attachment::name).collect(Collectors.joining(", "));
    }
}

package dev.routefix.installer;

import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.InvalidConfiguration;
import dev.routefix.installer.config.ListedNetworks;
import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import dev.routefix.installer.config.Option;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.layout.Directories;
import dev.routefix.installer.layout.Layout;
import dev.routefix.installer.layout.LayoutSearch;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.lifecycle.ContainerRuntime;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.relay.RelayAnswer;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commands. Their exit codes: 0 done, 1 the node does not allow it, 2 the command or the configuration is wrong, 3 the container has to be started
 * anew because the node's directories are others now.
 */
final class CommandLine {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final Map<String, String> environment;
    private final Paths fixed;
    private final PrintStream out;
    private final PrintStream err;

    CommandLine(Map<String, String> environment, Paths paths, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.fixed = paths;
        this.out = out;
        this.err = err;
    }

    int execute(String[] arguments) {
        var command = InstallerCommand.of(arguments);
        if (command == null) {
            usage(arguments);
            return MISUSED;
        }
        try {
            var directory = new RunDirectory(fixed, startLog());
            var attachments = new Attachments(fixed.run());
            var lifecycle = lifecycle(attachments);
            start(command, directory, lifecycle);
            var configuration = new RememberedNetworks(fixed.state(), startLog())
                    .with(Configuration.parse(environment, hostName()), environment, hostName());
            var words = List.of(arguments).subList(1, arguments.length);
            return execute(command, words, configuration, layout(), directory, attachments, lifecycle);
        } catch (InvalidConfiguration e) {
            complain(e);
            return MISUSED;
        } catch (HostProblem | NetlinkException e) {
            complain(e);
            return FAILED;
        }
    }

    private Log startLog() {
        return new Log(err, LogLevel.INFO, startFormat(), Clock.systemUTC());
    }

    /** Before the settings are read, and where they are wrong. */
    private LogFormat startFormat() {
        return LogFormat.JSON.text().equals(environment.get(Option.LOG_FORMAT.name()))
                ? LogFormat.JSON
                : LogFormat.TEXT;
    }

    private Lifecycle lifecycle(Attachments attachments) {
        return new Lifecycle(
                fixed.state(),
                attachments,
                Sandboxes.alsoBelow(fixed.hostRoot()),
                new ContainerRuntime(fixed.proc(), fixed.hostRoot()));
    }

    /** Before anything can fail: whoever starts the appliance wants the node kept, also where a setting is wrong and it has to be started again. */
    private void start(InstallerCommand command, RunDirectory directory, Lifecycle lifecycle) {
        switch (command) {
            case RUN, INSTALL -> keep(lifecycle);
            case UNINSTALL -> {
                if (directory.hasResident()) {
                    throw new HostProblem("the resident of this node takes it off: ask it by ctl uninstall");
                }
            }
            case RETIRE, STATUS, DOCTOR, TRACE -> {
                // the node stays what it is
            }
        }
    }

    private void keep(Lifecycle lifecycle) {
        try {
            if (lifecycle.start()) {
                startLog().info("this node is kept again: its retirement is over");
            }
        } catch (CniException e) {
            throw HostProblem.of(e);
        }
    }

    /** Where the runtime's directories are if that is left to us, else null. */
    private @Nullable Layout layout() {
        return Option.CNI_BIN_DIR.isLeftToUs(environment) || Option.CNI_CONF_DIR.isLeftToUs(environment)
                ? new LayoutSearch(fixed).find()
                : null;
    }

    private int execute(
            InstallerCommand command,
            List<String> words,
            Configuration asked,
            @Nullable Layout layout,
            RunDirectory directory,
            Attachments attachments,
            Lifecycle lifecycle) {
        var log = new Log(err, asked.logLevel(), asked.logFormat(), Clock.systemUTC());
        var configuration = layout == null ? asked : layout.settle(asked, environment);
        var paths = layout == null ? fixed : layout.reached(fixed, configuration);
        if (layout != null) {
            layout.tell(configuration, log);
        }
        var host = new Host(paths, attachments, log);
        var settled = switch (command) {
            case INSTALL, RUN, STATUS, TRACE -> host.settle(configuration);
            // what is taken away need not have what it takes to put it there
            case UNINSTALL, RETIRE, DOCTOR -> configuration;
        };
        var life = new NodeLife(host, paths, directory, settled, environment, lifecycle, log);
        return switch (command) {
            case INSTALL -> {
                var outcome = life.look(null);
                outcome.warnings().forEach(log::warn);
                outcome.refused().forEach(log::error);
                log.info(outcome.refused().isEmpty() ? "installed" : "installed, but for what is refused");
                yield outcome.refused().isEmpty() ? DONE : FAILED;
            }
            case RUN -> {
                directory.becomeResident();
                // the predecessor may have been told to uninstall while it was being waited for
                keep(lifecycle);
                var podUid = environment.getOrDefault(Option.POD_UID.name(), "");
                var startAnew = startAnew(Directories.remember(paths, settled, layout), log);
                yield new RunCommand(paths, directory, settled, startAnew, attachments, lifecycle, life, podUid, log)
                        .run(StopSignal.ofProcess());
            }
            case UNINSTALL -> {
                life.uninstall();
                yield DONE;
            }
            case RETIRE -> {
                new RetireCommand(paths, directory, lifecycle, life, log).run(settled);
                yield DONE;
            }
            case STATUS -> life.status(out) ? DONE : FAILED;
            case DOCTOR -> say(DoctorCommand.answer(words, pod -> life.doctor(pod, List.of())));
            case TRACE -> say(TraceCommand.answer(words, life::trace));
        };
    }

    private int say(RelayAnswer answer) {
        out.print(answer.stdout());
        err.print(answer.stderr());
        return answer.exitCode();
    }

    /** What says why a resident cannot go on. */
    private Supplier<@Nullable String> startAnew(Directories directories, Log log) {
        var list = ListedNetworks.remember(environment, log::warn);
        return () -> {
            var change = directories.change();
            return change != null || list == null ? change : list.change();
        };
    }

    private void complain(Exception e) {
        var json = startFormat() == LogFormat.JSON ? startLog() : null;
        String.valueOf(e.getMessage()).lines().forEach(line -> {
            if (json == null) {
                err.println("route-fix: " + line);
            } else {
                json.error(line);
            }
        });
    }

    private void usage(String[] arguments) {
        err.println("route-fix: \"" + String.join(" ", arguments) + "\" is no command; use one of");
        for (var command : InstallerCommand.values()) {
            err.println("  " + command.word + "  " + command.meaning);
        }
    }

    /** The node's name as the kernel has it, without asking any resolver. */
    private String hostName() {
        try {
            return Files.readString(fixed.proc().resolve("sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}

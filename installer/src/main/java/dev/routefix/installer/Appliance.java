package dev.routefix.installer;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.InvalidConfiguration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.lifecycle.RunDirectory;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import dev.routefix.installer.pods.Guests;
import dev.routefix.netlink.NetlinkException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Map;

/** The commands. Their exit codes: 0 done, 1 the node does not allow it, 2 the command or the configuration is wrong. */
final class Appliance {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final Map<String, String> environment;
    private final Paths paths;
    private final PrintStream out;
    private final PrintStream err;

    Appliance(Map<String, String> environment, Paths paths, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.paths = paths;
        this.out = out;
        this.err = err;
    }

    int execute(String[] arguments) {
        var command = Command.of(arguments);
        if (command == null) {
            usage(arguments);
            return MISUSED;
        }
        try {
            var configuration = Configuration.parse(environment, hostName());
            return execute(command, configuration);
        } catch (InvalidConfiguration e) {
            complain(e);
            return MISUSED;
        } catch (HostProblem | NetlinkException e) {
            complain(e);
            return FAILED;
        }
    }

    private int execute(Command command, Configuration configuration) {
        var log = new Log(err, configuration.logLevel(), Clock.systemUTC());
        var host = new Host(paths, log);
        var directory = new RunDirectory(paths, log);
        var guests = new Guests(paths, configuration.buildsDir(), environment);
        var settled = switch (command) {
            case INSTALL, RUN, STATUS -> host.settle(configuration);
            // what is taken away need not have what it takes to put it there
            case UNINSTALL, RETIRE -> configuration;
        };
        var upkeep = new Upkeep(host, directory, settled, guests, log);
        return switch (command) {
            case INSTALL -> {
                upkeep.begin();
                var outcome = upkeep.repair(null);
                outcome.warnings().forEach(log::warn);
                outcome.refused().forEach(log::error);
                log.info(outcome.refused().isEmpty() ? "installed" : "installed, but for what is refused");
                yield outcome.refused().isEmpty() ? DONE : FAILED;
            }
            case RUN -> new Keeper(paths, directory, settled, upkeep, log).run(StopSignal.ofProcess());
            case UNINSTALL -> {
                upkeep.uninstall();
                yield DONE;
            }
            case RETIRE -> {
                new Caretaker(paths, directory, guests, upkeep, log).run(settled);
                yield DONE;
            }
            case STATUS -> upkeep.status(out) ? DONE : FAILED;
        };
    }

    private void complain(Exception e) {
        String.valueOf(e.getMessage()).lines().forEach(line -> err.println("route-fix: " + line));
    }

    private void usage(String[] arguments) {
        err.println("route-fix: \"" + String.join(" ", arguments) + "\" is no command; use one of");
        for (var command : Command.values()) {
            err.println("  " + command.word + "  " + command.meaning);
        }
    }

    /** The node's name as the kernel has it, without asking any resolver. */
    private String hostName() {
        try {
            return Files.readString(paths.proc().resolve("sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}

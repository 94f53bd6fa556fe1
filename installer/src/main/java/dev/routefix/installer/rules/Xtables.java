package dev.routefix.installer.rules;

import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Rule;
import dev.routefix.process.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The two programs iptables, one for each packet filter of the kernel. */
final class Xtables {

    /** iptables ran and said no. */
    static final class Refused extends HostProblem {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** How long iptables waits for others to release its lock, in seconds ({@code -w}). */
    private static final String LOCK_WAIT = "5";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What iptables over legacy says when it gives up. Its exit status means other things too. */
    private static final String LOCKED = "holding the xtables lock";

    private final List<String> loader;
    private final Path sbin;
    private final Path network;

    Xtables(Paths paths) {
        loader = paths.loader();
        sbin = paths.sbin();
        network = paths.proc().resolve("thread-self/net");
    }

    /** What to tell a user whose image lacks them; empty if they are there. */
    List<String> missing() {
        var missing = new ArrayList<String>();
        for (var mode : Rule.Mode.values()) {
            if (!Files.isExecutable(binary(mode))) {
                missing.add("iptables is missing: " + binary(mode)
                        + " is not there; use an image that has it, or set FORWARD_RULE=none and MASQUERADE=off");
            }
        }
        return missing;
    }

    /**
     * The legacy tables that are there. To look into one that is not would have the kernel make it.
     *
     * @param names {@code ip_tables_names} or {@code ip6_tables_names}
     */
    List<String> legacyTables(String names) {
        try {
            return Files.readAllLines(network.resolve(names));
        } catch (IOException notLoaded) {
            return List.of();
        }
    }

    /** Runs iptables; what it says. */
    String iptables(Rule.Mode mode, String table, List<String> arguments) {
        var words = new ArrayList<>(List.of("iptables", "-w", LOCK_WAIT, "-t", table));
        words.addAll(arguments);
        return said(mode, run(mode, words), String.join(" ", arguments));
    }

    /** Has iptables-restore make some changes of a table, all or none; what is not named stays as it is. */
    void restore(Rule.Mode mode, String table, List<List<String>> changes) {
        var input = new StringBuilder("*" + table + "\n");
        for (var words : changes) {
            for (var word : words) {
                input.append('"')
                        .append(word.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append("\" ");
            }
            input.append('\n');
        }
        input.append("COMMIT\n");
        var words = List.of("iptables-restore", "-w", LOCK_WAIT, "--noflush");
        said(mode, run(mode, words, input.toString()), String.join(" ", words));
    }

    private static String said(Rule.Mode mode, Subprocess.Outcome outcome, String what) {
        var attempt = "iptables (" + mode.text() + ") cannot do " + what + ": ";
        if (outcome.cut()) {
            throw new Refused(attempt + "there are too many rules");
        }
        if (outcome.exitCode() == 0) {
            return outcome.output();
        }
        if (outcome.errors().contains(LOCKED)) {
            throw new HostProblem(attempt + "another program holds iptables' lock /run/xtables.lock for more than "
                    + LOCK_WAIT + " s: see which (fuser /run/xtables.lock)");
        }
        throw new Refused(attempt + outcome.errors().strip().replace('\n', ' '));
    }

    /** Runs the program under the name that is the first word, whatever comes of it. */
    Subprocess.Outcome run(Rule.Mode mode, List<String> words) {
        return run(mode, words, "");
    }

    private Subprocess.Outcome run(Rule.Mode mode, List<String> words, String input) {
        var command = new ArrayList<>(loader);
        command.add(binary(mode).toString());
        command.addAll(words);
        try {
            return Subprocess.run(command, null, input, PATIENCE);
        } catch (IOException e) {
            throw new HostProblem("iptables cannot be run: " + e.getMessage(), e);
        }
    }

    private Path binary(Rule.Mode mode) {
        return switch (mode) {
            case NFT -> sbin.resolve("xtables-nft-multi");
            case LEGACY -> sbin.resolve("xtables-legacy-multi");
        };
    }
}

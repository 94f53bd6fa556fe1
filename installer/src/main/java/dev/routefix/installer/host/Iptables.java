package dev.routefix.installer.host;

import dev.routefix.installer.config.IptablesMode;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.plan.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The kernel's packet filters, through the iptables that belongs to each of the two. */
final class Iptables {

    /** iptables ran and said no. */
    private static final class Refused extends HostProblem {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** How long iptables waits for others to release its lock, in seconds ({@code -w}). */
    private static final String LOCK_WAIT = "5";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** iptables' own exit status for "the lock is held" ({@code RESOURCE_PROBLEM} of {@code include/xtables.h}). */
    private static final int RESOURCE_PROBLEM = 4;

    private final List<String> loader;
    private final Path sbin;
    private final Path legacyTables;

    Iptables(Paths paths) {
        loader = paths.loader();
        sbin = paths.sbin();
        legacyTables = paths.proc().resolve("thread-self/net/ip_tables_names");
    }

    /** What to tell a user whose image lacks it; empty if it is there. */
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
     * The packet filter that the node's rules are in, by the marks that kubelet leaves, as the project iptables-wrappers finds it: those in nft
     * win, then those in legacy, and nft is the answer if there are none.
     */
    Rule.Mode detect(IptablesMode wanted) {
        return switch (wanted) {
            case NFT -> Rule.Mode.NFT;
            case LEGACY -> Rule.Mode.LEGACY;
            case AUTO -> {
                // naming the table would create it in legacy; in nft a listing changes nothing
                if (hasMarks(Rule.Mode.NFT, List.of("iptables-save", "-t", "mangle"))
                        || hasMarks(Rule.Mode.NFT, List.of("ip6tables-save", "-t", "mangle"))) {
                    yield Rule.Mode.NFT;
                }
                if (legacyInUse()
                        && (hasMarks(Rule.Mode.LEGACY, List.of("iptables-save"))
                                || hasMarks(Rule.Mode.LEGACY, List.of("ip6tables-save")))) {
                    yield Rule.Mode.LEGACY;
                }
                yield Rule.Mode.NFT;
            }
        };
    }

    private boolean hasMarks(Rule.Mode mode, List<String> command) {
        var arguments = new ArrayList<>(loader);
        arguments.add(binary(mode).toString());
        arguments.addAll(command);
        try {
            var saved = Subprocess.run(arguments, PATIENCE).output();
            return saved.contains("\n:KUBE-IPTABLES-HINT") || saved.contains("\n:KUBE-KUBELET-CANARY");
        } catch (IOException e) {
            throw new HostProblem("iptables cannot be run: " + e.getMessage(), e);
        }
    }

    /** Whether listing legacy rules finds tables rather than making them: a listing loads the kernel's module for its table. */
    boolean legacyInUse() {
        try {
            return !Files.readString(legacyTables).isBlank();
        } catch (IOException notLoaded) {
            return false;
        }
    }

    /**
     * The same for the packet filter that is not in use, where one that cannot be listed has no rules of ours: the kernel may lack it.
     *
     * @throws HostProblem if it is merely locked
     */
    List<Rule> rulesIfAny(Rule.Mode mode) {
        try {
            return rules(mode);
        } catch (Refused refused) {
            return List.of();
        }
    }

    /** Every rule of the chains we use, in order. */
    List<Rule> rules(Rule.Mode mode) {
        var rules = new ArrayList<Rule>();
        for (var chain : Rule.Chain.values()) {
            rules.addAll(Rule.parse(chain, run(mode, chain, List.of("-S", chain.name()))));
        }
        return rules;
    }

    void put(Rule.Mode mode, Rule rule) {
        var arguments = new ArrayList<String>(
                List.of(rule.goesFirst() ? "-I" : "-A", rule.chain().name()));
        arguments.addAll(rule.words());
        run(mode, rule.chain(), arguments);
    }

    void delete(Rule.Mode mode, Rule rule) {
        var arguments = new ArrayList<String>(List.of("-D", rule.chain().name()));
        arguments.addAll(rule.words());
        run(mode, rule.chain(), arguments);
    }

    private String run(Rule.Mode mode, Rule.Chain chain, List<String> arguments) {
        var command = new ArrayList<>(loader);
        command.addAll(List.of(binary(mode).toString(), "iptables", "-w", LOCK_WAIT, "-t", chain.table));
        command.addAll(arguments);
        try {
            var outcome = Subprocess.run(command, PATIENCE);
            if (outcome.exitCode() == 0) {
                return outcome.output();
            }
            var attempt = "iptables (" + mode.text() + ") cannot do " + String.join(" ", arguments) + ": ";
            if (outcome.exitCode() == RESOURCE_PROBLEM) {
                throw new HostProblem(attempt + "another program holds iptables' lock /run/xtables.lock for more than "
                        + LOCK_WAIT + " s: see which (fuser /run/xtables.lock)");
            }
            throw new Refused(attempt + outcome.errors().strip().replace('\n', ' '));
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

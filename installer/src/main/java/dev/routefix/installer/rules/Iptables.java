package dev.routefix.installer.rules;

import dev.routefix.installer.config.IptablesMode;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Rule;
import dev.routefix.installer.process.Subprocess;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The kernel's packet filters, through the iptables that belongs to each of the two. */
public final class Iptables {

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

    /** The chains in the table mangle by which kubelet marks the packet filter it uses. */
    private static final List<String> MARKS = List.of("KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY");

    private static final String MARKED_TABLE = "mangle";

    /** Something about nft, and the kernel's number for the state it was seen in. */
    private record Seen<T>(OptionalInt generation, T value) {

        /** Whether it still holds. */
        boolean isOf(OptionalInt now) {
            return now.isPresent() && now.equals(generation);
        }
    }

    private final List<String> loader;
    private final Path sbin;
    private final Path network;
    private Seen<Boolean> nftMarked = new Seen<>(OptionalInt.empty(), false);
    private Seen<List<Rule>> nftRules = new Seen<>(OptionalInt.empty(), List.of());
    private boolean legacyMarked;

    public Iptables(Paths paths) {
        loader = paths.loader();
        sbin = paths.sbin();
        network = paths.proc().resolve("thread-self/net");
    }

    /** What to tell a user whose image lacks it; empty if it is there. */
    public List<String> missing() {
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
    public Rule.Mode detect(IptablesMode wanted) {
        return switch (wanted) {
            case NFT -> Rule.Mode.NFT;
            case LEGACY -> Rule.Mode.LEGACY;
            case AUTO -> !nftMarked() && legacyMarked() ? Rule.Mode.LEGACY : Rule.Mode.NFT;
        };
    }

    private boolean nftMarked() {
        try (var ruleset = Namespace.ruleset()) {
            var now = ruleset.generation();
            if (!nftMarked.isOf(now)) {
                nftMarked = new Seen<>(now, hasMarks(ruleset));
            }
            return nftMarked.value();
        }
    }

    private static boolean hasMarks(Ruleset ruleset) {
        for (var family : Family.values()) {
            for (var mark : MARKS) {
                if (ruleset.hasChain(family, MARKED_TABLE, mark)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Legacy has no question as cheap as nft's. So it is asked until the marks are there once: kubelet never takes them away. */
    private boolean legacyMarked() {
        legacyMarked = legacyMarked
                || (legacyTables("ip_tables_names").contains(MARKED_TABLE) && hasMarks("iptables-save"))
                || (legacyTables("ip6_tables_names").contains(MARKED_TABLE) && hasMarks("ip6tables-save"));
        return legacyMarked;
    }

    private boolean hasMarks(String save) {
        var arguments = new ArrayList<>(loader);
        arguments.addAll(List.of(binary(Rule.Mode.LEGACY).toString(), save, "-t", MARKED_TABLE));
        try {
            var saved = Subprocess.run(arguments, PATIENCE).output();
            return MARKS.stream().anyMatch(mark -> saved.contains("\n:" + mark + " "));
        } catch (IOException e) {
            throw new HostProblem("iptables cannot be run: " + e.getMessage(), e);
        }
    }

    /** Whether there are legacy tables of IPv4. */
    public boolean legacyInUse() {
        return !legacyTables("ip_tables_names").isEmpty();
    }

    /** The tables that are there. To list one that is not would load the kernel's module for it. */
    private List<String> legacyTables(String file) {
        try {
            return Files.readAllLines(network.resolve(file));
        } catch (IOException notLoaded) {
            return List.of();
        }
    }

    /**
     * The same for the packet filter that is not in use, where one that cannot be listed has no rules of ours: the kernel may lack it.
     *
     * @throws HostProblem if it is merely locked
     */
    public List<Rule> rulesIfAny(Rule.Mode mode) {
        try {
            return rules(mode);
        } catch (Refused refused) {
            return List.of();
        }
    }

    /** Every rule of the chains we use, in order. */
    public List<Rule> rules(Rule.Mode mode) {
        return switch (mode) {
            case NFT -> nftRules();
            case LEGACY -> list(mode);
        };
    }

    /** iptables need not run as long as the kernel says that nothing changed; for an idle node's pass it was nearly all there was to do. */
    private List<Rule> nftRules() {
        try (var ruleset = Namespace.ruleset()) {
            var now = ruleset.generation();
            if (!nftRules.isOf(now)) {
                // the number is older than the rules, so a change made in between shows the next time
                nftRules = new Seen<>(now, list(Rule.Mode.NFT));
            }
            return nftRules.value();
        }
    }

    private List<Rule> list(Rule.Mode mode) {
        var rules = new ArrayList<Rule>();
        for (var chain : Rule.Chain.values()) {
            rules.addAll(Rule.parse(chain, run(mode, chain, List.of("-S", chain.name()))));
        }
        return List.copyOf(rules);
    }

    public void put(Rule.Mode mode, Rule rule) {
        var arguments = new ArrayList<String>(
                List.of(rule.goesFirst() ? "-I" : "-A", rule.chain().name()));
        arguments.addAll(rule.words());
        run(mode, rule.chain(), arguments);
    }

    public void delete(Rule.Mode mode, Rule rule) {
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

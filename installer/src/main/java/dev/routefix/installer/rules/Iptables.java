package dev.routefix.installer.rules;

import dev.routefix.installer.config.IptablesMode;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.ChainListing;
import dev.routefix.installer.plan.Repair;
import dev.routefix.installer.plan.Rule;
import dev.routefix.installer.process.Subprocess;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.SignedRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** What iptables over legacy says when it gives up. Its exit status means other things too. */
    private static final String LOCKED = "holding the xtables lock";

    /** The chains in the table mangle by which kubelet marks the packet filter it uses. */
    private static final List<String> MARKS = List.of("KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY");

    private static final String MARKED_TABLE = "mangle";

    /** The chain of {@code default/kubernetes:https} ({@code servicePortChainName} of kube-proxy). */
    private static final String API_SERVER = "KUBE-SVC-NPX46M4PTMTKRN6Y";

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration SELDOM = Duration.ofMinutes(5);

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
    private Seen<Map<Rule.Chain, ChainListing>> nftListings = new Seen<>(OptionalInt.empty(), Map.of());
    private boolean legacyMarked;
    private List<String> strangers = List.of();
    private long strangersDue = System.nanoTime();

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

    /** The tables that are there. To list one that is not would load the kernel's module for it. */
    private List<String> legacyTables(String file) {
        try {
            return Files.readAllLines(network.resolve(file));
        } catch (IOException notLoaded) {
            return List.of();
        }
    }

    /** Whether the chain is there to be looked into. To look into a table that is not would have the kernel make it. */
    private boolean isInUse(Rule.Mode mode, Rule.Chain chain) {
        return switch (mode) {
            case NFT -> true;
            case LEGACY -> legacyTables("ip_tables_names").contains(chain.table);
        };
    }

    /**
     * Every chain we use.
     *
     * @param ours rules of ours that are asked for one by one in a chain that cannot be listed
     */
    public Map<Rule.Chain, ChainListing> listings(Rule.Mode mode, List<Rule> ours) {
        return switch (mode) {
            case NFT -> nftListings(ours);
            case LEGACY -> list(mode, ours);
        };
    }

    /** iptables need not run as long as the kernel says that nothing changed; for an idle node's pass it was nearly all there was to do. */
    private Map<Rule.Chain, ChainListing> nftListings(List<Rule> ours) {
        try (var ruleset = Namespace.ruleset()) {
            var now = ruleset.generation();
            if (!nftListings.isOf(now)) {
                // the number is older than the rules, so a change made in between shows the next time
                // a kernel without nftables need not be asked for each rule
                nftListings = new Seen<>(now, list(Rule.Mode.NFT, now.isPresent() ? ours : List.of()));
            }
            return nftListings.value();
        }
    }

    private Map<Rule.Chain, ChainListing> list(Rule.Mode mode, List<Rule> ours) {
        var listings = new EnumMap<Rule.Chain, ChainListing>(Rule.Chain.class);
        for (var chain : Rule.Chain.values()) {
            listings.put(chain, isInUse(mode, chain) ? list(mode, chain, ours) : ChainListing.EMPTY);
        }
        return Map.copyOf(listings);
    }

    private ChainListing list(Rule.Mode mode, Rule.Chain chain, List<Rule> ours) {
        try {
            return switch (chain) {
                case FORWARD -> withAllItLeadsTo(mode, chain);
                case POSTROUTING -> {
                    var listing = chain(mode, chain);
                    yield listing.with(further(mode, chain, listing));
                }
                case MANGLE_FORWARD -> chain(mode, chain);
            };
        } catch (Refused refused) {
            var why = String.valueOf(refused.getMessage());
            var present = new LinkedHashMap<String, Rule>();
            for (var rule : ours) {
                boolean asked = rule.chain() == chain && !present.containsKey(rule.comment());
                if (asked && (mode == Rule.Mode.NFT ? !signed(rule).isEmpty() : isThere(mode, rule))) {
                    present.put(rule.comment(), rule);
                }
            }
            return ChainListing.unlisted(why, List.copyOf(present.values()));
        }
    }

    /** One look at the whole table costs no more than at one chain; but a single chain that cannot be listed spoils it. */
    private ChainListing withAllItLeadsTo(Rule.Mode mode, Rule.Chain chain) {
        try {
            return ChainListing.parse(chain, run(mode, chain, List.of("-S")));
        } catch (Refused spoilt) {
            return chain(mode, chain);
        }
    }

    private ChainListing chain(Rule.Mode mode, Rule.Chain chain) {
        return ChainListing.parse(chain, run(mode, chain, List.of("-S", chain.hook)));
    }

    /** Those that are asked before ours; the table may have thousands, and what comes after ours is of no interest here. */
    private Map<String, List<Rule>> further(Rule.Mode mode, Rule.Chain chain, ChainListing listing) {
        var further = new HashMap<String, List<Rule>>();
        for (var name : listing.ledToBeforeOurs()) {
            further.putAll(chain(mode, chain, name).further());
        }
        return further;
    }

    /** A chain of others; none where it cannot be listed or is not there. */
    private ChainListing chain(Rule.Mode mode, Rule.Chain chain, String name) {
        try {
            return ChainListing.parse(chain, run(mode, chain, List.of("-S", name)));
        } catch (Refused notListed) {
            return ChainListing.EMPTY;
        }
    }

    /**
     * What kube-proxy takes for no pod, in the words of its rules. They are many and change all the time, but this does not, so it is looked for no more
     * often than every few minutes; the Service of the API server is in every cluster, and where it is not, any other will do.
     */
    public List<String> strangersToServices(Rule.Mode mode) {
        long now = System.nanoTime();
        if (now - strangersDue >= 0) {
            strangers = findStrangers(mode);
            strangersDue = now + (strangers.isEmpty() ? SOON : SELDOM).toNanos();
        }
        return strangers;
    }

    private List<String> findStrangers(Rule.Mode mode) {
        var found = chain(mode, Rule.Chain.POSTROUTING, API_SERVER).masqueradesBut();
        if (!found.isEmpty()) {
            return found;
        }
        var services = chain(mode, Rule.Chain.POSTROUTING, "KUBE-SERVICES");
        var any = services.firstLedTo("KUBE-SVC-");
        found = services.masqueradesBut();
        return found.isEmpty() && any != null
                ? chain(mode, Rule.Chain.POSTROUTING, any).masqueradesBut()
                : found;
    }

    /** Whether the rule is in its chain, wherever. */
    private boolean isThere(Rule.Mode mode, Rule rule) {
        try {
            change(mode, rule, List.of("-C", rule.chain().hook));
            return true;
        } catch (Refused none) {
            return false;
        }
    }

    /** A rule of ours by its comment, in a chain in which iptables looks no further than to the first rule that it does not know. */
    private static List<SignedRule> signed(Rule rule) {
        try (var ruleset = Namespace.ruleset()) {
            var chain = rule.chain();
            return ruleset.signed(BaseChain.IPV4, chain.table, chain.hook, Rule.SIGNATURE).stream()
                    .filter(signed -> signed.text().equals(rule.comment()))
                    .toList();
        }
    }

    /**
     * Puts a rule into its chain, or what does nearly as much where the kernel does not know its target.
     *
     * @param place counted from 1, or {@link Repair.PutRule#AT_THE_END}
     */
    public void put(Rule.Mode mode, Rule rule, int place) {
        var how = place == Repair.PutRule.AT_THE_END
                ? List.of("-A", rule.chain().hook)
                : List.of("-I", rule.chain().hook, Integer.toString(place));
        try {
            change(mode, rule, how);
        } catch (Refused unknownTarget) {
            if (rule.orElse().equals(rule)) {
                throw unknownTarget;
            }
            change(mode, rule.orElse(), how);
        }
    }

    /** Takes one away. */
    public void delete(Rule.Mode mode, Rule rule) {
        try {
            change(mode, rule, List.of("-D", rule.chain().hook));
        } catch (Refused refused) {
            var signed = mode == Rule.Mode.NFT ? signed(rule) : List.<SignedRule>of();
            if (signed.isEmpty()) {
                throw refused;
            }
            try (var ruleset = Namespace.ruleset()) {
                var chain = rule.chain();
                ruleset.delete(
                        BaseChain.IPV4,
                        chain.table,
                        chain.hook,
                        signed.getFirst().handle());
            }
        }
    }

    private void change(Rule.Mode mode, Rule rule, List<String> how) {
        var arguments = new ArrayList<>(how);
        arguments.addAll(rule.words());
        run(mode, rule.chain(), arguments);
    }

    private String run(Rule.Mode mode, Rule.Chain chain, List<String> arguments) {
        var command = new ArrayList<>(loader);
        command.addAll(List.of(binary(mode).toString(), "iptables", "-w", LOCK_WAIT, "-t", chain.table));
        command.addAll(arguments);
        try {
            var outcome = Subprocess.run(command, PATIENCE);
            var attempt = "iptables (" + mode.text() + ") cannot do " + String.join(" ", arguments) + ": ";
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

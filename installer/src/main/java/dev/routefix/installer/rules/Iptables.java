package dev.routefix.installer.rules;

import dev.routefix.installer.config.IptablesMode;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.ChainListing;
import dev.routefix.installer.plan.Repair.ChangeRule;
import dev.routefix.installer.plan.Repair.DeleteRule;
import dev.routefix.installer.plan.Repair.PutRule;
import dev.routefix.installer.plan.Rule;
import dev.routefix.installer.rules.Xtables.Refused;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.SignedRule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kernel's packet filters, through the iptables that belongs to each of the two. */
public final class Iptables {

    private final Xtables xtables;
    private final KubeletMarks marks;
    private final KubeServices services;
    private Seen<Map<Rule.Chain, ChainListing>> nftListings = Seen.never(Map.of());

    public Iptables(Paths paths) {
        xtables = new Xtables(paths);
        marks = new KubeletMarks(xtables);
        services = new KubeServices(xtables);
    }

    /** What to tell a user whose image lacks it; empty if it is there. */
    public List<String> missing() {
        return xtables.missing();
    }

    /** The packet filter that rules have to go to. */
    public Rule.Mode detect(IptablesMode wanted) {
        return switch (wanted) {
            case NFT -> Rule.Mode.NFT;
            case LEGACY -> Rule.Mode.LEGACY;
            case AUTO -> marks.mode();
        };
    }

    /** What kube-proxy takes for no pod, in the words of its rules such as {@code ! -s 10.42.0.0/16}; empty where nothing of it is seen. */
    public List<String> strangersToServices(Rule.Mode mode) {
        return services.strangers(mode);
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

    /** Whether the chain is there to be looked into. */
    private boolean isInUse(Rule.Mode mode, Rule.Chain chain) {
        return switch (mode) {
            case NFT -> true;
            case LEGACY -> xtables.legacyTables("ip_tables_names").contains(chain.table);
        };
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

    /** All rules of every table that ours go to, as iptables lists them, in both packet filters. */
    public String text() {
        var text = new StringBuilder();
        for (var mode : Rule.Mode.values()) {
            for (var chain : List.of(Rule.Chain.FORWARD, Rule.Chain.POSTROUTING, Rule.Chain.MANGLE_FORWARD)) {
                if (isInUse(mode, chain)) {
                    text.append("--- ")
                            .append(mode.text())
                            .append(' ')
                            .append(chain.table)
                            .append('\n');
                    text.append(text(mode, chain));
                }
            }
        }
        return text.toString();
    }

    private String text(Rule.Mode mode, Rule.Chain chain) {
        try {
            return run(mode, chain, List.of("-S"));
        } catch (Refused refused) {
            return refused.getMessage() + "\n";
        }
    }

    /**
     * The rules of any chain, asked for when they are needed, as there may be thousands.
     *
     * @return none if there is no such chain
     */
    public List<Rule> rules(Rule.Mode mode, Rule.Chain table, String chain) {
        if (!isInUse(mode, table)) {
            return List.of();
        }
        return chain(mode, table, chain).further().getOrDefault(chain, List.of());
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
     * Changes a table by one run of iptables, which takes as long as for a single rule: all of it or nothing.
     *
     * @param changes of one table of one packet filter
     * @return false if that cannot be done; one by one, what can be done is, and what cannot has a name
     */
    public boolean changeTogether(List<ChangeRule> changes) {
        var first = changes.getFirst();
        var lines = new ArrayList<List<String>>();
        for (var change : changes) {
            lines.add(arguments(change.how(), change.rule()));
        }
        try {
            xtables.restore(first.mode(), first.rule().chain().table, lines);
            return true;
        } catch (HostProblem e) {
            return false;
        }
    }

    /** Puts a rule into its chain, or what does nearly as much where the kernel does not know its target. */
    public void put(PutRule put) {
        try {
            change(put.mode(), put.rule(), put.how());
        } catch (Refused unknownTarget) {
            var other = put.rule().orElse();
            if (other.equals(put.rule())) {
                throw unknownTarget;
            }
            change(put.mode(), other, put.how());
        }
    }

    /** Takes one away. */
    public void delete(DeleteRule delete) {
        var rule = delete.rule();
        try {
            change(delete.mode(), rule, delete.how());
        } catch (Refused refused) {
            var signed = delete.mode() == Rule.Mode.NFT ? signed(rule) : List.<SignedRule>of();
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
        run(mode, rule.chain(), arguments(how, rule));
    }

    private static List<String> arguments(List<String> how, Rule rule) {
        var arguments = new ArrayList<>(how);
        arguments.addAll(rule.words());
        return arguments;
    }

    private String run(Rule.Mode mode, Rule.Chain chain, List<String> arguments) {
        return xtables.iptables(mode, chain.table, arguments);
    }
}

package dev.routefix.installer.rules;

import dev.routefix.hostport.HostPorts;
import dev.routefix.installer.plan.NativeRules;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.SetElement;
import dev.routefix.netlink.nftables.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is in the kernel's nftables beside the tables of iptables, asked anew only when somebody has changed something. Nothing is changed by us. */
public final class Nftables {

    /** So many rules are read; who has more has them for single addresses, and what they make of others is not to be told. */
    private static final int MOST_RULES = 2000;

    /** Tables of iptables over nftables ({@code nft_table_builtin_find} of iptables). */
    private static final Set<String> OF_IPTABLES = Set.of("filter", "mangle", "nat", "raw", "security");

    /** How nft names sets that are written in a rule; nobody can change them later. */
    private static final String UNCHANGING = "__";

    private Seen<NativeRules> seen = Seen.never(NativeRules.NONE);

    /** The chains that forwarded packets of IPv4 come to. */
    public NativeRules read() {
        try (var ruleset = Namespace.ruleset()) {
            var now = ruleset.generation();
            if (now.isEmpty()) {
                return NativeRules.NONE;
            }
            if (!seen.isOf(now)) {
                // the number is older than the rules, so a change made in between shows the next time
                seen = new Seen<>(now, new Reading(ruleset).all());
            }
            return seen.value();
        }
    }

    private static final class Reading {

        private final Ruleset ruleset;
        private final Map<String, List<List<Expression>>> chains = new HashMap<>();
        private final Map<String, List<SetElement>> sets = new HashMap<>();
        private int count;

        Reading(Ruleset ruleset) {
            this.ruleset = ruleset;
        }

        NativeRules all() {
            var all = ruleset.baseChains();
            long nat = all.stream()
                    .filter(base -> isOfIptables(base) && base.table().equals("nat"))
                    .mapToLong(BaseChain::tableNumber)
                    .findFirst()
                    .orElse(0);
            var bases = all.stream()
                    .filter(base ->
                            !isOfIptables(base) && !base.table().equals(HostPorts.TABLE) && meetsForwarded(base))
                    .toList();
            bases.forEach(base -> chain(base, base.name()));
            return new NativeRules(bases, chains, sets, nat);
        }

        private static boolean isOfIptables(BaseChain base) {
            return base.family() == BaseChain.IPV4
                    && OF_IPTABLES.contains(base.table())
                    && base.name().equals(base.name().toUpperCase(Locale.ROOT));
        }

        private static boolean meetsForwarded(BaseChain base) {
            boolean filters = base.hook() == BaseChain.FORWARD;
            boolean rewrites =
                    base.hook() == BaseChain.POSTROUTING && base.type().equals("nat");
            return base.isAboutIpv4() && (filters || rewrites);
        }

        private void chain(BaseChain base, String name) {
            var key = NativeRules.key(base, name);
            if (chains.containsKey(key) || count > MOST_RULES) {
                return;
            }
            var rules = ruleset.rules(base.family(), base.table(), name);
            count += rules.size();
            chains.put(key, rules);
            for (var rule : rules) {
                for (var expression : rule) {
                    switch (expression) {
                        case Expression.Decide decide -> further(base, decide.verdict());
                        case Expression.Lookup lookup -> set(base, lookup.set());
                        default -> {
                            // leads nowhere
                        }
                    }
                }
            }
        }

        private void further(BaseChain base, Verdict verdict) {
            if (!verdict.chain().isEmpty()) {
                chain(base, verdict.chain());
            }
        }

        private void set(BaseChain base, String name) {
            var key = NativeRules.key(base, name);
            if (name.startsWith(UNCHANGING) && !sets.containsKey(key) && sets.size() < MOST_RULES) {
                var elements = ruleset.elements(base.family(), base.table(), name);
                sets.put(key, elements);
                elements.forEach(element -> {
                    var verdict = element.verdict();
                    if (verdict != null) {
                        further(base, verdict);
                    }
                });
            }
        }
    }
}

package dev.routefix.installer.rules;

import dev.routefix.installer.plan.Rule;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.namespace.Namespace;
import java.util.List;

/** Chains by which the kubelet marks the packet filter that a node's rules are in, as the project iptables-wrappers finds it. */
final class KubeletMarks {

    private static final List<String> MARKS = List.of("KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY");
    private static final String TABLE = "mangle";

    private final Xtables xtables;
    private Seen<Boolean> inNft = Seen.never(false);
    private boolean inLegacy;

    KubeletMarks(Xtables xtables) {
        this.xtables = xtables;
    }

    /** Marks in nft win, then those in legacy, and nft is the answer if there are none. */
    Rule.Mode mode() {
        return !areInNft() && areInLegacy() ? Rule.Mode.LEGACY : Rule.Mode.NFT;
    }

    private boolean areInNft() {
        try (var ruleset = Namespace.ruleset()) {
            var now = ruleset.generation();
            if (!inNft.isOf(now)) {
                inNft = new Seen<>(now, hasMarks(ruleset));
            }
            return inNft.value();
        }
    }

    private static boolean hasMarks(Ruleset ruleset) {
        for (var family : Family.values()) {
            for (var mark : MARKS) {
                if (ruleset.hasChain(family, TABLE, mark)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Legacy has no question as cheap as nft's. So it is asked until the marks are there once: kubelet never takes them away. */
    private boolean areInLegacy() {
        inLegacy = inLegacy
                || (xtables.legacyTables("ip_tables_names").contains(TABLE) && hasMarks("iptables-save"))
                || (xtables.legacyTables("ip6_tables_names").contains(TABLE) && hasMarks("ip6tables-save"));
        return inLegacy;
    }

    private boolean hasMarks(String save) {
        var saved = xtables.run(Rule.Mode.LEGACY, List.of(save, "-t", TABLE)).output();
        return MARKS.stream().anyMatch(mark -> saved.contains("\n:" + mark + " "));
    }
}

package dev.routefix.installer.rules;

import dev.routefix.installer.plan.ChainListing;
import dev.routefix.installer.plan.Rule;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.namespace.Namespace;
import java.time.Duration;
import java.util.List;

/**
 * What kube-proxy takes for no pod, in the words of its rules. These are many and change all the time, but this does not, so it is looked for only every few
 * minutes: at the Service of the API server, which is in every cluster, and where it is not seen, at any other.
 */
final class KubeServices {

    private static final String TABLE = "nat";
    private static final String SERVICES = "KUBE-SERVICES";
    private static final String SERVICE = "KUBE-SVC-";

    /** The chain of {@code default/kubernetes:https} ({@code servicePortChainName} of kube-proxy). */
    private static final String API_SERVER = "KUBE-SVC-NPX46M4PTMTKRN6Y";

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration SELDOM = Duration.ofMinutes(5);

    private final Xtables xtables;
    private List<String> strangers = List.of();
    private long due = System.nanoTime();

    KubeServices(Xtables xtables) {
        this.xtables = xtables;
    }

    /** Such as {@code ! -s 10.42.0.0/16}; empty where nothing of it is seen. */
    List<String> strangers(Rule.Mode mode) {
        long now = System.nanoTime();
        if (now - due >= 0 && areThere(mode)) {
            strangers = find(mode);
            due = now + (strangers.isEmpty() ? SOON : SELDOM).toNanos();
        }
        return strangers;
    }

    private boolean areThere(Rule.Mode mode) {
        return switch (mode) {
            case NFT -> {
                try (var ruleset = Namespace.ruleset()) {
                    yield ruleset.hasChain(Family.IPV4, TABLE, SERVICES);
                }
            }
            case LEGACY -> xtables.legacyTables("ip_tables_names").contains(TABLE);
        };
    }

    private List<String> find(Rule.Mode mode) {
        var found = chain(mode, API_SERVER).masqueradesBut();
        if (!found.isEmpty()) {
            return found;
        }
        // kube-proxy up to 1.23 has it here, a newer one in each Service's own chain
        var services = chain(mode, SERVICES);
        var any = services.firstLedTo(SERVICE);
        found = services.masqueradesBut();
        return found.isEmpty() && any != null ? chain(mode, any).masqueradesBut() : found;
    }

    private ChainListing chain(Rule.Mode mode, String name) {
        try {
            return ChainListing.parse(Rule.Chain.POSTROUTING, xtables.iptables(mode, TABLE, List.of("-S", name)));
        } catch (Xtables.Refused none) {
            return ChainListing.EMPTY;
        }
    }
}

package dev.routefix.installer.plan;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What can become of a packet in a chain of iptables, by what its rules say. What a rule makes depend on something that we do not know leaves more than one
 * fate; where there is but one, it is certain.
 */
final class Passage {

    /** Kernel and programs build no deeper. */
    private static final int DEEPEST = 16;

    /** Targets after which the next rule is asked. */
    private static final Set<String> GOES_ON = Set.of(
            "AUDIT",
            "CHECKSUM",
            "CLASSIFY",
            "CONNMARK",
            "CONNSECMARK",
            "CT",
            "DSCP",
            "ECN",
            "IDLETIMER",
            "LED",
            "LOG",
            "MARK",
            "NFLOG",
            "NOTRACK",
            "RATEEST",
            "SECMARK",
            "SET",
            "TCPMSS",
            "TEE",
            "TOS",
            "TRACE",
            "TTL",
            "ULOG");

    private static final Set<String> ENDS = Set.of(
            "ACCEPT", "DROP", "MASQUERADE", "NETMAP", "NFQUEUE", "QUEUE", "REDIRECT", "REJECT", "RETURN", "SNAT");

    private final Packet packet;
    private final Listing listing;

    private Passage(Packet packet, Listing listing) {
        this.packet = packet;
        this.listing = listing;
    }

    /** Whether iptables' {@code -j} names something of its own by that word, and no chain. */
    static boolean isTarget(String word) {
        return GOES_ON.contains(word) || ENDS.contains(word);
    }

    /** The possible ends in the whole chain, its policy included. */
    static Set<Fate> through(Packet packet, Listing listing) {
        var fates = new Passage(packet, listing).walk(listing.rules(), 0);
        if (fates.remove(Fate.RETURNED)) {
            fates.add(listing.policy().equals("DROP") ? Fate.DROPPED : Fate.PASSED);
        }
        return fates;
    }

    /** Whether one of these rules of the chain would make that of the packet, as far as it is about it. */
    static boolean isHarmed(Packet packet, Fate harm, Listing listing, List<Rule> rules) {
        var passage = new Passage(packet, listing);
        for (var rule : rules) {
            var step = Step.of(rule, packet);
            // a program's own chain knows whom it is for; that we cannot follow it does not make it a danger
            if (step.match() != Match.NO && passage.ends(step, 0).equals(Set.of(harm))) {
                return true;
            }
        }
        return false;
    }

    private EnumSet<Fate> walk(List<Rule> rules, int depth) {
        var fates = EnumSet.noneOf(Fate.class);
        for (var rule : rules) {
            var step = Step.of(rule, packet);
            if (step.match() == Match.NO) {
                continue;
            }
            var ends = ends(step, depth);
            // a jump comes back behind the rule that jumps, a goto behind the one that jumped to this chain
            boolean goesOn = ends.contains(Fate.RETURNED) && !step.leaves();
            if (goesOn) {
                ends.remove(Fate.RETURNED);
            }
            fates.addAll(ends);
            if (step.match() == Match.YES && !goesOn) {
                return fates;
            }
        }
        fates.add(Fate.RETURNED);
        return fates;
    }

    /** What the target makes of the packet; {@link Fate#RETURNED} where the next rule is asked. */
    private EnumSet<Fate> ends(Step step, int depth) {
        var target = step.target();
        if (target.isEmpty() || GOES_ON.contains(target.getFirst())) {
            return EnumSet.of(Fate.RETURNED);
        }
        return switch (target.getFirst()) {
            case "ACCEPT" -> EnumSet.of(Fate.PASSED);
            case "DROP", "REJECT" -> EnumSet.of(Fate.DROPPED);
            case "RETURN" -> EnumSet.of(Fate.RETURNED);
            case "MASQUERADE", "SNAT", "NETMAP" -> EnumSet.of(Rule.isAsItIs(target) ? Fate.PASSED : Fate.REWRITTEN);
            default -> further(target.getFirst(), depth);
        };
    }

    private EnumSet<Fate> further(String chain, int depth) {
        var rules = listing.further().get(chain);
        if (rules == null || depth > DEEPEST) {
            return EnumSet.of(Fate.PASSED, Fate.DROPPED, Fate.RETURNED);
        }
        return walk(rules, depth + 1);
    }
}

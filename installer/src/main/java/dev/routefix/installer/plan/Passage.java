package dev.routefix.installer.plan;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    private final ChainListing listing;

    private Passage(Packet packet, ChainListing listing) {
        this.packet = packet;
        this.listing = listing;
    }

    /** Whether iptables' {@code -j} names something of its own by that word, and no chain. */
    static boolean isTarget(String word) {
        return GOES_ON.contains(word) || ENDS.contains(word);
    }

    /** The possible fates in the whole chain, its policy included. */
    static Set<Fate> through(Packet packet, ChainListing listing) {
        var passage = new Passage(packet, listing);
        var fates = Step.walk(listing.rules(), rule -> passage.step(rule, 0));
        if (fates.remove(Fate.RETURNED)) {
            fates.add(listing.policy().equals("DROP") ? Fate.DROPPED : Fate.PASSED);
        }
        return fates;
    }

    /** The rule of the chain that ends the packet for certain; null if it is the policy. */
    static @Nullable Rule culprit(Packet packet, ChainListing listing) {
        return decisive(packet, listing, Fate.DROPPED);
    }

    /** The rule of the chain that lets the packet pass for certain; null if there is none. */
    static @Nullable Rule passing(Packet packet, ChainListing listing) {
        return decisive(packet, listing, Fate.PASSED);
    }

    private static @Nullable Rule decisive(Packet packet, ChainListing listing, Fate fate) {
        var passage = new Passage(packet, listing);
        for (var rule : listing.rules()) {
            var step = passage.step(rule, 0);
            if (step.match() == Match.YES && step.ends().equals(Set.of(fate))) {
                return rule;
            }
        }
        return null;
    }

    /** Whether one of these rules of the chain would make that of the packet, as far as it is about it. */
    static boolean isHarmed(Packet packet, Fate harm, ChainListing listing, List<Rule> rules) {
        var passage = new Passage(packet, listing);
        for (var rule : rules) {
            var step = passage.step(rule, 0);
            // a program's own chain knows whom it is for; that we cannot follow it does not make it a danger
            if (step.match() != Match.NO && step.ends().equals(Set.of(harm))) {
                return true;
            }
        }
        return false;
    }

    private Step step(Rule rule, int depth) {
        var meeting = Meeting.of(rule, packet);
        return meeting.match() == Match.NO
                ? Step.ON
                : new Step(meeting.match(), ends(meeting.target(), depth), meeting.leaves());
    }

    /** What the target makes of the packet. */
    private Set<Fate> ends(List<String> target, int depth) {
        if (target.isEmpty() || GOES_ON.contains(target.getFirst())) {
            return EnumSet.of(Fate.RETURNED);
        }
        return switch (target.getFirst()) {
            case "ACCEPT" -> EnumSet.of(Fate.PASSED);
            case "DROP", "REJECT" -> EnumSet.of(Fate.DROPPED);
            case "RETURN" -> EnumSet.of(Fate.RETURNED);
            case "MASQUERADE", "SNAT", "NETMAP" -> EnumSet.of(Rule.isAsItIs(target) ? Fate.PASSED : Fate.REWRITTEN);
            default -> {
                var rules = listing.further().get(target.getFirst());
                yield rules == null || depth > DEEPEST
                        ? EnumSet.of(Fate.PASSED, Fate.DROPPED, Fate.RETURNED)
                        : Step.walk(rules, rule -> step(rule, depth + 1));
            }
        };
    }
}

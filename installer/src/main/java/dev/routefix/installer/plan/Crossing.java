package dev.routefix.installer.plan;

import java.util.Set;

/**
 * What a chain of iptables makes of a packet, for people to read.
 *
 * @param passes false where it is dropped for certain
 * @param by the rule that decides, or the chain's policy
 */
public record Crossing(boolean passes, String by) {

    /** The chain as it is now. */
    public static Crossing of(Packet packet, ChainListing listing) {
        if (Passage.through(packet, listing).equals(Set.of(Fate.DROPPED))) {
            var culprit = Passage.culprit(packet, listing);
            return new Crossing(false, culprit == null ? policy(listing) : "the rule \"" + culprit + "\"");
        }
        var passing = Passage.passing(packet, listing);
        return new Crossing(true, passing == null ? policy(listing) : "the rule \"" + passing + "\"");
    }

    private static String policy(ChainListing listing) {
        return "the policy " + listing.policy();
    }
}

package dev.routefix.installer.plan;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What a rule, of whichever packet filter, makes of a packet.
 *
 * @param match whether it is about the packet
 * @param ends what can then become of it; {@link Fate#RETURNED} where the next rule is asked
 * @param leaves whether with {@link Fate#RETURNED} it is not the next rule of this chain, but of the one that led here
 */
record Step(Match match, Set<Fate> ends, boolean leaves) {

    /** The rule says nothing about the packet. */
    static final Step ON = new Step(Match.NO, Set.of(), false);

    /** What can become of a packet that meets some rules one after the other; {@link Fate#RETURNED} if it can come to their end. */
    static <R> EnumSet<Fate> walk(List<R> rules, Function<R, Step> meet) {
        var fates = EnumSet.noneOf(Fate.class);
        for (var rule : rules) {
            var step = meet.apply(rule);
            if (step.match() == Match.NO) {
                continue;
            }
            boolean goesOn = step.ends().contains(Fate.RETURNED) && !step.leaves();
            fates.addAll(step.ends());
            if (goesOn) {
                fates.remove(Fate.RETURNED);
            } else if (step.match() == Match.YES) {
                return fates;
            }
        }
        fates.add(Fate.RETURNED);
        return fates;
    }
}

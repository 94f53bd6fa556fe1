package dev.routefix.installer.plan;

import dev.routefix.installer.plan.Repair.DeleteRule;
import dev.routefix.installer.plan.Repair.PutRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The part of the plan about one built-in chain of a packet filter: ours are there once, where they have to be, and no others of ours are. */
final class RulePlan {

    private final Rule.Mode mode;
    private final ChainListing listing;
    private final List<WantedRule> wanted;
    private final List<Item> items = new ArrayList<>();

    /** The chain as it is after what is planned so far. */
    private final List<Rule> now;

    private RulePlan(Rule.Mode mode, ChainListing listing, List<WantedRule> wanted) {
        this.mode = mode;
        this.listing = listing;
        this.wanted = wanted;
        this.now = new ArrayList<>(listing.rules());
    }

    /** Every rule of ours, wanted or found; none where the chain could not be looked at. */
    static List<Item> between(Wanted wanted, Found found) {
        var items = new ArrayList<Item>();
        for (var chain : Rule.Chain.values()) {
            for (var mode : Rule.Mode.values()) {
                var listing = found.listing(mode, chain);
                if (listing != null) {
                    var target = mode == wanted.mode() ? wanted.rules() : List.<WantedRule>of();
                    var plan = new RulePlan(
                            mode,
                            listing,
                            target.stream()
                                    .filter(rule -> rule.rule().chain() == chain)
                                    .toList());
                    plan.wanted.forEach(plan::rule);
                    plan.others();
                    items.addAll(plan.items);
                }
            }
        }
        return items;
    }

    /** The chain of the packet filter in use as it is when all that is planned is done. */
    static ChainListing after(Wanted wanted, ChainListing listing, Rule.Chain chain) {
        var plan = new RulePlan(
                Rule.Mode.NFT,
                listing,
                wanted.rules().stream()
                        .filter(rule -> rule.rule().chain() == chain)
                        .toList());
        plan.wanted.forEach(plan::rule);
        plan.others();
        return new ChainListing(listing.policy(), plan.now, listing.further(), listing.unlisted());
    }

    /** Those of an earlier configuration or version, when what takes their place is there. */
    private void others() {
        for (var other : listing.rules()) {
            if (other.isOurs() && wanted.stream().noneMatch(rule -> rule.isMetBy(other))) {
                var name = other.chain() + " rule (" + mode.text() + ")";
                items.add(new Item(name, "none", other.toString(), List.of(delete(other))));
            }
        }
    }

    private void rule(WantedRule rule) {
        var copies = now.stream().filter(rule::isMetBy).toList();
        boolean met = !copies.isEmpty() && isInPlace(rule, now.indexOf(copies.getFirst()));
        var repairs = new ArrayList<Repair>();
        for (var copy : met ? copies.subList(1, copies.size()) : copies) {
            repairs.add(delete(copy));
        }
        var state =
                met ? (repairs.isEmpty() ? "as wanted" : "more than one") : repairs.isEmpty() ? "missing" : "misplaced";
        if (!met) {
            // after the old ones, because iptables deletes the first that looks the same, which would be the new one
            repairs.add(put(rule));
        }
        if (listing.unlisted() != null && met) {
            state = "somewhere";
        }
        items.add(new Item(
                rule.rule().chain() + " rule", String.join(" ", rule.rule().words()), state, repairs));
    }

    private boolean isInPlace(WantedRule rule, int at) {
        if (listing.unlisted() != null) {
            return true;
        }
        var before = now.subList(0, at);
        return switch (rule.place()) {
            case Place.First _ -> before.stream().allMatch(this::isToBeFirst);
            case Place.Before(var packet, var harm) -> !Passage.isHarmed(packet, harm, listing, before);
            case Place.Last _ -> before.stream().noneMatch(RulePlan::dropsAll);
        };
    }

    /** Of several networks each has one that comes before those of others. */
    private boolean isToBeFirst(Rule rule) {
        return wanted.stream().anyMatch(other -> other.place() instanceof Place.First && other.isMetBy(rule));
    }

    private static boolean dropsAll(Rule rule) {
        return Meeting.isAboutAll(rule)
                && Set.of("DROP", "REJECT")
                        .contains(rule.words().get(rule.words().indexOf("-j") + 1));
    }

    private Repair delete(Rule rule) {
        now.remove(rule);
        return new DeleteRule(mode, rule);
    }

    private Repair put(WantedRule rule) {
        int at = switch (rule.place()) {
            case Place.First _, Place.Before _ -> 0;
            case Place.Last _ -> {
                int end = 0;
                while (end < now.size() && !dropsAll(now.get(end))) {
                    end++;
                }
                yield end;
            }
        };
        int place = at == now.size() && at > 0 ? PutRule.AT_THE_END : at + 1;
        now.add(at, rule.rule());
        return new PutRule(mode, rule.rule(), place);
    }
}

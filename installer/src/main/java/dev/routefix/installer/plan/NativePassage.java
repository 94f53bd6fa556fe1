package dev.routefix.installer.plan;

import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.Expression.Bitwise;
import dev.routefix.netlink.nftables.Expression.Compare;
import dev.routefix.netlink.nftables.Expression.Decide;
import dev.routefix.netlink.nftables.Expression.Load;
import dev.routefix.netlink.nftables.Expression.Lookup;
import dev.routefix.netlink.nftables.Expression.Other;
import dev.routefix.netlink.nftables.Expression.Pass;
import dev.routefix.netlink.nftables.Expression.Reject;
import dev.routefix.netlink.nftables.Expression.Rewrite;
import dev.routefix.netlink.nftables.Verdict;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The same as {@link Passage} for a chain of nftables: its rules are small programs that compare what a packet has with what they are about. */
final class NativePassage {

    /** {@code NFT_JUMP_STACK_SIZE} */
    private static final int DEEPEST = 16;

    private static final Set<Fate> UNKNOWN = Set.of(Fate.PASSED, Fate.DROPPED, Fate.RETURNED);

    private final PacketFacts facts;
    private final BaseChain base;
    private final NativeRules rules;

    private NativePassage(PacketFacts facts, BaseChain base, NativeRules rules) {
        this.facts = facts;
        this.base = base;
        this.rules = rules;
    }

    /** The possible fates in the whole chain, its policy included. */
    static Set<Fate> through(PacketFacts facts, BaseChain base, NativeRules rules) {
        var fates = EnumSet.copyOf(new NativePassage(facts, base, rules).chain(base.name(), 0));
        if (fates.remove(Fate.RETURNED)) {
            fates.add(base.drops() ? Fate.DROPPED : Fate.PASSED);
        }
        return fates;
    }

    private Set<Fate> chain(String name, int depth) {
        var chain = rules.rules(base, name);
        return chain == null || depth > DEEPEST ? UNKNOWN : Step.walk(chain, rule -> step(rule, depth));
    }

    private Step step(List<Expression> rule, int depth) {
        var registers = new HashMap<Integer, ByteBuffer>();
        var match = Match.YES;
        for (var expression : rule) {
            switch (expression) {
                case Load load -> {
                    if (facts.lacks(load)) {
                        return Step.ON;
                    }
                    put(registers, load.register(), facts.of(load));
                }
                case Bitwise bitwise -> put(registers, bitwise.to(), result(bitwise, registers.get(bitwise.from())));
                case Compare compare -> match = match.and(match(compare, registers.get(compare.register())));
                case Lookup lookup
                when lookup.gives() -> {
                    return given(lookup, registers.get(lookup.register()), match, depth);
                }
                case Lookup lookup -> match = match.and(match(lookup, registers.get(lookup.register())));
                case Decide decide -> {
                    return step(match, decide.verdict(), depth);
                }
                case Reject _ -> {
                    return new Step(match, Set.of(Fate.DROPPED), false);
                }
                case Rewrite _ -> {
                    return new Step(match, Set.of(Fate.REWRITTEN), false);
                }
                case Pass _ -> {
                    // on to the next
                }
                case Other _ -> {
                    match = match.and(Match.MAYBE);
                    registers.clear();
                }
            }
            if (match == Match.NO) {
                return Step.ON;
            }
        }
        return new Step(match, Set.of(Fate.RETURNED), false);
    }

    private static void put(Map<Integer, ByteBuffer> registers, int register, @Nullable ByteBuffer value) {
        if (value == null) {
            registers.remove(register);
        } else {
            registers.put(register, value);
        }
    }

    private static @Nullable ByteBuffer result(Bitwise bitwise, @Nullable ByteBuffer from) {
        if (from == null
                || from.remaining() != bitwise.mask().remaining()
                || from.remaining() != bitwise.xor().remaining()) {
            return null;
        }
        var to = ByteBuffer.allocate(from.remaining());
        for (int at = 0; at < from.remaining(); at++) {
            to.put(at, (byte)
                    ((from.get(at) & bitwise.mask().get(at)) ^ bitwise.xor().get(at)));
        }
        return to;
    }

    /** A name may be compared with how it begins. */
    private static Match match(Compare compare, @Nullable ByteBuffer value) {
        int length = compare.data().remaining();
        if (value == null || value.remaining() < length) {
            return Match.MAYBE;
        }
        return Match.of(value.slice(0, length).equals(compare.data()) == compare.equal());
    }

    private Match match(Lookup lookup, @Nullable ByteBuffer value) {
        var elements = rules.elements(base, lookup.set());
        if (value == null || elements == null) {
            return Match.MAYBE;
        }
        for (var element : elements) {
            if (element.key().remaining() != value.remaining()) {
                return Match.MAYBE;
            }
            if (element.key().equals(value)) {
                return Match.of(!lookup.inverted());
            }
        }
        return Match.of(lookup.inverted());
    }

    /** A map from what a packet has to what becomes of it. */
    private Step given(Lookup lookup, @Nullable ByteBuffer value, Match match, int depth) {
        var elements = rules.elements(base, lookup.set());
        if (value == null || elements == null) {
            return new Step(Match.MAYBE, UNKNOWN, false);
        }
        for (var element : elements) {
            var verdict = element.verdict();
            if (element.key().remaining() != value.remaining()) {
                return new Step(Match.MAYBE, UNKNOWN, false);
            }
            if (element.key().equals(value) && verdict != null) {
                return step(match, verdict, depth);
            }
        }
        return Step.ON;
    }

    private Step step(Match match, Verdict verdict, int depth) {
        return switch (verdict.code()) {
            case Verdict.ACCEPT -> new Step(match, Set.of(Fate.PASSED), false);
            case Verdict.DROP -> new Step(match, Set.of(Fate.DROPPED), false);
            case Verdict.CONTINUE, Verdict.BREAK -> new Step(match, Set.of(Fate.RETURNED), false);
            case Verdict.RETURN -> new Step(match, Set.of(Fate.RETURNED), true);
            case Verdict.JUMP -> new Step(match, chain(verdict.chain(), depth + 1), false);
            case Verdict.GOTO -> new Step(match, chain(verdict.chain(), depth + 1), true);
            // a program is asked
            default -> new Step(match, UNKNOWN, false);
        };
    }
}

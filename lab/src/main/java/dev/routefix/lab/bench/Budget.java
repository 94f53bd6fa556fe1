package dev.routefix.lab.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What a figure has to keep to. */
sealed interface Budget {
    /**
     * Whether a figure of this value does.
     *
     * @param peer the peer's value; a budget that needs one is not kept without
     */
    boolean keeps(double value, OptionalDouble peer);

    /** Its value, in its own unit. */
    record AtMost(double bound) implements Budget {
        @Override
        public boolean keeps(double value, OptionalDouble peer) {
            return value <= bound;
        }

        @Override
        public String toString() {
            return "≤ " + Figure.rounded(bound);
        }
    }

    /** Its value, in its own unit, and so much more than the peer's. */
    record AtMostAbovePeer(double more) implements Budget {
        @Override
        public boolean keeps(double value, OptionalDouble peer) {
            return peer.isPresent() && value <= peer.getAsDouble() + more;
        }

        @Override
        public String toString() {
            return "≤ peer + " + Figure.rounded(more);
        }
    }

    /** Its ratio to the peer. */
    record RatioAtMost(double bound) implements Budget {
        @Override
        public boolean keeps(double value, OptionalDouble peer) {
            return peer.isPresent() && value / peer.getAsDouble() <= bound;
        }

        @Override
        public String toString() {
            return "≤ " + Figure.rounded(bound) + " ×";
        }
    }

    /** Its ratio to the peer, where more is better. */
    record RatioAtLeast(double bound) implements Budget {
        @Override
        public boolean keeps(double value, OptionalDouble peer) {
            return peer.isPresent() && value / peer.getAsDouble() >= bound;
        }

        @Override
        public String toString() {
            return "≥ " + Figure.rounded(bound) + " ×";
        }
    }

    /** Each of several. */
    record All(List<Budget> budgets) implements Budget {
        public All {
            budgets = List.copyOf(budgets);
        }

        @Override
        public boolean keeps(double value, OptionalDouble peer) {
            return budgets.stream().allMatch(budget -> budget.keeps(value, peer));
        }

        @Override
        public String toString() {
            return budgets.stream().map(Budget::toString).collect(Collectors.joining(", "));
        }
    }
}

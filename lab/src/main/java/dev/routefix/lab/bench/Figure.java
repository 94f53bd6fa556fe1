package dev.routefix.lab.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the report.
 *
 * @param name as in report.json
 * @param value the median where there were several runs
 * @param p95 of the same runs
 * @param runs how often it was measured
 */
record Figure(
        String name,
        double value,
        String unit,
        OptionalDouble p95,
        int runs,
        Optional<Peer> peer,
        Optional<Budget> budget) {
    private static final MathContext DIGITS = new MathContext(3);

    /** What it is measured beside. */
    record Peer(String name, double value) {}

    /** The median of a sample. */
    static Figure of(String name, Sample sample, String unit) {
        return new Figure(
                name,
                sample.median(),
                unit,
                OptionalDouble.of(sample.p95()),
                sample.runs(),
                Optional.empty(),
                Optional.empty());
    }

    /** Something that is known after one look. */
    static Figure of(String name, double value, String unit) {
        return new Figure(name, value, unit, OptionalDouble.empty(), 1, Optional.empty(), Optional.empty());
    }

    Figure called(String other) {
        return new Figure(other, value, unit, p95, runs, peer, budget);
    }

    Figure beside(String peerName, double peerValue) {
        return new Figure(name, value, unit, p95, runs, Optional.of(new Peer(peerName, peerValue)), budget);
    }

    Figure within(Budget wanted) {
        return new Figure(name, value, unit, p95, runs, peer, Optional.of(wanted));
    }

    /** Its value over the peer's, where that is not nothing. */
    OptionalDouble ratio() {
        return peer.filter(each -> each.value() != 0)
                .map(each -> OptionalDouble.of(value / each.value()))
                .orElseGet(OptionalDouble::empty);
    }

    /** Whether the budget is kept; true where there is none. */
    boolean ok() {
        OptionalDouble theirs =
                peer.map(each -> OptionalDouble.of(each.value())).orElseGet(OptionalDouble::empty);
        return budget.map(wanted -> wanted.keeps(value, theirs)).orElse(true);
    }

    /** Three digits, without an exponent: 0.551, 12.3, 1130. */
    static String rounded(double number) {
        if (Math.abs(number) >= 1000 || number == 0) {
            return Long.toString(Math.round(number));
        }
        return new BigDecimal(number).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}

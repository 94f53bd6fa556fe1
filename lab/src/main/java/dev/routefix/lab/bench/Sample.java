package dev.routefix.lab.bench;

import java.util.Arrays;
import java.util.List;

/** Values of one kind that were measured one after the other, as a distribution. */
final class Sample {
    private static final double MEDIAN = 50;
    private static final double TAIL = 95;
    private static final double ALL = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private final double[] sorted;

    private Sample(double[] sorted) {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a sample of nothing");
        }
        this.sorted = sorted;
    }

    static Sample of(List<Double> values) {
        return new Sample(
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    /** In milliseconds, from nanoseconds. */
    static Sample ofNanos(List<Long> values) {
        return new Sample(values.stream()
                .mapToDouble(nanos -> nanos / NANOS_PER_MILLI)
                .sorted()
                .toArray());
    }

    int runs() {
        return sorted.length;
    }

    double median() {
        return percentile(MEDIAN);
    }

    double p95() {
        return percentile(TAIL);
    }

    /** Between two neighbours in proportion, as most programs have it (R's type 7). */
    double percentile(double percent) {
        double place = percent / ALL * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}

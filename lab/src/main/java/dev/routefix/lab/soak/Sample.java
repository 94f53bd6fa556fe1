package dev.routefix.lab.soak;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One look at the appliance while pods come and go.
 *
 * @param at since the beginning
 * @param calls made so far
 * @param memory in bytes
 */
record Sample(Duration at, long calls, int files, int threads, long memory) {
    private static final long QUARTERS = 4;

    /** The mean of the memory in one quarter of the time, counted from 1, in bytes. */
    static OptionalDouble memory(List<Sample> samples, int quarter, Duration whole) {
        Duration from = whole.multipliedBy(quarter - 1L).dividedBy(QUARTERS);
        Duration to = whole.multipliedBy(quarter).dividedBy(QUARTERS);
        return samples.stream()
                .filter(sample ->
                        sample.at().compareTo(from) >= 0 && sample.at().compareTo(to) < 0)
                .mapToLong(Sample::memory)
                .average();
    }
}

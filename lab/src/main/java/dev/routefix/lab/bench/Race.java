package dev.routefix.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures several things by turns, A B A B, so that whatever else the machine does meets all of them alike. */
final class Race {
    private final Map<String, LongSupplier> runners = new LinkedHashMap<>();

    /** Adds one to the end of each round: does its work once and says how many nanoseconds that took. */
    Race with(String name, LongSupplier runner) {
        if (runners.put(name, runner) != null) {
            throw new IllegalArgumentException("two runners are called " + name);
        }
        return this;
    }

    /** What each runner took, in milliseconds. */
    record Times(Map<String, Sample> samples) {
        Times {
            samples = Map.copyOf(samples);
        }

        Sample of(String runner) {
            Sample sample = samples.get(runner);
            if (sample == null) {
                throw new IllegalArgumentException("no runner '" + runner + "', only " + samples.keySet());
            }
            return sample;
        }
    }

    /** Runs all of them in turn. The first rounds are run but not counted. */
    Times run(int uncounted, int rounds) {
        Map<String, List<Long>> nanos = new LinkedHashMap<>();
        runners.keySet().forEach(name -> nanos.put(name, new ArrayList<>()));
        for (int round = -uncounted; round < rounds; round++) {
            for (Map.Entry<String, LongSupplier> runner : runners.entrySet()) {
                long taken = runner.getValue().getAsLong();
                if (round >= 0) {
                    nanos.getOrDefault(runner.getKey(), List.of()).add(taken);
                }
            }
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        nanos.forEach((name, each) -> samples.put(name, Sample.ofNanos(each)));
        return new Times(samples);
    }
}

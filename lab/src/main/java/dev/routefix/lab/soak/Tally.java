package dev.routefix.lab.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was called, how it ended, and what should not have. */
final class Tally {
    private static final int TOLD = 20;

    private final SortedMap<String, SortedMap<String, Long>> calls = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private long untold;

    synchronized void count(String what, String kind) {
        calls.computeIfAbsent(what, _ -> new TreeMap<>()).merge(kind, 1L, Long::sum);
    }

    /** The first are told, the rest are counted. */
    synchronized void fault(String what) {
        if (faults.size() < TOLD) {
            faults.add(what);
        } else {
            untold++;
        }
    }

    synchronized long total() {
        return calls.values().stream()
                .flatMap(kinds -> kinds.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    synchronized Map<String, SortedMap<String, Long>> calls() {
        SortedMap<String, SortedMap<String, Long>> copy = new TreeMap<>();
        calls.forEach((what, kinds) -> copy.put(what, new TreeMap<>(kinds)));
        return copy;
    }

    synchronized List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        if (untold > 0) {
            all.add("and " + untold + " more");
        }
        return all;
    }
}

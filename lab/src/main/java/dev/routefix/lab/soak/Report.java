package dev.routefix.lab.soak;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a soak saw.
 *
 * @param calls by what was called and how it ended
 * @param samples in the order of time
 * @param faults calls that ended as they must not
 * @param leaks what is not as it was before
 * @param peak the most that any of the containers was ever charged, in bytes
 * @param oomKills in all of them
 */
public record Report(
        Options options,
        Map<String, SortedMap<String, Long>> calls,
        List<Sample> samples,
        List<String> faults,
        List<String> leaks,
        long peak,
        long oomKills) {
    private static final double MEBIBYTE = 1 << 20;
    private static final double MILLIS = 1000;
    /** Before that a JVM still compiles what it does. */
    private static final Duration LONG = Duration.ofMinutes(4);

    private static final double FLAT = 1.1;

    public Report {
        calls = Map.copyOf(calls);
        samples = List.copyOf(samples);
        faults = List.copyOf(faults);
        leaks = List.copyOf(leaks);
    }

    /** All that is wrong. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(faults);
        all.addAll(leaks);
        if (oomKills > 0) {
            all.add(oomKills + " processes were killed because the memory limit left no room");
        }
        if (options.duration().compareTo(LONG) >= 0 && memory(4) > memory(2) * FLAT) {
            all.add("memory grows: " + mebibytes(memory(2)) + " MiB in the second quarter, " + mebibytes(memory(4))
                    + " MiB in the last");
        }
        return all;
    }

    private double memory(int quarter) {
        return Sample.memory(samples, quarter, options.duration()).orElse(0);
    }

    private long total() {
        return calls.values().stream()
                .flatMap(kinds -> kinds.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * {@code {"seconds","parallel","kills","calls":{what:{kind:count}},"memory":{"secondQuarter","lastQuarter","peak"} in MiB,"oomKills",
     * "samples":[{"seconds","calls","fds","threads","memory"}],"faults":[],"leaks":[],"problems":[],"ok"}}.
     */
    ObjectNode json() {
        ObjectNode tree = JsonNodeFactory.instance
                .objectNode()
                .put("seconds", options.duration().toSeconds())
                .put("parallel", options.parallel())
                .put("kills", options.kills())
                .put("total", total());
        ObjectNode called = tree.putObject("calls");
        calls.keySet().stream().sorted().forEach(what -> {
            ObjectNode kinds = called.putObject(what);
            requireNonNull(calls.get(what)).forEach(kinds::put);
        });
        tree.putObject("memory")
                .put("secondQuarter", memory(2) / MEBIBYTE)
                .put("lastQuarter", memory(4) / MEBIBYTE)
                .put("peak", peak / MEBIBYTE);
        tree.put("oomKills", oomKills);
        ArrayNode over = tree.putArray("samples");
        samples.forEach(sample -> over.addObject()
                .put("seconds", sample.at().toMillis() / MILLIS)
                .put("calls", sample.calls())
                .put("fds", sample.files())
                .put("threads", sample.threads())
                .put("memory", sample.memory() / MEBIBYTE));
        faults.forEach(tree.putArray("faults")::add);
        leaks.forEach(tree.putArray("leaks")::add);
        problems().forEach(tree.putArray("problems")::add);
        return tree.put("ok", problems().isEmpty());
    }

    /** For a reader. */
    String text() {
        StringBuilder text = new StringBuilder();
        calls.keySet().stream().sorted().forEach(what -> {
            StringBuilder kinds = new StringBuilder();
            requireNonNull(calls.get(what))
                    .forEach((kind, count) -> kinds.append(kinds.isEmpty() ? "" : ", ")
                            .append(count)
                            .append(' ')
                            .append(kind));
            text.append("  %-40s %s%n".formatted(what, kinds));
        });
        text.append("  %-40s %d%n".formatted("all calls", total()));
        text.append("  %-40s second quarter %s MiB, last %s MiB; peak with cached files %s MiB; OOM kills %d%n"
                .formatted("memory", mebibytes(memory(2)), mebibytes(memory(4)), mebibytes((double) peak), oomKills));
        problems().forEach(problem -> text.append("  ").append(problem).append('\n'));
        return text.toString();
    }

    static String mebibytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / MEBIBYTE);
    }

    /** Writes report.json into a directory, which is made if need be. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("report.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
    }
}

package dev.routefix.installer.trace;

import dev.routefix.cni.Json;
import dev.routefix.installer.trace.Hop.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of a packet and of its answer.
 *
 * @param title from whom to whom
 * @param hops in order; those after the one where it is lost are not there
 */
public record Trace(String title, List<Hop> hops) {

    private static final int WIDTH = 100;

    private static final String WAY = "    |  ";
    private static final String WORD = "ok    ";

    /** Cut off behind the hop where the packet is lost. */
    public Trace {
        int end = 0;
        while (end < hops.size() && lostAt(hops.get(end)) == null) {
            end++;
        }
        hops = List.copyOf(hops.subList(0, Math.min(end + 1, hops.size())));
    }

    private static @Nullable Step lostAt(Hop hop) {
        return hop.steps().stream().filter(step -> !step.passes()).findFirst().orElse(null);
    }

    /** Whether the packet arrives and its answer comes back. */
    public boolean arrives() {
        return lost().isEmpty();
    }

    private String lost() {
        var last = hops.getLast();
        var step = lostAt(last);
        return step == null ? "" : last.place() + ": " + step.what();
    }

    /** Drawn, in lines of a hundred characters at most. */
    public String text() {
        var text = new StringBuilder(title).append("\n\n");
        for (int at = 0; at < hops.size(); at++) {
            wrap(text, "  ", "  ", hops.get(at).place());
            for (var step : hops.get(at).steps()) {
                wrap(text, WAY + (step.passes() ? WORD : "LOST  "), WAY + " ".repeat(WORD.length()), step.what());
                if (!step.passes()) {
                    break;
                }
            }
            text.append(at + 1 < hops.size() ? "    v\n" : arrives() ? "" : "    X\n");
        }
        wrap(text.append('\n'), "", "", arrives() ? "it arrives, and the answer comes back" : "lost at " + lost());
        return text.toString();
    }

    private static void wrap(StringBuilder text, String first, String next, String words) {
        var line = new StringBuilder(first);
        for (var word : words.split(" ", -1)) {
            boolean begins = line.length() == first.length() || line.length() == next.length();
            if (!begins && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(next);
                begins = true;
            }
            line.append(begins ? "" : " ").append(word);
        }
        text.append(line).append('\n');
    }

    /** For programs: {@code arrives}, {@code lost}, and {@code hops} with {@code place} and {@code steps} of {@code passes} and {@code what} (docs/operations.md). */
    public String json() {
        var list = new ArrayList<Map<String, Object>>();
        for (var hop : hops) {
            var steps = new ArrayList<Map<String, Object>>();
            for (var step : hop.steps()) {
                steps.add(Map.of("passes", step.passes(), "what", step.what()));
            }
            var members = new LinkedHashMap<String, Object>();
            members.put("place", hop.place());
            members.put("steps", steps);
            list.add(members);
        }
        var object = new LinkedHashMap<String, Object>();
        object.put("arrives", arrives());
        object.put("lost", lost());
        object.put("hops", list);
        return Json.print(object);
    }
}

package dev.routefix.lab.console;

import java.util.List;
import java.util.stream.Stream;

/** The last lines of a log, which mostly say why something failed. */
public final class LogEnd {
    private LogEnd() {}

    /** Under a heading that names {@code who} wrote them. */
    public static String of(String who, Stream<String> log, int lines) {
        List<String> all = log.toList();
        return "--- " + who + ":\n" + String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
}

package dev.routefix.installer.log;

import dev.routefix.cni.Json;
import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;

/** The appliance's log: one line per event on standard error, with time, level and text, for people or for programs. */
public final class Log {

    /** So many lines are remembered for whoever asks the process. */
    private static final int REMEMBERED = 100;

    private final PrintStream out;
    private final LogLevel level;
    private final LogFormat format;
    private final Clock clock;
    private final ArrayDeque<String> last = new ArrayDeque<>();

    public Log(PrintStream out, LogLevel level, LogFormat format, Clock clock) {
        this.out = out;
        this.level = level;
        this.format = format;
        this.clock = clock;
    }

    public void error(String text) {
        line(LogLevel.ERROR, text);
    }

    public void warn(String text) {
        line(LogLevel.WARN, text);
    }

    public void info(String text) {
        line(LogLevel.INFO, text);
    }

    public void debug(String text) {
        line(LogLevel.DEBUG, text);
    }

    private void line(LogLevel of, String text) {
        if (of.compareTo(level) <= 0) {
            var time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
            var line = time + " " + of.text() + " " + text.replace('\n', ' ');
            out.println(format == LogFormat.JSON ? json(time, of, text) : line);
            remember(line);
        }
    }

    private static String json(String time, LogLevel of, String text) {
        var object = new LinkedHashMap<String, String>();
        object.put("time", time);
        object.put("level", of.text());
        object.put("message", text);
        return Json.write(object);
    }

    private void remember(String line) {
        synchronized (last) {
            if (last.size() == REMEMBERED) {
                last.removeFirst();
            }
            last.addLast(line);
        }
    }

    /** The last lines, the newest last. */
    public String tail() {
        synchronized (last) {
            return String.join("\n", last) + "\n";
        }
    }
}

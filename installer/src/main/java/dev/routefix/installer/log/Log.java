package dev.routefix.installer.log;

import dev.routefix.installer.config.LogLevel;
import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Locale;

/** The appliance's log: one line per event on standard error, with time, level and text. */
public final class Log {

    /** So many lines are remembered for whoever asks the process. */
    private static final int REMEMBERED = 100;

    private final PrintStream out;
    private final LogLevel level;
    private final Clock clock;
    private final ArrayDeque<String> last = new ArrayDeque<>();

    public Log(PrintStream out, LogLevel level, Clock clock) {
        this.out = out;
        this.level = level;
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
            var time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var line = time + " " + of.name().toLowerCase(Locale.ROOT) + " " + text.replace('\n', ' ');
            out.println(line);
            remember(line);
        }
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

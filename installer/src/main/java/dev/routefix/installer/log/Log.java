package dev.routefix.installer.log;

import dev.routefix.installer.config.LogLevel;
import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The appliance's log: one line per event on standard error, with time, level and text. */
public final class Log {

    private final PrintStream out;
    private final LogLevel level;
    private final Clock clock;

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
            out.println(time + " " + of.name().toLowerCase(Locale.ROOT) + " " + text.replace('\n', ' '));
        }
    }
}

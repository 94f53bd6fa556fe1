package dev.routefix.lab.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Tells what is going on, one line at a time with the seconds since the start; colours are for terminals only. */
final class Progress {
    private static final double MILLIS = 1000;

    private final PrintStream out;
    private final Ink ink;
    private final long start = System.nanoTime();

    Progress(PrintStream out, Ink ink) {
        this.out = out;
        this.ink = ink;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    void say(String text) {
        out.println(ink.faint(String.format(Locale.ROOT, "%7.1f s  ", elapsed().toMillis() / MILLIS)) + text);
    }

    void heading(String text) {
        out.println();
        say(ink.bold(text));
    }

    /** Says what is about to be done, and does it. */
    <T> T step(String what, Supplier<T> work) {
        say(what);
        return work.get();
    }

    void step(String what, Runnable work) {
        say(what);
        work.run();
    }

    /** Text as it is, after an empty line. */
    void print(String text) {
        out.println();
        out.println(text);
    }
}

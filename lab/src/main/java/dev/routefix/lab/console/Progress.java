package dev.routefix.lab.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Tells what is going on, one line at a time with the seconds since the start; colours are for terminals only. */
public final class Progress {
    private static final double MILLIS = 1000;

    private final PrintStream out;
    private final Ink ink;
    private final long start = System.nanoTime();

    public Progress(PrintStream out, Ink ink) {
        this.out = out;
        this.ink = ink;
    }

    /** On standard output, in UTF-8 whatever the locale: a build machine's is often C. */
    public static Progress onStandardOutput(Ink ink) {
        return new Progress(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8), ink);
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    public void say(String text) {
        out.println(ink.faint(String.format(Locale.ROOT, "%7.1f s  ", elapsed().toMillis() / MILLIS)) + text);
    }

    public void heading(String text) {
        out.println();
        say(ink.bold(text));
    }

    /** Says what is about to be done, and does it. */
    public <T> T step(String what, Supplier<T> work) {
        say(what);
        return work.get();
    }

    public void step(String what, Runnable work) {
        say(what);
        work.run();
    }

    /** Text as it is, after an empty line. */
    public void print(String text) {
        out.println();
        out.println(text);
    }
}

package dev.routefix.lab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process left running, with the file that holds what it says. Closing it ends it and everything it started. */
public final class Background implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final List<String> argv;
    private final Process process;
    private final Path log;

    Background(List<String> argv, Process process, Path log) {
        this.argv = argv;
        this.process = process;
        this.log = log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Path logFile() {
        return log;
    }

    /** Everything it wrote so far, standard output and standard error in one. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says {@code text}; fails with its log if it ends before or takes longer than {@code bound}. */
    public void awaitLog(String text, Duration bound) {
        await("says '" + text + "'", bound, () -> log().contains(text));
    }

    /** Waits for a condition this process brings about; fails with its log if it ends before or takes too long. */
    public void await(String what, Duration bound, Poll.Condition condition) {
        boolean met = Poll.isTrue(bound, () -> condition.holds() || !isAlive());
        if (!met || !condition.holds()) {
            String state = isAlive() ? "not within " + bound + ": " : "it ended before: ";
            throw new CommandFailed(argv, state + what, new Output(-1, "", log()));
        }
    }

    /** Asks it to end and waits; the exit code. */
    public int stop(Duration grace) {
        process.destroy();
        return exit(grace);
    }

    /** Waits for its end and leaves it alone; whether it ended within {@code bound}. */
    public boolean ends(Duration bound) {
        try {
            return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for its end; the exit code. What does not end within {@code bound} is killed. */
    public int exit(Duration bound) {
        try {
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                Processes.killTree(process.toHandle());
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            Processes.killTree(process.toHandle());
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        stop(GRACE);
        children.forEach(ProcessHandle::destroyForcibly);
    }
}

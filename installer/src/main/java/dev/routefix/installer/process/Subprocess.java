package dev.routefix.installer.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.LogOutputStream;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.jspecify.annotations.Nullable;

/** Another program run by us. The only user of Commons Exec. */
public final class Subprocess {

    /** How a program ended. */
    public record Outcome(int exitCode, String output, String errors) {}

    private final CommandLine command;
    private final DefaultExecutor executor = DefaultExecutor.builder().get();
    private final CountDownLatch launched = new CountDownLatch(1);
    private volatile @Nullable Process process;

    private Subprocess(List<String> arguments) {
        command = new CommandLine(arguments.getFirst());
        for (var argument : arguments.subList(1, arguments.size())) {
            command.addArgument(argument, false);
        }
        executor.setExitValues(null);
        executor.setProcessDestroyer(new ProcessDestroyer() {
            @Override
            public boolean add(Process started) {
                process = started;
                launched.countDown();
                return true;
            }

            @Override
            public boolean remove(Process ended) {
                process = null;
                return true;
            }

            @Override
            public int size() {
                return process == null ? 0 : 1;
            }
        });
    }

    /**
     * Runs a program to its end.
     *
     * @param patience after which it is killed
     * @throws IOException if it cannot be started or lost our patience
     */
    public static Outcome run(List<String> arguments, Duration patience) throws IOException {
        var output = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        var subprocess = new Subprocess(arguments);
        var watchdog = ExecuteWatchdog.builder().setTimeout(patience).get();
        subprocess.executor.setWatchdog(watchdog);
        int exitCode = subprocess.execute(output, errors);
        if (watchdog.killedProcess()) {
            throw new IOException(String.join(" ", arguments) + " did not end within " + patience.toSeconds() + " s");
        }
        return new Outcome(exitCode, text(output), text(errors));
    }

    /** A program that goes on until it is {@linkplain #stop stopped}; start it by {@link #executeUntilItEnds}. */
    static Subprocess daemon(List<String> arguments) {
        return new Subprocess(arguments);
    }

    /**
     * Runs it in the calling thread.
     *
     * @param lines gets what it says, on either stream
     * @return its exit code
     */
    int executeUntilItEnds(Consumer<String> lines) throws IOException {
        try (var sink = new Lines(lines)) {
            return execute(sink, sink);
        }
    }

    private int execute(OutputStream output, OutputStream errors) throws IOException {
        executor.setStreamHandler(new PumpStreamHandler(output, errors));
        try {
            return executor.execute(command);
        } catch (ExecuteException ended) {
            return ended.getExitValue();
        } finally {
            launched.countDown();
        }
    }

    /** Asks it to end, waits, then kills it. */
    void stop(Duration patience) throws InterruptedException {
        // its first lines can be here before Commons Exec hands us the process
        boolean _ = launched.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        var running = process;
        if (running != null) {
            // unlike Process.destroy this leaves its output open, so that its last words are heard
            running.toHandle().destroy();
            if (!running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
            }
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static final class Lines extends LogOutputStream {

        private final Consumer<String> lines;

        Lines(Consumer<String> lines) {
            this.lines = lines;
        }

        @Override
        protected void processLine(String line, int level) {
            lines.accept(line);
        }
    }
}

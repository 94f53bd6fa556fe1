package dev.routefix.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.LogOutputStream;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.jspecify.annotations.Nullable;

/** Another program run by us. The only user of Commons Exec. */
public final class Subprocess {

    /**
     * How a program ended.
     *
     * @param cut whether it said more than was kept
     */
    public record Outcome(int exitCode, String output, String errors, boolean cut) {}

    /** So much of what a program says is kept; a heap of 16 MiB can bear it. */
    static final int LIMIT = 1 << 21;

    /** How long others may hold the output of a program that has ended. */
    private static final Duration LINGER = Duration.ofSeconds(2);

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
        return run(arguments, null, "", patience);
    }

    /**
     * The same with an environment of its own.
     *
     * @param environment all it has; null for ours
     * @param input what it reads
     */
    public static Outcome run(
            List<String> arguments, @Nullable Map<String, String> environment, String input, Duration patience)
            throws IOException {
        var output = new Kept();
        var errors = new Kept();
        var subprocess = new Subprocess(arguments);
        var watch = new FutureTask<>(() -> subprocess.killUnlessItEnds(patience));
        Thread.ofPlatform().daemon().name("watch " + arguments.getFirst()).start(watch);
        int exitCode;
        try {
            var in = input.isEmpty() ? null : new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
            exitCode = subprocess.execute(output, errors, in, environment);
        } finally {
            subprocess.launched.countDown();
        }
        if (isTrue(watch)) {
            throw new IOException(String.join(" ", arguments) + " did not end within " + patience.toSeconds() + " s");
        }
        return new Outcome(exitCode, output.text(), errors.text(), output.cut || errors.cut);
    }

    /** Kills it with all it has started, or it would live on with our pipes. True if it had to be. */
    private boolean killUnlessItEnds(Duration patience) throws InterruptedException {
        launched.await();
        var running = process;
        if (running == null || running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.toHandle().destroyForcibly();
        return true;
    }

    private static boolean isTrue(FutureTask<Boolean> watch) throws IOException {
        try {
            return watch.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** A program that goes on until it is {@linkplain #stop stopped}; start it by {@link #executeUntilItEnds}. */
    public static Subprocess daemon(List<String> arguments) {
        return new Subprocess(arguments);
    }

    /**
     * Runs it in the calling thread.
     *
     * @param lines gets what it says, on either stream
     * @return its exit code
     */
    public int executeUntilItEnds(Consumer<String> lines) throws IOException {
        try (var sink = new Lines(lines)) {
            return execute(sink, sink, null, null);
        }
    }

    private int execute(
            OutputStream output,
            OutputStream errors,
            @Nullable InputStream input,
            @Nullable Map<String, String> environment)
            throws IOException {
        var streams = new PumpStreamHandler(output, errors, input);
        streams.setStopTimeout(LINGER);
        executor.setStreamHandler(streams);
        try {
            return executor.execute(command, environment);
        } catch (ExecuteException ended) {
            return ended.getExitValue();
        } finally {
            launched.countDown();
        }
    }

    /** Asks it to end, waits, then kills it. */
    public void stop(Duration patience) throws InterruptedException {
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

    /** The beginning of what a program says, however much it says. */
    private static final class Kept extends ByteArrayOutputStream {

        private boolean cut;

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            int kept = Math.min(length, LIMIT - size());
            cut |= kept < length;
            super.write(bytes, from, kept);
        }

        synchronized String text() {
            return toString(StandardCharsets.UTF_8);
        }
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

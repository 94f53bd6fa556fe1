package dev.routefix.lab.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process to run: argv, additions to the environment, standard input and a bound on its time.
 * Everything started carries this {@link Run}'s mark in its environment, by which it is found again.
 */
public record Command(List<String> argv, Map<String, String> environment, String input, Duration timeout) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    public static Command of(List<String> argv) {
        return new Command(argv, Map.of(), "", PATIENCE);
    }

    public Command env(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(more);
        return new Command(argv, all, input, timeout);
    }

    public Command stdin(String text) {
        return new Command(argv, environment, text, timeout);
    }

    public Command within(Duration bound) {
        return new Command(argv, environment, input, bound);
    }

    /** The same command with words put before it, such as {@code nsenter} and its options. */
    public Command behind(List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.addAll(argv);
        return new Command(all, environment, input, timeout);
    }

    /**
     * Runs it to its end.
     *
     * @throws CommandFailed if the exit code is not 0, naming argv and what the process said
     */
    public Output run() {
        Output output = attempt();
        if (!output.ok()) {
            throw new CommandFailed(argv, "exit code " + output.exit(), output);
        }
        return output;
    }

    /** Runs it to its end; any exit code will do. A process that exceeds its time is killed with its children. */
    public Output attempt() {
        Process process = launch(builder());
        Drain stdout = Drain.of(process.getInputStream());
        Drain stderr = Drain.of(process.getErrorStream());
        try {
            feed(process);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                Processes.killTree(process.toHandle());
                throw new CommandFailed(
                        argv, "still running after " + timeout, new Output(-1, stdout.text(), stderr.text()));
            }
            return new Output(process.exitValue(), stdout.text(), stderr.text());
        } catch (InterruptedException e) {
            Processes.killTree(process.toHandle());
            Thread.currentThread().interrupt();
            throw new CommandFailed(argv, "interrupted", new Output(-1, "", ""));
        }
    }

    /** Starts it and leaves it running; what it writes goes to {@code log}. */
    public Background start(Path log) {
        ProcessBuilder builder =
                builder().redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = launch(builder);
        feed(process);
        return new Background(argv, process, log);
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().putAll(environment);
        builder.environment().put(Run.MARK, Run.current().id());
        return builder;
    }

    private Process launch(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandFailed(argv, "cannot be started", new Output(-1, "", String.valueOf(e.getMessage())));
        }
    }

    private void feed(Process process) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A process may end without having read its input; its exit code says more than a broken pipe.
        }
    }
}

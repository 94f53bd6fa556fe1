package dev.routefix.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A program to run to its end, as a value: its arguments, directory, environment and standard input. */
record ProgramRun(List<String> arguments, Path directory, Map<String, String> environment, String input) {
    /** A Java takes more options from these; what is built here must not depend on who builds it. */
    private static final Set<String> JAVA_OPTIONS =
            Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH");

    ProgramRun {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The exit code and what the program printed; the two streams are kept apart because a CNI plugin's answer is only its stdout. */
    record Outcome(int exitCode, String stdout, String stderr) {}

    /** A command of words and lists of words. */
    static ProgramRun of(Object... arguments) {
        return new ProgramRun(words(List.of(arguments)).toList(), Path.of("."), Map.of(), "");
    }

    private static Stream<String> words(Object argument) {
        return argument instanceof List<?> several
                ? several.stream().flatMap(ProgramRun::words)
                : Stream.of(argument.toString());
    }

    ProgramRun in(Path newDirectory) {
        return new ProgramRun(arguments, newDirectory, environment, input);
    }

    ProgramRun with(Map<String, String> more) {
        var all = new HashMap<>(environment);
        all.putAll(more);
        return new ProgramRun(arguments, directory, all, input);
    }

    ProgramRun given(String newInput) {
        return new ProgramRun(arguments, directory, environment, newInput);
    }

    /** Starts the program without waiting for it; all that it prints goes to a file. */
    Process start(Path log) {
        try {
            return builder()
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw cannotRun(e);
        }
    }

    /** Runs the program and waits for it. */
    Outcome run() {
        try {
            Process process = builder().start();
            // A program that prints more than a pipe holds must not wait for us while we wait for it.
            var errors = new StringBuilder();
            var drain = Thread.ofVirtual().start(() -> errors.append(read(process.getErrorStream())));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // It ended without reading its input: its exit code says more than this does.
            }
            String output = read(process.getInputStream());
            drain.join();
            return new Outcome(process.waitFor(), output, errors.toString());
        } catch (IOException e) {
            throw cannotRun(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + arguments.getFirst(), e);
        }
    }

    /** Runs the program and returns what it printed on stdout; throws with everything it printed when its exit code is not 0. */
    String succeed() {
        Outcome outcome = run();
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException("%s: exit code %d%n%s%s"
                    .formatted(String.join(" ", arguments), outcome.exitCode(), outcome.stdout(), outcome.stderr()));
        }
        return outcome.stdout();
    }

    private ProcessBuilder builder() {
        var builder = new ProcessBuilder(arguments).directory(directory.toFile());
        builder.environment().keySet().removeAll(JAVA_OPTIONS);
        builder.environment().putAll(environment);
        return builder;
    }

    private UncheckedIOException cannotRun(IOException e) {
        return new UncheckedIOException("cannot run " + arguments.getFirst() + ": " + e.getMessage(), e);
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.routefix.plugin;

import java.nio.file.Path;

/** The plugin as a process of its own, which a runtime starts for each call. */
public final class Main {

    private Main() {}

    /**
     * Takes its input from the environment and stdin, as the CNI specification has it; arguments mean nothing. The property
     * {@code route-fix.run} moves the records elsewhere, so that tests leave this machine's alone.
     */
    public static void main(String[] args) {
        var run = Path.of(System.getProperty("route-fix.run", "/run/route-fix"));
        Runtime.getRuntime().halt(print(new RouteFix(run).answer(System.getenv(), System.in)));
    }

    /** Gives the caller the answer, and returns the exit code that belongs to it. */
    static int print(Answer answer) {
        System.err.print(answer.log());
        System.out.print(answer.stdout());
        System.out.flush();
        return answer.exitCode();
    }
}

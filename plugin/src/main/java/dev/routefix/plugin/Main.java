package dev.routefix.plugin;

import dev.routefix.attachment.Retirement;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** The plugin as a process of its own, which a runtime starts for each call that no resident answers. */
public final class Main {

    private Main() {}

    /**
     * Takes its input from the environment and stdin, as the CNI specification has it; arguments mean nothing. The property
     * {@code route-fix.run} moves the records elsewhere, {@code route-fix.home} names another runtime, so that tests leave this machine's alone.
     */
    public static void main(String[] args) {
        var run = Path.of(System.getProperty("route-fix.run", "/run/route-fix"));
        var home = Path.of(System.getProperty("route-fix.home", System.getProperty("java.home")));
        var builds = Objects.requireNonNull(home.getParent());
        var answer = new RouteFix(run, builds, Sandboxes.asGiven()).answer(System.getenv(), System.in);
        var retirement = new Retirement(run, builds);
        if (retirement.isOn()) {
            leave(retirement, home, run);
        }
        Runtime.getRuntime().halt(print(answer));
    }

    /** What has become of the call is settled already, so a failure here is only told. */
    private static void leave(Retirement retirement, Path home, Path run) {
        try {
            CaretakerProcess.start(home, retirement, run.resolve("retirement.log"));
        } catch (IOException e) {
            System.err.println("route-fix: cannot start what takes it off this node: " + e.getMessage());
        }
    }

    /** Gives the caller the answer, and returns the exit code that belongs to it. */
    static int print(Answer answer) {
        System.err.print(answer.log());
        System.out.print(answer.stdout());
        System.out.flush();
        return answer.exitCode();
    }
}

package dev.routefix.plugin;

import java.nio.file.Path;

/** The plugin as a process of its own, which a runtime starts for each call. */
public final class Main {

    private Main() {}

    /** Takes its input from the environment and stdin, as the CNI specification has it; arguments mean nothing. */
    public static void main(String[] args) {
        var answer = new RouteFix(Path.of("/run/route-fix")).answer(System.getenv(), System.in);
        System.err.print(answer.log());
        System.out.print(answer.stdout());
        System.out.flush();
        System.exit(answer.exitCode());
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachments;
import dev.routefix.dhcp.client.OneCall;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.lifecycle.ContainerRuntime;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The plugin as a process of its own, which a runtime starts for each call that no resident answers. */
public final class PluginMain {

    private PluginMain() {}

    /**
     * Takes its input from the environment and stdin, as the CNI specification has it; arguments mean nothing. The properties {@code route-fix.run}
     * and {@code route-fix.state} move what is remembered elsewhere, {@code route-fix.home} names another runtime, so that tests leave this machine's
     * alone.
     */
    public static void main(String[] args) {
        var run = Path.of(System.getProperty("route-fix.run", "/run/route-fix"));
        var state = Path.of(System.getProperty("route-fix.state", "/var/lib/route-fix"));
        var home = Path.of(System.getProperty("route-fix.home", System.getProperty("java.home")));
        var sandboxes = Sandboxes.asGiven();
        var lifecycle = lifecycle(run, state, sandboxes);
        var answer = new RouteFix(run, lifecycle, sandboxes, Provisions.onHost(state, System.err))
                .answer(System.getenv(), System.in);
        if (!lifecycle.phase().takesPods()
                && (mayChangeTheNode(System.getenv("CNI_COMMAND")) || isAnyLeaseDue(state))) {
            endRetirement(home, lifecycle, run);
        }
        Runtime.getRuntime().halt(print(answer));
    }

    /** That of a process on the host itself. */
    static Lifecycle lifecycle(Path run, Path state, Sandboxes sandboxes) {
        return new Lifecycle(
                state, new Attachments(run), sandboxes, new ContainerRuntime(Path.of("/proc"), Path.of("/")));
    }

    /** Others are asked every few seconds by some runtimes. */
    private static boolean mayChangeTheNode(@Nullable String command) {
        return "ADD".equals(command) || "DEL".equals(command) || "GC".equals(command);
    }

    /** Whether a pod's lease should have been renewed by now: nobody is there who does. */
    private static boolean isAnyLeaseDue(Path state) {
        return new OneCall(new LeaseStore(state, System.err::println)).isAnyRenewalDue();
    }

    /** What has become of the call is settled already, so a failure here is only told. */
    private static void endRetirement(Path home, Lifecycle lifecycle, Path run) {
        try {
            RetireProcess.start(home, lifecycle.settings(), run);
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

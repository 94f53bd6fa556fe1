package dev.routefix.relay;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import dev.routefix.relay.Listener.Conversation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A relay in a directory of its own, for this machine's processor or, through qemu, for the other. */
final class RelayUnderTest {
    static final Duration BOUND = Duration.ofSeconds(60);

    private final Machine machine;
    private final Path directory = Run.current().directory("relay");

    RelayUnderTest(Machine machine) {
        this.machine = machine;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    Path socket() {
        return file("s");
    }

    Listener listener(Conversation conversation) {
        return Listener.bind(socket(), 50).serve(conversation);
    }

    /** The relay with a patience nobody comes to feel, and a fallback that says so and shows its arguments and stdin. */
    Command relay(String... arguments) {
        return patient(60, arguments);
    }

    Command patient(int seconds, String... arguments) {
        return fallingBackTo("echo fell back to: \"$@\"; cat; exit 7", seconds, arguments);
    }

    Command fallingBackTo(String script, int patience, String... arguments) {
        var fallback = List.of("/bin/sh", "-c", script, "sh");
        return command(
                new RelaySettings(socket().toString(), Duration.ofSeconds(patience), "/bin", fallback), arguments);
    }

    Command command(RelaySettings settings, String... arguments) {
        var argv = new ArrayList<String>();
        if (machine != Machine.here()) {
            argv.add("qemu-" + machine.name().toLowerCase(Locale.ROOT) + "-static");
        }
        argv.add(written(settings).toString());
        argv.addAll(List.of(arguments));
        return Command.of(argv).within(BOUND);
    }

    Path written(RelaySettings settings) {
        var relay = file("relay");
        try {
            Files.write(relay, Relay.of(settings, machine).executable());
            Files.setPosixFilePermissions(relay, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return relay;
    }

    /** Waits until a process sleeps in a system call, as proc_pid_syscall(5) and proc_pid_stat(5) show it. */
    static void awaitSleep(long pid, SystemCall call) {
        int number = Machine.here() == Machine.X86_64 ? call.x86_64 : call.aarch64;
        var process = Path.of("/proc/" + pid);
        Poll.until(pid + " sleeps in " + call, BOUND, () -> {
            try {
                return Files.readString(process.resolve("syscall")).startsWith(number + " ")
                        && Files.readString(process.resolve("stat")).contains(") S ");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Stops a process and lets it go on: what it waits in is interrupted (signal(7)). */
    static void interrupt(long pid) {
        for (int i = 0; i < 20; i++) {
            Command.of("kill", "-STOP", Long.toString(pid)).run();
            Command.of("kill", "-CONT", Long.toString(pid)).run();
        }
    }
}

package dev.routefix.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a run leaves on the machine when it ends, however it ends: nothing. */
class RunIT {
    private static final Duration START = Duration.ofSeconds(60);

    @Test
    void after_kill_9_the_next_run_leaves_nothing_of_the_dead_one() {
        Background killed = start(BusyRun.class);
        String id = idOf(killed);
        assertThat(traces(id))
                .anyMatch(t -> t.startsWith("/run/netns/"))
                .anyMatch(t -> t.startsWith("process "))
                .anyMatch(t -> t.startsWith("mount "))
                .anyMatch(t -> t.startsWith("directory "));

        ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
        killed.exit(START);
        assertThat(traces(id)).isNotEmpty();
        start(NextRun.class).exit(START);

        assertThat(traces(id)).isEmpty();
    }

    @Test
    void a_run_that_is_told_to_end_leaves_nothing() {
        Background busy = start(BusyRun.class);
        String id = idOf(busy);

        busy.stop(START);

        assertThat(traces(id)).isEmpty();
    }

    @Test
    void a_run_that_lives_is_left_alone() {
        try (Netns ours = Netns.create("alive")) {
            Background sleeper = ours.command("sleep", "1000")
                    .start(Run.current().directory("alive").resolve("log"));

            start(NextRun.class).exit(START);

            assertThat(ours.path()).exists();
            assertThat(sleeper.isAlive()).isTrue();
            assertThat(Run.deadRuns()).doesNotContain(Run.current().id());
        }
    }

    @Test
    void a_pid_given_to_another_process_does_not_keep_a_dead_run_alive() throws IOException {
        String reused = ProcessHandle.current().pid() + "-1";
        Path left = Path.of(System.getProperty("java.io.tmpdir"), "route-fix-lab", reused);
        Files.createDirectories(left);

        assertThat(Run.deadRuns()).contains(reused);
        Run.sweep(reused);

        assertThat(left).doesNotExist();
    }

    @Test
    void closing_a_namespace_kills_what_runs_in_it_and_nothing_else() {
        Path log = Run.current().directory("close").resolve("log");
        Netns closed = Netns.create("closed");
        try (Background outside = Command.of("sleep", "1000").start(log)) {
            Background inside;
            try (closed) {
                inside = closed.command("sh", "-c", "sleep 1000 & wait").start(log);
                Path entered = Path.of("/proc", Long.toString(inside.pid()), "ns/net");
                inside.await(
                        "is inside",
                        Duration.ofSeconds(10),
                        () -> Netns.at(entered).inode() == closed.inode());
            }

            assertThat(inside.isAlive()).isFalse();
            assertThat(outside.isAlive()).isTrue();
            assertThat(closed.path()).doesNotExist();
        }
    }

    private static Background start(Class<?> main) {
        return Command.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .start(Run.current().directory("jvm").resolve("log"));
    }

    private static String idOf(Background busy) {
        busy.awaitLog("busy\n", START);
        return busy.log().lines().findFirst().orElseThrow();
    }

    /** Everything on the machine that carries a run's id. */
    private static List<String> traces(String id) {
        return Stream.of(
                        list(Path.of("/run/netns")).filter(path -> path.contains(id)),
                        list(Path.of(System.getProperty("java.io.tmpdir"), "route-fix-lab"))
                                .filter(path -> path.contains(id))
                                .map(path -> "directory " + path),
                        read(Path.of("/proc/self/mountinfo"))
                                .lines()
                                .filter(line -> line.contains(id) && !line.contains("/run/netns/"))
                                .map(line -> "mount " + line),
                        ProcessHandle.allProcesses()
                                .filter(p -> read(Path.of("/proc", Long.toString(p.pid()), "environ"))
                                        .contains(Run.MARK + "=" + id))
                                .map(p -> "process " + p.pid()))
                .flatMap(traces -> traces)
                .toList();
    }

    private static Stream<String> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Path::toString).toList().stream();
        } catch (IOException e) {
            return Stream.of();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}

package dev.routefix.lab.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.lab.net.Spawner.Ended;
import dev.routefix.lab.net.Spawner.Job;
import dev.routefix.lab.net.Spawner.Prepared;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real processes in a real namespace. */
class SpawnerIT {
    private final Path directory = Run.current().directory("spawner");
    private final Netns netns = Netns.create("spawner");
    private final Spawner spawner = Spawner.in(List.of(netns.path()));

    @AfterEach
    void close() {
        spawner.close();
        netns.close();
    }

    @Test
    void runs_a_process_in_the_namespace() throws IOException {
        Prepared job = job("ls -Li /proc/self/ns/net");

        assertThat(spawner.run(job).exits()).containsExactly(0);

        assertThat(Files.readString(job.job().stdout())).startsWith(netns.inode() + " ");
    }

    @Test
    void gives_it_these_variables_and_this_input_each_time() throws IOException {
        Prepared job = job("echo $WORD; cat");

        for (int i = 0; i < 2; i++) {
            spawner.run(job);
            assertThat(Files.readString(job.job().stdout())).isEqualTo("here\ninput\n");
        }
    }

    @Test
    void counts_from_before_the_start_to_after_the_end() {
        assertThat(spawner.run(job("sleep 0.2")).nanos()).isGreaterThanOrEqualTo(200_000_000);
    }

    @Test
    void knows_how_each_ended() {
        Ended ended = spawner.runAll(List.of(job("exit 3"), job("kill -9 $$"), job("exit 0")));

        assertThat(ended.exits()).containsExactly(3, 137, 0);
    }

    @Test
    void starts_all_before_the_first_has_ended() throws IOException {
        Path pipe = directory.resolve("pipe");
        spawner.run(job("mkfifo " + pipe));

        Ended ended = spawner.runAll(List.of(job("cat < " + pipe), job("echo > " + pipe)));

        assertThat(ended.exits()).containsExactly(0, 0);
    }

    @Test
    void names_what_it_cannot_start() {
        Prepared none = Prepared.of(new Job(
                List.of("/no/such/program"),
                Map.of(),
                Path.of("/dev/null"),
                directory.resolve("o"),
                directory.resolve("e")));

        assertThatThrownBy(() -> spawner.run(none)).hasMessageContaining("/no/such/program");
    }

    private Prepared job(String script) {
        Path name = Path.of(Integer.toString(script.hashCode()));
        try {
            Path stdin = Files.writeString(directory.resolve(name + ".in"), "input\n");
            return Prepared.of(new Job(
                    List.of("/bin/sh", "-c", script),
                    Map.of("WORD", "here", "PATH", "/usr/bin:/bin"),
                    stdin,
                    directory.resolve(name + ".out"),
                    directory.resolve(name + ".err")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

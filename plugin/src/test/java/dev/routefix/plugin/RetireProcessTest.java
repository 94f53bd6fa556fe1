package dev.routefix.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetireProcessTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;

    private Path started;

    @BeforeEach
    void a_runtime_that_writes_down_that_it_was_started() throws IOException {
        started = home.resolve("started");
        var loader = Files.createDirectories(home.resolve("bin")).resolve("ld.so");
        Files.setPosixFilePermissions(
                Files.writeString(loader, "#!/bin/sh\necho >> " + started + "\n"),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void one_is_started_where_there_is_none() throws IOException {
        start();
        Poll.until("it is started", SOON, () -> Files.exists(started));
    }

    @Test
    void one_that_has_ended_is_followed_by_another() throws IOException {
        Files.createFile(home.resolve(RetireProcess.LOCK));

        start();

        Poll.until("it is started", SOON, () -> Files.exists(started));
    }

    @Test
    void beside_one_that_is_there_no_other_is_started() throws Exception {
        var other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        home.resolve(RetireProcess.LOCK).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('!');

            start();
            assertThat(started).doesNotExist();
        } finally {
            other.destroyForcibly().waitFor();
        }
        start();
        Poll.until("it is started", SOON, () -> Files.exists(started));
    }

    private void start() throws IOException {
        RetireProcess.start(home, Map.of(), home);
    }

    /** Another process, which has the lock as long as it lives. */
    static final class Holder {

        public static void main(String[] arguments) throws Exception {
            try (var channel = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                System.out.print(lock.isValid() ? '!' : '?');
                System.out.flush();
                Thread.sleep(Duration.ofMinutes(1));
            }
        }
    }
}

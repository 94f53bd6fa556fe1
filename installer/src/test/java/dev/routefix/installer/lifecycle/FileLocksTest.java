package dev.routefix.installer.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks against other processes, with another process. */
class FileLocksTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void a_file() {
        file = directory.resolve("lock");
    }

    @Test
    void asking_again_in_the_same_process_neither_gives_the_lock_nor_loses_it() {
        try (var _ = FileLocks.tryNow(file)) {
            assertThat(FileLocks.tryNow(file)).isNull();

            assertThat(anotherProcessTakes()).isFalse();
        }
        assertThat(anotherProcessTakes()).isTrue();
    }

    @Test
    void a_lock_that_nobody_refers_to_is_held_until_the_process_ends() {
        assertThat(FileLocks.tryNow(file)).isNotNull();

        var forgotten = new WeakReference<>(new Object());
        Poll.until("the garbage is collected", Duration.ofSeconds(10), () -> {
            System.gc();
            return forgotten.get() == null;
        });

        // files of what was collected are closed a moment later
        for (int look = 0; look < 5; look++) {
            assertThat(anotherProcessTakes()).isFalse();
        }
    }

    @Test
    void a_lock_given_back_can_be_taken_again() {
        for (int turn = 0; turn < 2; turn++) {
            try (var lock = FileLocks.wait(file)) {
                assertThat(lock).isNotNull();
                assertThat(anotherProcessTakes()).isFalse();
            }
        }
    }

    @Test
    void a_lock_on_a_file_that_its_holder_removed_is_none() throws IOException {
        try (var _ = FileLocks.tryNow(file)) {
            Files.delete(file);

            assertThat(anotherProcessTakes()).isTrue();
        }
    }

    /** By POSIX locks, as Java's are. */
    private boolean anotherProcessTakes() {
        return Command.of(
                        "perl",
                        "-e",
                        "use Fcntl; open(my $f, '+>>', $ARGV[0]) or die; my $l = pack('s s l! l! i', F_WRLCK, 0, 0, 0, 0);"
                                + " exit(fcntl($f, F_SETLK, $l) ? 0 : 1)",
                        file.toString())
                .attempt()
                .ok();
    }
}

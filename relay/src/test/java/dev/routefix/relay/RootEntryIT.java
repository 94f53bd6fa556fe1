package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable on this machine's kernel. */
class RootEntryIT {

    @TempDir
    Path directory;

    private Path entry = Path.of("");

    @BeforeEach
    void write_it() throws IOException {
        entry = directory.resolve("on-host");
        Files.write(entry, RootEntry.executable(Machine.here()));
        assertThat(entry.toFile().setExecutable(true)).isTrue();
    }

    private Output run(Object... words) {
        var argv = new String[words.length + 1];
        argv[0] = entry.toString();
        for (int at = 0; at < words.length; at++) {
            argv[at + 1] = words[at].toString();
        }
        return Command.of(argv)
                .env(Map.of("SAID", "in the environment"))
                .stdin("through stdin")
                .attempt();
    }

    @Test
    void becomes_a_program_of_another_root_with_arguments_environment_and_stdin() throws IOException {
        // a root that holds nothing but the program again, which makes it a root once more, and nothing is there
        Files.createDirectories(directory.resolve("root/bin"));
        Files.copy(entry, directory.resolve("root/bin/self"));
        assertThat(directory.resolve("root/bin/self").toFile().setExecutable(true))
                .isTrue();
        assertThat(run(directory.resolve("root"), "/bin/self").stderr()).startsWith("usage: on-host");
        assertThat(run(directory.resolve("root"), "/bin/sh", "-c", "echo no").stderr())
                .isEqualTo("on-host: the host cannot execute the program\n");
        var said = run("/", "/bin/sh", "-c", "echo \"$0 $1 $SAID\"; pwd; cat", "a b", "c");
        assertThat(said.exit()).isZero();
        assertThat(said.stdout()).isEqualTo("a b c in the environment\n/\nthrough stdin");
    }

    @Test
    void says_what_it_lacks() {
        assertThat(run().exit()).isEqualTo(126);
        assertThat(run("/absent", "/bin/true").stderr()).contains("SYS_CHROOT");
        var bounded = Command.of("setpriv", "--bounding-set=-sys_chroot", entry.toString(), "/", "/bin/true")
                .attempt();
        assertThat(bounded.exit()).isEqualTo(126);
        assertThat(bounded.stderr()).contains("SYS_CHROOT");
    }

    @Test
    void is_small() {
        assertThat(RootEntry.executable(Machine.X86_64)).hasSizeLessThan(1024);
        assertThat(RootEntry.executable(Machine.AARCH64)).hasSizeLessThan(1024);
    }
}

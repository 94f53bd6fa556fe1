package dev.routefix.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Output;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay as a process where nobody listens, or nobody has time. */
@ParameterizedClass
@EnumSource(Machine.class)
final class RelayFallbackIT {
    private static final Output FELL_BACK = new Output(7, "fell back to: a b\n{}", "");

    private final RelayUnderTest under;

    RelayFallbackIT(Machine machine) {
        under = new RelayUnderTest(machine);
    }

    @Test
    void executes_the_fallback_with_its_own_arguments_and_an_untouched_stdin_if_there_is_no_socket() {
        assertThat(under.relay("a", "b").stdin("{}").attempt()).isEqualTo(FELL_BACK);
    }

    @Test
    void executes_the_fallback_if_the_socket_is_left_from_a_resident_that_is_gone() throws Exception {
        Listener.bind(under.socket(), 1).close();
        assertThat(under.socket()).exists();

        assertThat(under.relay("a", "b").stdin("{}").attempt()).isEqualTo(FELL_BACK);
    }

    @Test
    void executes_the_fallback_if_there_is_something_else_in_the_sockets_place() throws Exception {
        Files.writeString(under.socket(), "");

        assertThat(under.relay("a", "b").stdin("{}").attempt()).isEqualTo(FELL_BACK);
    }

    @Test
    void executes_the_fallback_if_it_gets_no_socket() {
        var here = new RelayUnderTest(Machine.here()); // qemu needs files of its own
        var fallback = List.of("/bin/busybox", "echo", "fell back");
        var settings = new RelaySettings(here.socket().toString(), Duration.ofSeconds(60), "/bin", fallback);

        var output = RelayIT.shell("ulimit -n 3; exec \"$@\"", here.command(settings))
                .run();

        assertThat(output.stdout()).isEqualTo("fell back\n");
    }

    @Test
    void gives_the_fallback_all_of_a_large_stdin() throws Exception {
        Files.write(under.file("stdin"), new byte[8 << 20]);
        var relay = under.fallingBackTo("wc -c", 60);

        assertThat(RelayIT.shell("\"$@\" < " + under.file("stdin"), relay).run().stdout())
                .isEqualTo((8 << 20) + "\n");
    }

    @Test
    void keeps_from_the_fallback_what_makes_a_loader_or_a_jvm_behave_otherwise_and_nothing_else() {
        var environment = List.of(
                "env",
                "-i",
                "JAVA_TOOL_OPTIONS=-version",
                "A=",
                "JDK_JAVA_OPTIONS=-version",
                "_JAVA_OPTIONS=-version",
                "CNI_COMMAND=ADD",
                "CLASSPATH=/tmp",
                "_JAVA_LAUNCHER_DEBUG=1",
                "LD_LIBRARY_PATH=/tmp",
                "CLUSTER=home",
                "LD_AUDIT=none.so",
                "LD_SHOW_AUXV=1",
                "LD_TRACE_LOADED_OBJECTS=1",
                "LD=",
                "LDAP=no",
                "LD_PRELOAD=none.so");
        var relay = under.fallingBackTo("env; echo $0", 60).behind(environment);

        assertThat(relay.run().stdout().lines())
                .filteredOn(line -> !line.startsWith("PWD=") && !line.startsWith("_=")) // the shell's own
                .containsExactlyInAnyOrder("A=", "CNI_COMMAND=ADD", "CLUSTER=home", "LD=", "LDAP=no", "sh");
    }

    @Test
    void gives_the_fallback_an_empty_environment_if_it_has_none() {
        var relay = under.fallingBackTo("echo ${CNI_COMMAND-none}", 60).behind(List.of("env", "-i"));

        assertThat(relay.run().stdout()).isEqualTo("none\n");
    }

    @Test
    void names_the_fallback_it_cannot_execute() {
        var missing = under.file("\"runtime\"").toString();
        var settings = new RelaySettings(
                under.socket().toString(), Duration.ofSeconds(60), missing, List.of(missing + "/bin/ld.so"));

        assertThat(under.command(settings).attempt())
                .isEqualTo(RelayIT.refusal(
                        "cannot execute " + missing.replace("\"", "\\\"") + "/bin/ld.so, and no resident listens"));
    }

    @Test
    void says_as_a_client_that_nobody_listens() {
        var settings = RelaySettings.client(under.socket().toString(), Duration.ofSeconds(60));

        assertThat(under.command(settings, "live").attempt())
                .isEqualTo(RelayIT.refusal("nobody listens on " + under.socket()));
    }

    @Test
    void waits_its_turn_if_the_resident_has_no_time_yet_also_after_it_was_stopped() throws Exception {
        try (var listener = Listener.bind(under.socket(), 1);
                var _ = connection();
                var _ = connection();
                var relay = under.relay().start(under.file("log"))) {
            RelayUnderTest.awaitSleep(relay.pid(), SystemCall.CONNECT);
            RelayUnderTest.interrupt(relay.pid());
            listener.serve((in, out) -> {
                RelayRequest.read(in, 1 << 20);
                new RelayAnswer(5, "at last", "").write(out);
            });

            assertThat(relay.exit(RelayUnderTest.BOUND)).isEqualTo(5);
            assertThat(relay.log()).isEqualTo("at last");
        }
    }

    @Test
    void executes_the_fallback_if_the_resident_has_no_time_for_too_long() throws Exception {
        try (var _ = Listener.bind(under.socket(), 1);
                var _ = connection();
                var _ = connection()) {
            assertThat(under.patient(1, "a", "b").stdin("{}").attempt()).isEqualTo(FELL_BACK);
        }
    }

    /** One that takes a place in the queue. */
    private SocketChannel connection() throws Exception {
        return SocketChannel.open(UnixDomainSocketAddress.of(under.socket()));
    }
}

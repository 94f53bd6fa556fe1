package dev.routefix.installer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.delegate.HostPrograms;
import dev.routefix.installer.config.LogFormat;
import dev.routefix.installer.config.LogLevel;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhcpDaemonTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Log log = new Log(
            new PrintStream(written, true, StandardCharsets.UTF_8),
            LogLevel.INFO,
            LogFormat.TEXT,
            Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC));

    @Test
    void says_once_what_to_check_when_no_server_answers() {
        try (var daemon =
                new DhcpDaemon(HostPrograms.asGiven(), Path.of("/absent"), directory.resolve("s"), "eth0", log)) {
            daemon.said("2026/11/22 17:54:38 no DHCP packet received within 10s");
            daemon.said("2026/11/22 17:54:38 retrying in 2.329120 seconds");
            daemon.said("2026/11/22 17:54:50 no DHCP packet received within 10s");
        }

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .filteredOn(line -> line.contains(" warn "))
                .singleElement()
                .asString()
                .startsWith("2026-01-02T03:04:05.678Z warn no DHCP server answers on eth0: check that ");
    }

    @Test
    void a_host_without_one_is_refused_with_the_cure() {
        var executable = directory.resolve("bin/dhcp");
        try (var daemon = new DhcpDaemon(HostPrograms.asGiven(), executable, directory.resolve("s"), "eth0", log)) {
            assertThatThrownBy(daemon::start)
                    .isInstanceOf(HostProblem.class)
                    .hasMessageContaining("host's own " + executable)
                    .hasMessageContaining("or set CHAIN=own");
        }
    }

    @Test
    void is_the_hosts_own_in_the_hosts_root() throws Exception {
        script(directory.resolve("host/opt/cni/bin/dhcp"), """
                exec perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => $ARGV[2], Listen => 1); print "listens\\n"; sleep 600' "$@"
                """);
        // what on-host does, but for the root
        var enter = script(directory.resolve("enter"), "root=$1\nprogram=$2\nshift 2\nexec \"$root$program\" \"$@\"\n");
        var programs = HostPrograms.below(directory.resolve("host"), enter);
        var socket = directory.resolve("run/dhcp.sock");
        try (var daemon = new DhcpDaemon(programs, Path.of("/opt/cni/bin/dhcp"), socket, "eth0", log)) {
            daemon.start();

            assertThat(DhcpDaemon.answers(socket)).isTrue();
        }
        assertThat(socket).doesNotExist();
    }

    private static Path script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void a_socket_file_that_nobody_listens_to_does_not_answer() throws Exception {
        var socket = directory.resolve("dhcp.sock");
        assertThat(DhcpDaemon.answers(socket)).isFalse();

        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThat(DhcpDaemon.answers(socket)).isTrue();
        }
        assertThat(socket).exists();
        assertThat(DhcpDaemon.answers(socket)).isFalse();
    }
}

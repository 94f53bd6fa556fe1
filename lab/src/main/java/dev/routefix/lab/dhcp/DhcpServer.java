package dev.routefix.lab.dhcp;

import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real DHCP server on a machine of the LAN. Its leases are in a directory that outlives it. */
public final class DhcpServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final String LEASES = "leases";

    private final Kind kind;
    private final Path directory;
    private final Background process;

    private DhcpServer(Kind kind, Path directory, Background process) {
        this.kind = kind;
        this.directory = directory;
        this.process = process;
    }

    /** Those that people run, and how. */
    public enum Kind {
        /** dnsmasq, authoritative, which offers an address at once. */
        DNSMASQ(Program.DNSMASQ),
        /** dnsmasq as it comes, authoritative: it pings an address for three seconds before it offers it to somebody new. */
        PINGING_DNSMASQ(Program.DNSMASQ),
        /** ISC's Kea, authoritative; its leases may be shorter than dnsmasq's least. */
        KEA(Program.KEA);

        private final Program program;

        Kind(Program program) {
            this.program = program;
        }

        public Program program() {
            return program;
        }
    }

    /** What it is, and so what its files look like. */
    public enum Program {
        DNSMASQ,
        KEA
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param link the interface it listens on
     * @param directory what it leaves there, another one of the same program goes on with
     */
    public static DhcpServer start(Kind kind, Netns host, String link, Pool pool, Path directory) {
        Command command = switch (kind) {
            case DNSMASQ -> host.command(dnsmasq(link, pool, directory, List.of("--no-ping")));
            case PINGING_DNSMASQ -> host.command(dnsmasq(link, pool, directory, List.of()));
            case KEA -> kea(host, link, pool, directory);
        };
        Path log = directory.resolve("log");
        DhcpServer server = new DhcpServer(kind, directory, command.start(log));
        server.process.await("listens on the DHCP port", START, server::listens);
        return server;
    }

    /** Port 67, bootps, as /proc/net/udp writes it. */
    private boolean listens() {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "net/udp"))
                    .contains(":0043 ");
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> dnsmasq(String link, Pool pool, Path directory, List<String> more) {
        List<String> argv = new ArrayList<>(List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--user=root",
                "--pid-file=",
                "--port=0",
                "--interface=" + link,
                "--bind-interfaces",
                "--dhcp-range=" + pool.firstAddress() + "," + pool.lastAddress() + ","
                        + pool.prefix().netmask() + "," + pool.time().toSeconds(),
                "--dhcp-option=option:router," + pool.router(),
                "--dhcp-leasefile=" + directory.resolve(LEASES),
                "--dhcp-authoritative",
                "--log-dhcp",
                "--log-facility=-"));
        argv.addAll(more);
        return argv;
    }

    private static Command kea(Netns host, String link, Pool pool, Path directory) {
        Path configuration = directory.resolve("kea.json");
        try {
            Files.writeString(configuration, """
                    {"Dhcp4": {
                      "interfaces-config": {"interfaces": ["%s"], "dhcp-socket-type": "raw"},
                      "lease-database": {"type": "memfile", "persist": true, "name": "%s"},
                      "authoritative": true,
                      "valid-lifetime": %d,
                      "subnet4": [{"subnet": "%s", "pools": [{"pool": "%s - %s"}],
                        "option-data": [{"name": "routers", "data": "%s"}]}],
                      "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}]
                    }}
                    """.formatted(
                            link,
                            directory.resolve(LEASES),
                            pool.time().toSeconds(),
                            pool.prefix(),
                            pool.firstAddress(),
                            pool.lastAddress(),
                            pool.router()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return host.command("kea-dhcp4", "-c", configuration.toString())
                .env(Map.of("KEA_PIDFILE_DIR", directory.toString(), "KEA_LOCKFILE_DIR", directory.toString()));
    }

    /** What it has given out. */
    public List<Lease> leases() {
        Path file = directory.resolve(LEASES);
        return switch (kind.program()) {
            case DNSMASQ -> LeaseTable.dnsmasq(file);
            case KEA -> LeaseTable.kea(file);
        };
    }

    /** What it and those before it logged, every packet among it. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}

package dev.routefix.dhcp.client;

import dev.routefix.lab.Lan;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real DHCP server on the router of a LAN, in place of the LAN's own, with its leases in a directory that outlives it. */
final class DhcpServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    /** Those that people run. */
    enum Kind {
        DNSMASQ,
        DNSMASQ_THAT_PINGS,
        DNSMASQ_NOT_AUTHORITATIVE,
        ISC,
        KEA
    }

    private final Lan lan;
    private final Kind kind;
    private final Path directory = Run.current().directory("dhcp");
    private Background process;
    private final int first;
    private final int last;
    private final int seconds;
    private int starts;

    private DhcpServer(Lan lan, Kind kind, int first, int last, int seconds) {
        this.lan = lan;
        this.kind = kind;
        this.first = first;
        this.last = last;
        this.seconds = seconds;
        lan.stopDhcp();
        process = start();
    }

    static DhcpServer start(Lan lan, Kind kind) {
        return new DhcpServer(lan, kind, 100, 199, 600);
    }

    /** With a range of so many addresses from .100 on. */
    static DhcpServer ofRange(Lan lan, Kind kind, int addresses) {
        return new DhcpServer(lan, kind, 100, 99 + addresses, 600);
    }

    /** With other addresses than those of all others here, from .200 on. */
    static DhcpServer elsewhere(Lan lan, Kind kind) {
        return new DhcpServer(lan, kind, 200, 220, 600);
    }

    /** Whose leases last so long; dnsmasq has none below two minutes. */
    static DhcpServer ofSeconds(Lan lan, Kind kind, int seconds) {
        return new DhcpServer(lan, kind, 100, 199, seconds);
    }

    String log() {
        return process.log();
    }

    /** What it has on disk of its leases. */
    String leases() {
        try {
            var file = directory.resolve("leases");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops and starts it, without its memory of what it gave. */
    void loseMemory() {
        process.close();
        try {
            Files.deleteIfExists(directory.resolve("leases"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = start();
    }

    private Background start() {
        return switch (kind) {
            case DNSMASQ -> dnsmasq(List.of("--no-ping", "--dhcp-authoritative"));
            case DNSMASQ_THAT_PINGS -> dnsmasq(List.of("--dhcp-authoritative"));
            case DNSMASQ_NOT_AUTHORITATIVE -> dnsmasq(List.of("--no-ping"));
            case ISC -> isc();
            case KEA -> kea();
        };
    }

    private Background dnsmasq(List<String> more) {
        var argv = new ArrayList<>(List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--user=root",
                "--pid-file=",
                "--port=0",
                "--interface=eth0",
                "--bind-interfaces",
                "--dhcp-range=192.168.2." + first + ",192.168.2." + last + ",255.255.255.0," + seconds,
                "--dhcp-option=option:router,192.168.2.1",
                "--dhcp-option=option:dns-server,192.168.2.1",
                "--dhcp-option=option:domain-search,home.arpa,lab.home.arpa",
                "--domain=home.arpa",
                "--dhcp-leasefile=" + directory.resolve("leases"),
                "--log-dhcp",
                "--log-facility=-"));
        argv.addAll(more);
        var server = lan.router().netns().command(argv).start(directory.resolve("log" + starts++));
        server.awaitLog("DHCP, IP range", START);
        return server;
    }

    private Background isc() {
        write("dhcpd.conf", """
                authoritative;
                ddns-update-style none;
                ping-check false;
                default-lease-time %d;
                min-lease-time 1;
                subnet 192.168.2.0 netmask 255.255.255.0 {
                  range 192.168.2.%d 192.168.2.%d;
                  option routers 192.168.2.1;
                  option domain-name-servers 192.168.2.1;
                  option domain-search "home.arpa", "lab.home.arpa";
                }
                """.formatted(seconds, first, last));
        if (leases().isEmpty()) {
            write("leases", "");
        }
        var server = lan.router()
                .netns()
                .command(
                        "dhcpd",
                        "-4",
                        "-f",
                        "-d",
                        "--no-pid",
                        "-cf",
                        directory.resolve("dhcpd.conf").toString(),
                        "-lf",
                        directory.resolve("leases").toString(),
                        "eth0")
                .start(directory.resolve("log" + starts++));
        server.awaitLog("Listening on", START);
        server.awaitLog("Server starting service", START);
        return server;
    }

    private Background kea() {
        write("kea.json", """
                {"Dhcp4": {
                  "interfaces-config": {"interfaces": ["eth0"], "dhcp-socket-type": "raw"},
                  "lease-database": {"type": "memfile", "persist": true, "name": "%s"},
                  "authoritative": true,
                  "valid-lifetime": %d,
                  "subnet4": [{"subnet": "192.168.2.0/24",
                    "pools": [{"pool": "192.168.2.%d - 192.168.2.%d"}],
                    "option-data": [{"name": "routers", "data": "192.168.2.1"},
                                    {"name": "domain-name-servers", "data": "192.168.2.1"},
                                    {"name": "domain-search", "data": "home.arpa, lab.home.arpa"}]}],
                  "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}]
                }}
                """.formatted(directory.resolve("leases"), seconds, first, last));
        var server = lan.router()
                .netns()
                .command("kea-dhcp4", "-c", directory.resolve("kea.json").toString())
                .env(Map.of(
                        "KEA_PIDFILE_DIR", directory.toString(),
                        "KEA_LOCKFILE_DIR", directory.toString()))
                .start(directory.resolve("log" + starts++));
        server.awaitLog("DHCP4_STARTED", START);
        return server;
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}

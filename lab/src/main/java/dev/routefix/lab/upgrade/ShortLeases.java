package dev.routefix.lab.upgrade;

import dev.routefix.lab.Lan;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The router's DHCP server with the shortest leases that dnsmasq gives. */
final class ShortLeases implements AutoCloseable {
    static final Duration LENGTH = Duration.ofMinutes(2);
    private static final Duration START = Duration.ofSeconds(20);
    private static final long MILLIS = 1000;

    private final Background server;
    private final Path file;

    private ShortLeases(Background server, Path file) {
        this.server = server;
        this.file = file;
    }

    /** In place of the LAN's own. */
    static ShortLeases on(Lan lan) {
        lan.stopDhcp();
        Path directory = Run.current().directory("short");
        Path file = directory.resolve("leases");
        Background server = lan.router()
                .netns()
                .command(List.of(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--user=root",
                        "--pid-file=",
                        "--port=0",
                        "--interface=eth0",
                        "--bind-interfaces",
                        "--dhcp-range=192.168.2.100,192.168.2.199,255.255.255.0," + LENGTH.toSeconds(),
                        "--dhcp-option=option:router,192.168.2.1",
                        "--dhcp-leasefile=" + file,
                        "--dhcp-authoritative",
                        "--log-dhcp",
                        "--log-facility=-"))
                .start(directory.resolve("log"));
        server.awaitLog("DHCP, IP range", START);
        return new ShortLeases(server, file);
    }

    /** Who has these addresses, by hardware address and client identifier, in the order of the pods. */
    Map<String, String> leases(Map<String, String> addresses) {
        return held(addresses.values());
    }

    /** The same, without those that are nobody's. */
    Map<String, String> held(Collection<String> addresses) {
        Map<String, String> held = new LinkedHashMap<>();
        for (String address : addresses) {
            for (String[] lease : all()) {
                if (lease[2].equals(address)) {
                    held.put(address, lease[1] + " " + lease[4]);
                }
            }
        }
        return held;
    }

    /** When all leases of now and so long after have ended, if nobody renews them. */
    Poll.Condition ended(Duration grace) {
        long last = 0;
        for (String[] lease : all()) {
            last = Math.max(last, Long.parseLong(lease[0]));
        }
        long end = last * MILLIS + grace.toMillis();
        return () -> System.currentTimeMillis() > end;
    }

    private List<String[]> all() {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.split(" ", -1))
                    .filter(lease -> lease.length > 4)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}

package dev.routefix.lab.dhcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files in which DHCP servers keep their leases. */
final class LeaseTable {
    /** Of a lease that somebody holds, in Kea's column {@code state}. */
    private static final String ASSIGNED = "0";

    private static final String NO_NAME = "*";

    private LeaseTable() {}

    /** dnsmasq's: a line for each lease with its end, hardware address, address, name and client identifier (dnsmasq(8), --dhcp-leasefile). */
    static List<Lease> dnsmasq(Path file) {
        return lines(file).stream()
                .map(line -> line.split(" ", -1))
                .map(field -> new Lease(
                        Instant.ofEpochSecond(Long.parseLong(field[0])),
                        field[1],
                        field[2],
                        field[3].equals(NO_NAME) ? "" : field[3],
                        field[4]))
                .toList();
    }

    /**
     * Kea's memfile: a header, then a line for each change with address, hwaddr, client_id, valid_lifetime, expire, subnet_id, fqdn_fwd,
     * fqdn_rev, hostname and state; the last line of an address counts (Kea's reference, "Memfile - Basic Storage for Leases").
     */
    static List<Lease> kea(Path file) {
        Map<String, Lease> last = new LinkedHashMap<>();
        for (String line : lines(file)) {
            String[] field = line.split(",", -1);
            // A line that is just being written is cut short.
            if (field.length < 10 || field[0].equals("address")) {
                continue;
            }
            // One that was given back stays there with a lifetime of 0.
            if (field[9].equals(ASSIGNED) && !field[3].equals("0")) {
                Instant expires = Instant.ofEpochSecond(Long.parseLong(field[4]));
                last.put(field[0], new Lease(expires, field[1], field[0], field[8], field[2]));
            } else {
                last.remove(field[0]);
            }
        }
        return List.copyOf(last.values());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

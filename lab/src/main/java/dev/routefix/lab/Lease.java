package dev.routefix.lab;

import java.time.Instant;

/** One line of dnsmasq's lease file: who holds which address until when. */
public record Lease(Instant expires, String mac, String address, String hostname, String clientId) {
    static Lease parse(String line) {
        String[] field = line.split(" ", -1);
        return new Lease(Instant.ofEpochSecond(Long.parseLong(field[0])), field[1], field[2], field[3], field[4]);
    }
}

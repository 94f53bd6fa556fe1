package dev.routefix.lab.dhcp;

import java.time.Instant;

/** What a DHCP server remembers of one address: who holds it until when; an empty host name where none was told. */
public record Lease(Instant expires, String mac, String address, String hostname, String clientId) {

    /** Whether it holds at this moment. */
    public boolean holdsAt(Instant moment) {
        return expires.isAfter(moment);
    }
}

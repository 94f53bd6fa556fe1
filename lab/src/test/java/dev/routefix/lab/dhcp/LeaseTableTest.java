package dev.routefix.lab.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as the servers write them. */
class LeaseTableTest {
    @TempDir
    Path directory;

    @Test
    void reads_dnsmasqs_leases_with_and_without_a_name() throws IOException {
        assertThat(LeaseTable.dnsmasq(file("""
                        1700000000 02:00:00:00:00:01 192.168.2.100 web-0 ff:01
                        1700000600 02:00:00:00:00:02 192.168.2.101 * *
                        """)))
                .containsExactly(
                        new Lease(
                                Instant.ofEpochSecond(1700000000),
                                "02:00:00:00:00:01",
                                "192.168.2.100",
                                "web-0",
                                "ff:01"),
                        new Lease(Instant.ofEpochSecond(1700000600), "02:00:00:00:00:02", "192.168.2.101", "", "*"));
    }

    @Test
    void takes_of_keas_lines_the_last_of_each_address_and_none_that_was_given_back() throws IOException {
        assertThat(LeaseTable.kea(file("""
                                address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
                                10.0.0.1,02:00:00:00:00:01,ff:01,20,1700000020,1,0,0,web-0,0,,0
                                10.0.0.2,02:00:00:00:00:02,,20,1700000020,1,0,0,,0,,0
                                10.0.0.1,02:00:00:00:00:01,ff:01,20,1700000030,1,0,0,web-0,0,,0
                                10.0.0.2,02:00:00:00:00:02,,0,1700000010,1,0,0,,0,,0
                                10.0.0.3,02:00:00:00:00:03,,20,1700000020,1,0,0,,1,,0
                                10.0.0.4,02:00""")))
                .containsExactly(new Lease(
                        Instant.ofEpochSecond(1700000030), "02:00:00:00:00:01", "10.0.0.1", "web-0", "ff:01"));
    }

    @Test
    void a_server_that_has_given_nothing_out_has_no_file() {
        assertThat(LeaseTable.kea(directory.resolve("none"))).isEmpty();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("leases"), text);
    }
}

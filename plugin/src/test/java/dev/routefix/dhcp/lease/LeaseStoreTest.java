package dev.routefix.dhcp.lease;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.Json;
import dev.routefix.dhcp.Granted.OtherRoute;
import dev.routefix.dhcp.Granted.Resolver;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.machine.DhcpClient;
import dev.routefix.dhcp.machine.Terms;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.Options;
import dev.routefix.fuzz.Fuzz;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases on disk. */
final class LeaseStoreTest {

    private static final AttachmentId ID = new AttachmentId("c1", "eth0");
    private static final Moment NOW = new Moment("b1", 5_000_000, 1_800_000_000_000L);
    private static final Terms TERMS = new Terms(
            IpAddress.parse("192.168.2.1"),
            MacAddress.parse("02:00:5e:00:00:01"),
            Prefix.parse("192.168.2.76/24"),
            Terms.FOREVER,
            1800,
            3150,
            IpAddress.parse("192.168.2.1"),
            List.of(
                    new OtherRoute(Prefix.parse("10.0.0.0/8"), IpAddress.parse("192.168.2.5")),
                    new OtherRoute(Prefix.parse("10.9.0.0/16"), null)),
            1400,
            new Resolver(List.of(IpAddress.parse("192.168.2.1")), "home.arpa", List.of("home.arpa", "lab.home.arpa")));
    private static final Lease NAMED = new Lease(
            ID,
            "default/web-0",
            "eth0",
            new Identity(
                    "0123456789abcdef",
                    new DhcpClient(
                            MacAddress.parse("02:00:00:00:00:76"),
                            new byte[] {-1, 1, 2},
                            "web-0",
                            new byte[] {1, 121},
                            new Options().putText(Code.MESSAGE, "hello")),
                    false),
            TERMS,
            NOW);

    @TempDir
    Path state;

    private final List<String> log = new ArrayList<>();

    private LeaseStore store() {
        return new LeaseStore(state, log::add);
    }

    private static Lease anybodys() {
        return new Lease(null, "", "eth0", Identity.anybody(new Random(1)), TERMS, NOW);
    }

    @Test
    void what_is_written_is_read_back_whole() {
        store().save(NAMED);

        var read = requireNonNull(store().find(ID));
        assertThat(Json.write(LeaseJson.of(read))).isEqualTo(Json.write(LeaseJson.of(NAMED)));
        assertThat(read.terms()).isEqualTo(TERMS);
        assertThat(read.attachment()).isEqualTo(ID);
        assertThat(store().attachments()).containsExactly(ID);
        assertThat(store().find(new AttachmentId("c1", "net1"))).isNull();
    }

    @Test
    void what_is_not_known_of_a_lease_is_not_known_after_it_was_read() {
        store().save(NAMED.with(Terms.unknown(Prefix.parse("192.168.2.76/24")), NOW));

        var read = requireNonNull(store().find(ID));
        assertThat(read.terms()).isEqualTo(Terms.unknown(Prefix.parse("192.168.2.76/24")));
        assertThat(read.terms().isKnown()).isFalse();
        assertThat(read.isToBeGivenBack(NOW)).isFalse();
        assertThat(NAMED.terms().isKnown()).isTrue();
    }

    @Test
    void one_that_could_not_be_read_again_is_refused_by_its_bytes_and_leaves_nothing() {
        var domain = "\u00e9".repeat(40_000); // two bytes each
        var terms = new Terms(
                TERMS.server(),
                TERMS.serverMac(),
                TERMS.address(),
                TERMS.seconds(),
                TERMS.renewAfter(),
                TERMS.rebindAfter(),
                null,
                List.of(),
                0,
                new Resolver(List.of(), domain, List.of()));

        assertThatThrownBy(() -> store().save(NAMED.with(terms, NOW)))
                .isInstanceOf(CniException.class)
                .hasMessageContaining("more than 65536");

        assertThat(store().attachments()).isEmpty();
    }

    @Test
    void a_lease_is_in_one_place_whoever_has_it() {
        store().save(NAMED);
        store().keep(NAMED);
        assertThat(store().find(ID)).isNull();
        assertThat(store().remembered("0123456789abcdef")).isNotNull();

        var free = anybodys();
        store().save(free);
        assertThat(store().free()).hasSize(1);
        assertThat(store().claim(free, ID)).isTrue();
        assertThat(store().claim(free, new AttachmentId("c2", "eth0"))).isFalse();
        assertThat(store().free()).isEmpty();
        assertThat(store().find(ID)).isNotNull();
        assertThat(log).isEmpty();
    }

    @Test
    void a_moment_of_this_start_is_told_by_the_clock_that_nobody_can_set() {
        var later = new Moment("b1", 5_060_000, NOW.sinceEpoch() + 7 * 3_600_000);
        assertThat(NOW.sinceStartOf(later)).isEqualTo(5_000_000);

        var afterReboot = new Moment("b2", 30_000, NOW.sinceEpoch() + 90_000);
        assertThat(NOW.sinceStartOf(afterReboot)).isEqualTo(30_000 - 90_000);
    }

    @Test
    void a_damaged_file_is_used_whole_or_kept_aside_and_stops_no_other() throws IOException {
        var other = new AttachmentId("c2", "eth0");
        store().save(new Lease(other, "", "eth0", NAMED.identity(), TERMS, NOW));
        var good = Json.write(LeaseJson.of(NAMED));
        for (int seed = 0; seed < Fuzz.INPUTS / 5; seed++) {
            var fuzz = new Fuzz(seed);
            log.clear();
            Files.write(
                    state.resolve("leases/" + ID),
                    fuzz.onceIn(2) ? fuzz.damaged(good.getBytes(StandardCharsets.UTF_8)) : fuzz.withHostileValue(good));

            var all = store().ofAttachments();

            assertThat(all).as("seed " + seed).hasSize(log.isEmpty() ? 2 : 1);
            for (var lease : all) {
                assertThat(lease.end(NOW)).isGreaterThan(Long.MIN_VALUE);
                store().save(lease);
            }
        }
    }
}

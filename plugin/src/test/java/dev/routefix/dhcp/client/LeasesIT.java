package dev.routefix.dhcp.client;

import static dev.routefix.dhcp.client.LeasedNode.ANYBODY;
import static dev.routefix.dhcp.client.LeasedNode.id;
import static dev.routefix.dhcp.client.LeasedNode.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.client.DhcpServer.Kind;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Lan.Options;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.run.Poll;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The leases of a node's pods, with real servers. */
final class LeasesIT {

    private static final Duration BOUND = Duration.ofSeconds(20);

    private final Lan lan = Lan.open(Options.DEFAULT.nodes(1));

    @TempDir
    Path state;

    private LeasedNode node;

    @BeforeEach
    void take_a_node() {
        node = new LeasedNode(lan.node(1), state);
    }

    @AfterEach
    void close() {
        lan.close();
    }

    private Leases start(int ready) {
        return node.start(ready);
    }

    private static void awaitReady(Leases leases, int count) {
        Poll.until(count + " leases are ready", BOUND, () -> leases.readyNow() == count);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ_THAT_PINGS", "ISC", "KEA"})
    void a_pod_gets_a_lease_that_was_taken_beforehand_and_its_server_gets_to_know_its_name(Kind kind) {
        try (var server = DhcpServer.start(lan, kind);
                var leases = start(2)) {
            awaitReady(leases, 2);
            var ready = server.leases();

            var given = leases.acquire(request("c1", ANYBODY));

            assertThat(ready).contains(given.address().address().toString()).doesNotContain(ANYBODY);
            Poll.until("the name is known", BOUND, () -> server.leases().contains(ANYBODY));
            awaitReady(leases, 2);
            assertThat(leases.acquire(request("c2", ANYBODY)).address()).isNotEqualTo(given.address());
            assertThat(node.told).isEmpty();
        }
    }

    @Test
    void whose_a_lease_is_that_was_taken_beforehand_is_on_the_disk_though_no_server_answers() {
        try (var leases = start(1)) {
            try (var _ = DhcpServer.start(lan, Kind.DNSMASQ)) {
                awaitReady(leases, 1);
            }

            leases.acquire(request("c1", ANYBODY));

            Poll.until(
                    "the pod's name is there",
                    BOUND,
                    () -> node.lease("c1").pod().contains(ANYBODY));
        }
    }

    @Test
    void an_address_that_a_machine_has_is_declined_and_nothing_of_it_stays_on_the_disk() {
        lan.client().netns().ip("""
                        address add 192.168.2.100/24 dev eth0
                        address add 192.168.2.101/24 dev eth0
                        """);
        try (var _ = DhcpServer.ofRange(lan, Kind.DNSMASQ, 3);
                var leases = start(0)) {
            var given = leases.acquire(request("c1", "web-0"));

            assertThat(given.address()).hasToString("192.168.2.102/24");
            assertThat(node.lease("c1").granted()).isEqualTo(given);

            assertThatThrownBy(() -> leases.acquire(request("c2", "web-1", Duration.ofSeconds(3))))
                    .hasMessageContaining("web-1");
            assertThat(state.resolve("leases/c2@eth0")).doesNotExist();
        }
    }

    @Test
    void what_a_pod_leaves_is_kept_for_the_next_if_there_is_room_else_given_back() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = start(1)) {
            awaitReady(leases, 1);
            leases.acquire(request("c1", ANYBODY));
            awaitReady(leases, 1);
            leases.release(id("c1"));

            assertThat(leases.readyNow()).isEqualTo(1);
            Poll.until("the address is given back", BOUND, () -> server.log().contains("DHCPRELEASE"));
        }
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
            assertThat(server.log()).isNotEmpty();
            try (var leases = start(0)) {
                Poll.until("none is held ready", BOUND, () -> leases.readyNow() == 0);
                Poll.until("it is given back", BOUND, () -> server.log().contains("DHCPRELEASE"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void leases_are_taken_over_by_the_next_process_and_a_server_that_lost_its_memory_gives_the_same(Kind kind) {
        try (var server = DhcpServer.start(lan, kind)) {
            Granted first;
            try (var leases = start(0)) {
                first = leases.acquire(request("c1", "web-0"));
            }
            node.makeOlder("c1", 299);
            server.loseMemory();
            try (var leases = start(0)) {
                Poll.until(
                        "it is renewed",
                        BOUND,
                        () -> server.leases().contains(first.address().address().toString()));
                assertThat(leases.acquire(request("c1", "web-0"))).isEqualTo(first);
            }
            assertThat(node.expired).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ", "DNSMASQ_NOT_AUTHORITATIVE", "ISC", "KEA"})
    void what_the_reference_plugin_got_is_asked_for_as_that_did_and_given_back_with_the_pod(Kind kind) {
        var mac = MacAddress.parse("02:00:5e:00:01:76");
        var address = Prefix.parse("192.168.2.176/24");
        try (var server = DhcpServer.start(lan, kind)) {
            try (var leases = start(0)) {
                // the server has never heard of it, as after a loss of its memory
                leases.inherit(request("c1", "web-0"), mac, address);
                Poll.until("it is given", BOUND.multipliedBy(2), () -> isKnown("c1"));
            }
            assertThat(server.leases()).contains("192.168.2.176", mac.toString());
            assertThat(node.store().ofAttachments()).hasSize(1);
            node.store().forget();

            var before = server.log();
            try (var leases = start(0);
                    var capture = Capture.on(lan.router().netns(), "eth0")) {
                leases.inherit(request("c1", "web-0"), mac, address);
                Poll.until("it is given again", BOUND, () -> isKnown("c1"));
                var asked = capture.await("asks", BOUND, packet -> packet.to().equals("255.255.255.255:67"));
                assertThat(asked.fromMac()).isEqualTo(mac.toString());
                assertThat(node.expired).isEmpty();

                leases.release(id("c1"));
                assertThat(node.store().ofAttachments()).isEmpty();
                Poll.until(
                        "it is given back",
                        BOUND,
                        () -> server.log()
                                .substring(before.length())
                                .toUpperCase(Locale.ROOT)
                                .contains("RELEASE"));
                // a name that comes again comes as itself, and has the address all the same
                assertThat(leases.acquire(request("c2", "web-0")).address()).isEqualTo(address);
            }
        }
    }

    private boolean isKnown(String container) {
        var lease = node.store().find(id(container));
        return lease != null && lease.terms().isKnown();
    }

    @Test
    void a_living_pods_lease_is_renewed_from_the_node_by_the_pods_own_hardware_address() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var pod = Netns.create("pod")) {
            Granted given;
            try (var leases = start(0)) {
                given = leases.acquire(request("c1", "web-0"));
            }
            node.plug(pod, given);
            node.makeOlder("c1", 299);
            try (var capture = Capture.on(lan.router().netns(), "eth0");
                    var leases = start(0)) {
                var renewal = capture.await(
                        "sent to the server", BOUND, packet -> packet.to().equals("192.168.2.1:67"));
                Poll.until(
                        "the answer is heard",
                        BOUND,
                        () -> leases.acquire(request("c1", "web-0")) != null && isRenewed("c1"));

                assertThat(renewal.fromMac()).isEqualTo(given.mac().toString());
                assertThat(renewal.from()).isEqualTo(given.address().address() + ":68");
                assertThat(renewal.toMac()).isEqualTo(lan.router().mac());
                assertThat(server.log()).isNotEmpty();
            }
        }
    }

    private boolean isRenewed(String container) {
        var lease = node.store().find(id(container));
        return lease != null && lease.given().sinceEpoch() > System.currentTimeMillis() - 60_000;
    }

    @Test
    void what_is_held_ready_is_given_back_when_the_server_has_nothing_left_for_a_pod() {
        try (var server = DhcpServer.ofRange(lan, Kind.DNSMASQ, 2);
                var leases = start(2)) {
            awaitReady(leases, 2);

            assertThat(leases.acquire(request("c1", "web-0")).address().toString())
                    .startsWith("192.168.2.1");
            assertThat(leases.readyNow()).isZero();
            assertThat(server.log()).isNotEmpty();
        }
    }

    @Test
    void at_its_end_a_lease_is_lost_and_it_is_back_when_the_server_is() {
        Granted first;
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = start(0)) {
            first = leases.acquire(request("c1", "web-0"));
            assertThat(server.leases()).isNotEmpty();
        }
        node.makeOlder("c1", 600);
        try (var after = start(0)) {
            Poll.until("it is lost", BOUND, () -> node.expired.equals(List.of(id("c1"))));
            assertThat(node.told).anyMatch(line -> line.contains("web-0") && line.contains("loses its address"));
            try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
                Poll.until("it is back", BOUND, () -> node.restored.equals(List.of(id("c1"))));
                assertThat(server.leases()).contains(first.address().address().toString());
                assertThat(after.acquire(request("c1", "web-0"))).isEqualTo(first);
            }
        }
    }

    @Test
    void fifty_pods_at_once_get_fifty_addresses() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = start(2)) {
            List<CompletableFuture<Granted>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                var request = request("c" + i, "web-" + i);
                all.add(CompletableFuture.supplyAsync(
                        () -> leases.acquire(request),
                        command -> Thread.ofPlatform().start(command)));
            }
            var addresses = new HashSet<String>();
            var macs = new HashSet<String>();
            for (var each : all) {
                addresses.add(each.join().address().toString());
                macs.add(each.join().mac().toString());
            }
            assertThat(addresses).hasSize(50);
            assertThat(macs).hasSize(50);
            assertThat(server.leases().lines().count()).isGreaterThanOrEqualTo(50);
        }
    }

    @Test
    void a_pod_that_is_deleted_while_it_waits_is_told_and_leaves_nothing() {
        lan.stopDhcp();
        try (var leases = start(0)) {
            var waiting = CompletableFuture.supplyAsync(() -> leases.acquire(request("c1", "web-0")));
            Poll.until("it asks", BOUND, () -> {
                leases.release(id("c1"));
                return waiting.isDone();
            });

            assertThatThrownBy(waiting::join).hasRootCauseMessage("c1@eth0 was deleted while it was being added");
            assertThat(state.resolve("leases/c1@eth0")).doesNotExist();
        }
    }

    @Test
    void what_another_process_got_is_renewed_too() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = start(0)) {
            var one = new OneCall(node.store());
            var given = lan.node(1).netns().call(() -> one.acquire(request("c1", "web-0")));
            node.makeOlder("c1", 299);
            int before = server.log().split("DHCPACK").length;

            Poll.until("it is renewed", BOUND, () -> server.log().split("DHCPACK").length > before);

            assertThat(leases.acquire(request("c1", "web-0"))).isEqualTo(given);
        }
    }

    @Test
    void a_file_that_cannot_be_read_stops_nobody() throws Exception {
        Files.createDirectories(state.resolve("leases/free"));
        Files.writeString(state.resolve("leases/c9@eth0"), "{");
        Files.writeString(state.resolve("leases/free/020000000001"), "null");
        Files.writeString(state.resolve("leases/README"), "hello");
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = start(0)) {
            assertThat(leases.acquire(request("c1", "web-0")).address().toString())
                    .startsWith("192.168.2.");
            assertThat(node.told).hasSize(3).allMatch(line -> line.contains("is kept as"));
            assertThat(server.log()).isNotEmpty();
        }
    }

    @Test
    void an_interface_that_goes_away_and_comes_back_is_used_again() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = start(0)) {
            leases.acquire(request("c1", "web-0"));
            lan.unplug(lan.node(1).host());
            assertThatThrownBy(() -> leases.acquire(request("c2", "web-1"))).isInstanceOf(RuntimeException.class);
            lan.plug(lan.node(1).host());

            assertThat(leases.acquire(request("c2", "web-1")).address().toString())
                    .startsWith("192.168.2.");
            assertThat(server.log()).isNotEmpty();
        }
    }
}

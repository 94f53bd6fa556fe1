package dev.routefix.dhcp.client;

import static dev.routefix.dhcp.client.LeasedNode.ANYBODY;
import static dev.routefix.dhcp.client.LeasedNode.id;
import static dev.routefix.dhcp.client.LeasedNode.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.client.DhcpServer.Kind;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.MessageType;
import dev.routefix.dhcp.message.Servers;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Lan.Options;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.packet.Capture;
import dev.routefix.lab.run.Poll;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of living pods' leases, and of pods to come, when servers, clocks and we ourselves fail. */
final class HardTimesIT {

    private static final Duration BOUND = Duration.ofSeconds(30);

    /** Where a frame of {@link Servers} has its message type, and the number of FORCERENEW (RFC 3203). */
    private static final int TYPE = 284;

    private static final byte FORCERENEW = 9;
    private static final int UDP_CHECKSUM = 40;

    @TempDir
    Path state;

    private final Lan lan = Lan.open(Options.DEFAULT.nodes(1));
    private LeasedNode node;

    @BeforeEach
    void take_a_node() {
        node = new LeasedNode(lan.node(1), state);
    }

    @AfterEach
    void close() {
        lan.close();
    }

    @Test
    void without_a_server_the_runtime_is_told_what_was_asked_and_heard() {
        lan.stopDhcp();
        try (var leases = node.start(2)) {
            assertThatThrownBy(() -> leases.acquire(request("c1", "web-0", Duration.ofSeconds(1))))
                    .isInstanceOfSatisfying(
                            CniException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRY_AGAIN_LATER))
                    .hasMessageContainingAll("default/web-0", "eth0", "1.0 s", "sent DISCOVER", "heard nothing");
            assertThat(node.store().attachments()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void what_is_held_ready_leaves_the_server_at_least_one_address(Kind kind) {
        try (var server = DhcpServer.ofRange(lan, kind, 2);
                var leases = node.start(2)) {
            Poll.until(
                    "the owner is told",
                    BOUND,
                    () -> node.told.stream()
                            .anyMatch(line -> line.contains("server of eth0 has no address left")
                                    && line.contains("WARM_LEASES=0")));
            Poll.until("all are given back", BOUND, () -> leases.readyNow() == 0);
            assertThat(node.store().free()).isEmpty();
            assertThat(leases.acquire(request("c1", ANYBODY)).address().toString())
                    .startsWith("192.168.2.10");
            assertThat(server.log()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void what_is_held_ready_stays_where_the_server_has_more_and_when_it_is_away(Kind kind) {
        lan.stopDhcp();
        try (var leases = node.start(2)) {
            try (var server = DhcpServer.ofRange(lan, kind, 4)) {
                Poll.until("two are held", BOUND, () -> leases.readyNow() == 2);
                // the third is only looked at
                assertThat(node.store().free()).hasSize(2);
                assertThat(server.log()).isNotEmpty();
            }
            assertThat(leases.acquire(request("c1", ANYBODY)).address().toString())
                    .startsWith("192.168.2.10");
            assertThat(leases.acquire(request("c2", ANYBODY)).address().toString())
                    .startsWith("192.168.2.10");
        }
        assertThat(node.told).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ISC", "KEA"})
    void leases_of_seconds_are_renewed_again_and_again(Kind kind) {
        try (var server = DhcpServer.ofSeconds(lan, kind, 8);
                var pod = Netns.create("pod");
                var leases = node.start(0)) {
            var given = leases.acquire(request("c1", "web-0"));
            node.plug(pod, given);
            var begin = node.lease("c1").given().sinceBoot();

            Poll.until(
                    "it is renewed for the third time",
                    BOUND,
                    () -> node.lease("c1").given().sinceBoot() > begin + 11_000);

            assertThat(leases.acquire(request("c1", "web-0"))).isEqualTo(given);
            assertThat(node.expired).as(node.told + server.log()).isEmpty();
            assertThat(node.told).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void what_is_held_ready_is_renewed_although_nobody_answers_for_its_address(Kind kind) {
        try (var server = DhcpServer.ofSeconds(lan, kind, 120)) {
            Lease ready;
            try (var leases = node.start(1)) {
                Poll.until("one is held", BOUND, () -> leases.readyNow() == 1);
                ready = node.store().free().getFirst();
            }
            node.store().save(ready.with(ready.terms(), ready.given().plus(-59_000)));
            try (var leases = node.start(1)) {
                Poll.until(
                        "it is renewed",
                        BOUND,
                        () -> node.store().free().getFirst().given().sinceBoot()
                                > ready.given().sinceBoot());
                assertThat(leases.readyNow()).isEqualTo(1);
            }
            assertThat(node.told).as(server.log()).isEmpty();
        }
    }

    @Test
    void a_server_that_refuses_for_ever_is_told_and_the_pod_has_its_address_until_the_lease_ends() {
        Granted first;
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = node.start(0)) {
            first = leases.acquire(request("c1", "web-0"));
            assertThat(server.log()).isNotEmpty();
        }
        node.makeOlder("c1", 300);
        try (var server = DhcpServer.elsewhere(lan, Kind.DNSMASQ)) {
            try (var leases = node.start(0)) {
                Poll.until(
                        "the owner is told",
                        BOUND,
                        () -> node.told.stream()
                                .anyMatch(line ->
                                        line.contains("web-0") && line.contains("a pod cannot change its address")));
                assertThat(node.told).anyMatch(line -> line.contains("refuses to renew"));
                assertThat(node.expired).isEmpty();
                assertThat(leases.acquire(request("c1", "web-0"))).isEqualTo(first);
            }
            node.makeOlder("c1", 298);
            try (var leases = node.start(0)) {
                Poll.until("it is lost", BOUND, () -> node.expired.contains(id("c1")));
                assertThat(leases.readyNow()).isZero();
            }
            assertThat(server.log()).contains("DHCPNAK");
        }
    }

    /** RFC 3203 wants it signed, and nobody has given us a key. */
    @Test
    void a_FORCERENEW_is_not_obeyed() {
        try (var leases = node.start(0)) {
            Granted given;
            try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
                given = leases.acquire(request("c1", "web-0"));
                assertThat(server.log()).isNotEmpty();
            }
            try (var capture = Capture.on(lan.router().netns(), "eth0")) {
                forceToRenew(given);
                // it asks, and so has heard what came before
                assertThatThrownBy(() -> leases.acquire(request("c2", "web-1", Duration.ofMillis(300))))
                        .isInstanceOf(CniException.class);
                assertThat(capture.packets())
                        .anyMatch(packet -> packet.to().equals("255.255.255.255:67"))
                        .noneMatch(packet -> packet.to().equals("192.168.2.1:67"));
            }
            assertThat(node.lease("c1").granted()).isEqualTo(given);
        }
    }

    private void forceToRenew(Granted given) {
        try (var liar = LyingServer.start(lan)) {
            for (int xid = 0; xid < 20; xid++) {
                var frame = Servers.frame(new DhcpMessage(
                        true,
                        MessageType.ACK,
                        xid,
                        0,
                        given.address().address(),
                        DhcpMessage.NOBODY,
                        given.mac(),
                        Servers.options()));
                frame[TYPE] = FORCERENEW;
                frame[UDP_CHECKSUM] = 0;
                frame[UDP_CHECKSUM + 1] = 0;
                liar.say(frame);
            }
        }
    }

    @Test
    void a_wall_clock_that_jumps_by_hours_ends_no_lease_and_hastens_none() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
            try (var leases = node.start(0)) {
                leases.acquire(request("ahead", "web-0"));
                leases.acquire(request("behind", "web-1"));
            }
            jump("ahead", Duration.ofHours(30));
            jump("behind", Duration.ofHours(-30));
            int renewed = acknowledged(server);
            try (var leases = node.start(0)) {
                leases.acquire(request("new", "web-2"));
                assertThat(acknowledged(server)).isEqualTo(renewed + 1);
                assertThat(node.expired).isEmpty();
            }
            node.makeOlder("ahead", 301);
            node.makeOlder("behind", 301);
            try (var leases = node.start(0)) {
                Poll.until("both are renewed", BOUND, () -> acknowledged(server) == renewed + 3);
                assertThat(leases.readyNow()).isZero();
            }
            assertThat(node.expired).isEmpty();
        }
    }

    /** As if the clock of the wall had been set by so much since. */
    private void jump(String container, Duration by) {
        var lease = node.lease(container);
        var given = lease.given();
        var moment = new Moment(given.boot(), given.sinceBoot(), given.sinceEpoch() + by.toMillis());
        node.store().save(lease.with(lease.terms(), moment));
    }

    private static int acknowledged(DhcpServer server) {
        return server.log().split("DHCPACK").length - 1;
    }

    @Test
    void what_was_given_before_the_machine_was_started_is_of_pods_that_are_gone() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
            try (var leases = node.start(0)) {
                leases.acquire(request("c1", "web-0"));
                leases.acquire(request("c2", ANYBODY));
            }
            for (var container : new String[] {"c1", "c2"}) {
                var lease = node.lease(container);
                var before = new Moment("another-boot", 5, lease.given().sinceEpoch());
                node.store().save(lease.with(lease.terms(), before));
            }
            try (var leases = node.start(0)) {
                Poll.until("one is given back", BOUND, () -> server.log().contains("DHCPRELEASE"));
                assertThat(leases.readyNow()).isZero();
            }
            assertThat(node.store().attachments()).isEmpty();
            assertThat(node.store().remembered()).extracting(Lease::pod).containsExactly("default/web-0");
        }
    }

    /** SIGKILL between the server's ACK and the disk: the runtime's next try gets the same, for the server knows who asks. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void a_lease_that_was_given_and_never_written_is_given_again(Kind kind) {
        try (var server = DhcpServer.start(lan, kind)) {
            Granted lost;
            try (var leases = node.start(0)) {
                lost = leases.acquire(request("c1", "web-0"));
            }
            node.store().delete(node.lease("c1"));
            try (var leases = node.start(0)) {
                leases.release(id("c1"));
                assertThat(leases.acquire(request("c2", "web-0"))).isEqualTo(lost);
            }
            assertThat(server.log()).isNotEmpty();
        }
    }

    /** SIGKILL between the disk and the answer: the runtime deletes what it never heard of. */
    @Test
    void a_lease_that_was_written_and_never_told_is_given_back_by_the_DEL_of_whoever_is_there() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
            try (var leases = node.start(0)) {
                leases.acquire(request("c1", ANYBODY));
            }
            try (var leases = node.start(0)) {
                leases.release(id("c1"));
                Poll.until("it is given back", BOUND, () -> server.log().contains("DHCPRELEASE"));
            }
            assertThat(node.store().attachments()).isEmpty();
        }
    }

    @Test
    void a_lease_that_another_process_has_given_to_a_pod_is_not_given_back() {
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = node.start(1)) {
            Poll.until("one is held", BOUND, () -> leases.readyNow() == 1);
            var given = lan.node(1).netns().call(() -> new OneCall(node.store()).acquire(request("c1", ANYBODY)));

            assertThat(node.lease("c1").granted()).isEqualTo(given);
            leases.giveUp();

            assertThat(server.log()).doesNotContain("DHCPRELEASE");
        }
    }
}

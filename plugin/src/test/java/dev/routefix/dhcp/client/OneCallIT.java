package dev.routefix.dhcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.DhcpSettings;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Lan.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses from real servers, by one call each. */
final class OneCallIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Lan lan = Lan.open(Options.DEFAULT.nodes(1));
    private final List<String> log = new ArrayList<>();

    @TempDir
    Path state;

    @AfterEach
    void close() {
        lan.close();
    }

    private static AddressRequest request(String container, String pod, Duration patience) {
        return new AddressRequest(
                new AttachmentId(container, "eth0"),
                "lan",
                "default",
                pod,
                "eth0",
                null,
                DhcpSettings.DEFAULT,
                patience);
    }

    private OneCall source() {
        return new OneCall(new LeaseStore(state, log::add));
    }

    private Granted acquire(String container, String pod) {
        return lan.node(1).netns().call(() -> source().acquire(request(container, pod, PATIENCE)));
    }

    private void release(String container) {
        lan.node(1).netns().call(() -> {
            source().release(new AttachmentId(container, "eth0"));
            return 0;
        });
    }

    @ParameterizedTest
    @EnumSource(DhcpServer.Kind.class)
    void a_name_that_comes_again_has_its_address_and_its_hardware_address_again(DhcpServer.Kind kind) {
        try (var server = DhcpServer.start(lan, kind)) {
            var first = acquire("c1", "web-0");
            assertThat(first.address().toString()).startsWith("192.168.2.1").endsWith("/24");
            assertThat(first.router()).hasToString("192.168.2.1");
            assertThat(first.names().servers()).hasToString("[192.168.2.1]");
            assertThat(first.names().search()).containsExactly("home.arpa", "lab.home.arpa");
            assertThat(server.leases()).contains(first.address().address().toString(), "web-0");
            release("c1");
            var other = acquire("c2", "web-1");
            var again = acquire("c3", "web-0");

            assertThat(again.mac()).isEqualTo(first.mac());
            assertThat(again.address()).isEqualTo(first.address());
            assertThat(other.address()).isNotEqualTo(first.address());
            assertThat(acquire("c3", "web-0")).isEqualTo(again);
            assertThat(log).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DhcpServer.Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void a_generated_name_has_another_each_time_and_gives_it_back(DhcpServer.Kind kind) {
        try (var server = DhcpServer.start(lan, kind)) {
            var first = acquire("c1", "web-6d4cf56db6-x2x7z");
            release("c1");
            var second = acquire("c2", "web-6d4cf56db6-x2x7z");

            assertThat(second.mac()).isNotEqualTo(first.mac());
            assertThat(server.log().toUpperCase(java.util.Locale.ROOT)).contains("RELEASE");
            assertThat(state.resolve("leases/c1@eth0")).doesNotExist();
        }
    }

    @Test
    void no_server_is_said_with_what_was_asked_and_heard() {
        lan.stopDhcp();

        assertThatThrownBy(() ->
                        lan.node(1).netns().call(() -> source().acquire(request("c1", "web-0", Duration.ofSeconds(1)))))
                .rootCause()
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRY_AGAIN_LATER))
                .hasMessageContainingAll("default/web-0", "eth0", "1.0 s", "DISCOVER", "heard nothing");
        assertThat(state.resolve("leases")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(
            value = DhcpServer.Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void an_address_that_a_machine_has_is_declined(DhcpServer.Kind kind) {
        lan.client().netns().ip("""
                        address add 192.168.2.100/24 dev eth0
                        address add 192.168.2.101/24 dev eth0
                        """);
        try (var server = DhcpServer.ofRange(lan, kind, 3)) {
            var given = acquire("c1", "web-0");

            assertThat(given.address()).hasToString("192.168.2.102/24");
            assertThat(server.log()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DhcpServer.Kind.class,
            names = {"DNSMASQ", "ISC", "KEA"})
    void a_range_that_is_used_up_is_said(DhcpServer.Kind kind) {
        try (var server = DhcpServer.ofRange(lan, kind, 1)) {
            acquire("c1", "web-0");

            assertThatThrownBy(() -> lan.node(1)
                            .netns()
                            .call(() -> source().acquire(request("c2", "web-1", Duration.ofSeconds(1)))))
                    .rootCause()
                    .hasMessageContaining("has its range an address left?");
            assertThat(server.log()).isNotEmpty();
        }
    }

    @Test
    void a_remembered_address_of_which_the_server_knows_nothing_does_not_keep_a_pod_from_another() {
        try (var server = DhcpServer.ofRange(lan, DhcpServer.Kind.DNSMASQ, 1)) {
            assertThat(acquire("c1", "web-0").address()).hasToString("192.168.2.100/24");
            assertThat(server.leases()).contains("web-0");
            release("c1");
        }
        try (var server = DhcpServer.start(lan, DhcpServer.Kind.DNSMASQ_NOT_AUTHORITATIVE)) {
            assertThat(acquire("c2", "web-0").address().address().toString()).startsWith("192.168.2.1");
            assertThat(server.log()).isNotEmpty();
        }
    }

    @Test
    void an_interface_that_is_not_there_or_down_is_named() {
        assertThatThrownBy(() -> lan.node(1)
                        .netns()
                        .call(() -> source().acquire(new AddressRequest(
                                new AttachmentId("c1", "eth0"),
                                "lan",
                                "",
                                "",
                                "eth7",
                                null,
                                DhcpSettings.DEFAULT,
                                PATIENCE))))
                .rootCause()
                .hasMessageContaining("\"eth7\"");
        lan.node(1).netns().ip("link set eth0 down\n");
        assertThatThrownBy(() -> acquire("c1", "web-0")).rootCause().hasMessageContaining("eth0 is down");
    }
}

package dev.routefix.dhcp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.client.DhcpServer.Kind;
import dev.routefix.fuzz.Fuzz;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Lan.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A LAN whose servers lie, before the client as it runs on a node: pods come and go meanwhile, and one is there that keeps its address. */
final class DhcpFuzzIT {

    private static final int POD_AT_ONCE = 16;
    private static final Duration PATIENCE = Duration.ofMillis(400);

    @TempDir
    Path state;

    private final Lan lan = Lan.open(Options.DEFAULT.nodes(1));

    @AfterEach
    void close() {
        lan.close();
    }

    @Test
    void no_pod_gets_a_wrong_address_none_loses_its_own_and_the_client_goes_on() {
        var node = new LeasedNode(lan.node(1), state);
        Granted kept;
        try (var server = DhcpServer.start(lan, Kind.DNSMASQ);
                var leases = node.start(0)) {
            kept = leases.acquire(LeasedNode.request("kept", "web-0"));
            assertThat(server.log()).isNotEmpty();
        }
        node.makeOlder("kept", 301);
        try (var leases = node.start(2)) {
            int given = 0;
            try (var liars = LyingServer.start(lan)) {
                for (int round = 0; liars.sent() < Fuzz.INPUTS; round++) {
                    for (var granted : addAndDelete(leases, round)) {
                        given++;
                        requireSane(granted);
                    }
                }
            }
            assertThat(given).isPositive();
            assertThat(node.told).noneMatch(line -> line.contains("may not be renewed in time"));
            assertThat(node.expired).isEmpty();
            try (var server = DhcpServer.start(lan, Kind.DNSMASQ)) {
                assertThat(leases.acquire(LeasedNode.request("kept", "web-0")).address())
                        .isEqualTo(kept.address());
                assertThat(leases.acquire(LeasedNode.request("after", "web-1"))
                                .address()
                                .toString())
                        .startsWith("192.168.2.1");
                assertThat(server.log()).isNotEmpty();
            }
        }
    }

    private static List<Granted> addAndDelete(Leases leases, int round) {
        var all = new ArrayList<CompletableFuture<@Nullable Granted>>();
        for (int i = 0; i < POD_AT_ONCE; i++) {
            var container = "c" + round + "-" + i;
            var request = LeasedNode.request(container, "pod-" + round + "-" + i, PATIENCE);
            all.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return leases.acquire(request);
                        } catch (CniException e) {
                            assertThat(e.code()).isEqualTo(ErrorCode.TRY_AGAIN_LATER);
                            return null;
                        } finally {
                            leases.release(request.attachment());
                        }
                    },
                    command -> Thread.ofPlatform().start(command)));
        }
        var granted = new ArrayList<Granted>();
        for (var each : all) {
            try {
                var one = each.join();
                if (one != null) {
                    granted.add(one);
                }
            } catch (CompletionException e) {
                throw new AssertionError("a pod was told something else", e.getCause());
            }
        }
        return granted;
    }

    private static void requireSane(Granted granted) {
        var address = granted.address();
        assertThat(address.address().isOfOneHost()).isTrue();
        assertThat(address.length()).isBetween(8, 31);
        if (address.length() < 31) {
            long network = address.network().address().low();
            assertThat(address.address().low()).isNotIn(network, network | (0xffff_ffffL >>> address.length()));
        }
        var router = granted.router();
        assertThat(router == null || (address.contains(router) && !router.equals(address.address())))
                .isTrue();
    }
}

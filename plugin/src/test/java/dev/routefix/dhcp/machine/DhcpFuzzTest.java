package dev.routefix.dhcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.lease.Identity;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.dhcp.machine.Renewal.LeaseEvent;
import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.Liar;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.fuzz.Fuzz;
import dev.routefix.netlink.IpAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that lie, stammer, break off and disagree: whatever they send, a client gets an address that a machine of the LAN can have, or none, and goes on. */
final class DhcpFuzzTest {

    private static final IpAddress REMEMBERED = IpAddress.parse("192.168.2.76");

    @TempDir
    Path state;

    @Test
    void whatever_servers_send_no_wrong_address_is_taken_and_nothing_breaks() {
        var told = new ArrayList<String>();
        var store = new LeaseStore(state, told::add);
        int granted = 0;
        for (int seed = 0; seed < Fuzz.INPUTS; seed++) {
            var fuzz = new Fuzz(seed);
            var liar = new Liar(seed, "192.168.2.76");
            var asker = new Asker();
            var acquisition =
                    new Acquisition(Asker.CLIENT, fuzz.onceIn(2) ? REMEMBERED : null, 0, 2_000, new Random(seed));
            for (int turn = 0; turn < 40 && !acquisition.isOver(); turn++) {
                long now = acquisition.wake();
                acquisition.act(now);
                asker.take(acquisition);
                hear(acquisition, asker.messages.get(fuzz.onceIn(2) ? asker.messages.size() - 1 : 0), liar, now);
                asker.take(acquisition);
            }
            var terms = acquisition.granted();
            if (acquisition.isOver() && terms != null) {
                granted++;
                requireSane(terms, seed);
                requireThatNothingMore(acquisition, asker, liar, seed);
                requireThatDiskKeeps(terms, store, seed);
                renew(terms, fuzz, liar, seed);
            }
            assertThat(acquisition.account())
                    .as("seed " + seed)
                    .isNotEmpty()
                    .doesNotContain("\n")
                    .hasSizeLessThan(6_000);
        }
        assertThat(told).isEmpty();
        assertThat(granted).isGreaterThan(Fuzz.INPUTS / 10);
    }

    /** What comes after the end, as of one whose pod is gone, does nothing. */
    private static void requireThatNothingMore(Acquisition acquisition, Asker asker, Liar liar, int seed) {
        var before = acquisition.granted();
        int sent = asker.messages.size();
        for (int i = 0; i < 3; i++) {
            hear(acquisition, asker.messages.getLast(), liar, 3_000);
            acquisition.act(3_000);
            asker.take(acquisition);
        }
        assertThat(acquisition.granted()).as("seed " + seed).isEqualTo(before);
        assertThat(asker.messages).as("seed " + seed).hasSize(sent);
    }

    private static void requireThatDiskKeeps(Terms terms, LeaseStore store, int seed) {
        var attachment = new AttachmentId("c1", "eth0");
        store.update(new Lease(
                attachment, "", "eth0", new Identity(null, Asker.CLIENT, false), terms, new Moment("boot", 1, 2)));
        var read = store.find(attachment);
        assertThat(read == null ? null : read.terms()).as("seed " + seed).isEqualTo(terms);
    }

    private static void renew(Terms terms, Fuzz fuzz, Liar liar, int seed) {
        var asker = new Asker();
        var renewal = new Renewal(Asker.CLIENT, terms, seed % 2 == 0, 0, new Random(seed));
        boolean expired = false;
        for (int turn = 0; turn < 20 && renewal.wake() < Long.MAX_VALUE; turn++) {
            long now = renewal.wake();
            renewal.act(now);
            asker.take(renewal);
            if (!asker.messages.isEmpty() && !fuzz.onceIn(4)) {
                hear(renewal, asker.messages.getLast(), liar, now);
            }
            for (var event : renewal.takeEvents()) {
                switch (event) {
                    case LeaseEvent.Expired() -> {
                        assertThat(expired).as("seed " + seed).isFalse();
                        expired = true;
                    }
                    case LeaseEvent.Restored(Terms again, long at) -> {
                        assertThat(expired).as("seed " + seed).isTrue();
                        assertThat(at + 1000 * again.seconds())
                                .as("seed " + seed)
                                .isGreaterThan(now);
                        expired = false;
                    }
                    case LeaseEvent.Renewed(Terms again, long at) ->
                        assertThat(at + 1000 * again.seconds())
                                .as("seed " + seed)
                                .isGreaterThan(now);
                    case LeaseEvent.Trouble(String sentence) ->
                        assertThat(sentence).as("seed " + seed).doesNotContain("\n");
                }
            }
            assertThat(renewal.isExpired()).as("seed " + seed).isEqualTo(expired);
            assertThat(renewal.address())
                    .as("seed " + seed)
                    .isEqualTo(terms.address().address());
            requireSane(renewal.terms(), seed);
        }
    }

    private static void requireSane(Terms terms, int seed) {
        var address = terms.address();
        var networks = address.network().address();
        assertThat(address.address().isOfOneHost()).as("seed " + seed).isTrue();
        assertThat(address.length()).as("seed " + seed).isBetween(8, 31);
        if (address.length() < 31) {
            long broadcast = networks.low() | (0xffff_ffffL >>> address.length());
            assertThat(address.address().low()).as("seed " + seed).isNotIn(networks.low(), broadcast);
        }
        assertThat(terms.server().isOfOneHost()).as("seed " + seed).isTrue();
        assertThat(terms.seconds()).as("seed " + seed).isGreaterThanOrEqualTo(5);
        assertThat(terms.renewAfter()).as("seed " + seed).isPositive().isLessThan(terms.rebindAfter());
        assertThat(terms.rebindAfter()).as("seed " + seed).isLessThan(terms.seconds());
        var router = terms.router();
        assertThat(router == null || (address.contains(router) && !router.equals(address.address())))
                .as("seed " + seed)
                .isTrue();
        for (var route : terms.routes()) {
            assertThat(route.gateway() == null || address.contains(route.gateway()))
                    .as("seed " + seed)
                    .isTrue();
        }
        assertThat(terms.names().search()).as("seed " + seed).hasSizeLessThanOrEqualTo(32);
        for (var name : terms.names().search()) {
            assertThat(name).as("seed " + seed).matches("[A-Za-z0-9_.-]{1,253}");
        }
    }

    private static void hear(Exchange exchange, DhcpMessage asked, Liar liar, long now) {
        var buffer = ByteBuffer.wrap(liar.answer(asked));
        try {
            var frame = UdpFrame.read(buffer);
            if (frame != null) {
                exchange.hear(frame, now);
            }
        } catch (MalformedMessage refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        var arp = ArpFrame.read(buffer);
        if (arp != null) {
            exchange.hear(arp, now);
        }
    }
}

package dev.routefix.dhcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.dhcp.message.MessageType;
import dev.routefix.dhcp.message.Servers;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.fuzz.Fuzz;
import dev.routefix.netlink.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Servers that lie, stammer and break off: whatever they send, a client gets an address that a machine of the LAN can have, or none, and goes on. */
final class DhcpFuzzTest {

    private static final IpAddress REMEMBERED = IpAddress.parse("192.168.2.76");

    @Test
    void whatever_servers_send_no_wrong_address_is_taken_and_nothing_breaks() {
        int granted = 0;
        for (int seed = 0; seed < Fuzz.INPUTS; seed++) {
            var fuzz = new Fuzz(seed);
            var asker = new Asker();
            var acquisition =
                    new Acquisition(Asker.CLIENT, fuzz.onceIn(2) ? REMEMBERED : null, 0, 2_000, new Random(seed));
            for (int turn = 0; turn < 40 && !acquisition.isOver(); turn++) {
                long now = acquisition.wake();
                acquisition.act(now);
                asker.take(acquisition);
                hear(acquisition, asker.messages.get(fuzz.onceIn(2) ? asker.messages.size() - 1 : 0), fuzz, now);
                asker.take(acquisition);
            }
            var terms = acquisition.granted();
            if (terms != null) {
                granted++;
                requireSane(terms, seed);
                renew(terms, fuzz, seed);
            }
            assertThat(acquisition.account()).as("seed " + seed).isNotEmpty().doesNotContain("\n");
        }
        assertThat(granted).isGreaterThan(Fuzz.INPUTS / 100);
    }

    private static void renew(Terms terms, Fuzz fuzz, int seed) {
        var asker = new Asker();
        var renewal = new Renewal(Asker.CLIENT, terms, 0, new Random(seed));
        for (int turn = 0; turn < 20 && renewal.wake() < Long.MAX_VALUE; turn++) {
            long now = renewal.wake();
            renewal.act(now);
            asker.take(renewal);
            if (!asker.messages.isEmpty()) {
                hear(renewal, asker.messages.getLast(), fuzz, now);
            }
            assertThat(renewal.address())
                    .as("seed " + seed)
                    .isEqualTo(terms.address().address());
            requireSane(renewal.terms(), seed);
        }
    }

    private static void requireSane(Terms terms, int seed) {
        var address = terms.address().address();
        assertThat(address.isOfOneHost()).as("seed " + seed).isTrue();
        assertThat(terms.address().length()).isBetween(8, 31);
        assertThat(terms.address().length() == 31
                        || !address.equals(terms.address().network().address()))
                .isTrue();
        assertThat(terms.seconds()).isGreaterThanOrEqualTo(5);
        assertThat(terms.renewAfter()).isPositive().isLessThan(terms.rebindAfter());
        assertThat(terms.rebindAfter()).isLessThan(terms.seconds());
        var router = terms.router();
        assertThat(router == null || terms.address().contains(router)).isTrue();
        for (var route : terms.routes()) {
            assertThat(route.gateway() == null || terms.address().contains(route.gateway()))
                    .isTrue();
        }
        for (var name : terms.names().search()) {
            assertThat(name).matches("[A-Za-z0-9_.-]+");
        }
    }

    private static void hear(Exchange exchange, DhcpMessage asked, Fuzz fuzz, long now) {
        var buffer = ByteBuffer.wrap(frame(asked, fuzz));
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

    /** One whose checksums do not matter, for the damage is meant to reach what reads the message. */
    private static byte[] frame(DhcpMessage asked, Fuzz fuzz) {
        var options = Servers.options();
        for (int i = 0; i < 3; i++) {
            if (fuzz.onceIn(4)) {
                options.put(code(fuzz), fuzz.random(fuzz.pick(0, 1, 2, 4, 4, 4, 8, 17)));
            }
        }
        var given = fuzz.pick("192.168.2.76", "192.168.2.80", "0.0.0.0", "192.168.2.255", "127.0.0.1", "10.9.8.7");
        var type = fuzz.pick(MessageType.OFFER, MessageType.OFFER, MessageType.ACK, MessageType.ACK, MessageType.NAK);
        var message = new DhcpMessage(
                true,
                type,
                fuzz.onceIn(8) ? asked.xid() + 1 : asked.xid(),
                0,
                DhcpMessage.NOBODY,
                IpAddress.parse(fuzz.onceIn(2) ? "192.168.2.76" : given),
                asked.mac(),
                options);
        var frame = Servers.frame(message);
        frame[40] = 0;
        frame[41] = 0;
        if (fuzz.onceIn(2)) {
            var tail = fuzz.damaged(Arrays.copyOfRange(frame, 42, frame.length));
            frame = Arrays.copyOf(frame, 42 + tail.length);
            System.arraycopy(tail, 0, frame, 42, tail.length);
            seal(frame);
        }
        return fuzz.onceIn(20) ? fuzz.damaged(frame) : frame;
    }

    /** Makes lengths and the header's checksum right again. */
    private static void seal(byte[] frame) {
        var buffer = ByteBuffer.wrap(frame);
        buffer.putShort(16, (short) (frame.length - 14)).putShort(24, (short) 0).putShort(38, (short)
                (frame.length - 34));
        int sum = 0;
        for (int at = 14; at < 34; at += 2) {
            sum += buffer.getShort(at) & 0xffff;
        }
        buffer.putShort(24, (short) ~((sum & 0xffff) + (sum >> 16)));
    }

    private static int code(Fuzz fuzz) {
        return fuzz.pick(
                Code.SUBNET_MASK,
                Code.ROUTER,
                Code.DOMAIN_NAME_SERVER,
                Code.DOMAIN_NAME,
                Code.INTERFACE_MTU,
                Code.LEASE_TIME,
                Code.OVERLOAD,
                Code.SERVER_IDENTIFIER,
                Code.MESSAGE,
                Code.RENEWAL_TIME,
                Code.REBINDING_TIME,
                Code.CLIENT_IDENTIFIER,
                Code.RAPID_COMMIT,
                Code.DOMAIN_SEARCH,
                Code.CLASSLESS_ROUTES,
                200);
    }
}

package dev.routefix.dhcp.machine;

import static dev.routefix.dhcp.message.MessageType.ACK;
import static dev.routefix.dhcp.message.MessageType.DECLINE;
import static dev.routefix.dhcp.message.MessageType.DISCOVER;
import static dev.routefix.dhcp.message.MessageType.NAK;
import static dev.routefix.dhcp.message.MessageType.OFFER;
import static dev.routefix.dhcp.message.MessageType.RELEASE;
import static dev.routefix.dhcp.message.MessageType.REQUEST;
import static dev.routefix.dhcp.message.Servers.answer;
import static dev.routefix.dhcp.message.Servers.options;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.Options;
import dev.routefix.dhcp.message.Servers;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.util.ArrayList;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How an address is got, by what is sent and when. */
final class AcquisitionTest {

    private static final IpAddress REMEMBERED = IpAddress.parse("192.168.2.76");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:99");

    private final Asker asker = new Asker();

    private Acquisition begin(@Nullable IpAddress remembered) {
        var acquisition = new Acquisition(Asker.CLIENT, remembered, 1000, 11_000, new Random(1));
        acquisition.act(1000);
        asker.take(acquisition);
        return acquisition;
    }

    private void hear(Acquisition acquisition, dev.routefix.dhcp.message.UdpFrame frame, long now) {
        acquisition.hear(frame, now);
        acquisition.act(now);
        asker.take(acquisition);
    }

    @Test
    void asks_at_once_and_again_after_twice_the_time_with_jitter_and_wants_an_ACK_right_away_three_times() {
        var acquisition = begin(null);
        var moments = new ArrayList<Long>();
        while (!acquisition.isOver()) {
            moments.add(acquisition.wake());
            acquisition.act(acquisition.wake());
            asker.take(acquisition);
        }

        assertThat(moments.get(0)).isBetween(1100L, 1124L);
        assertThat(moments.get(1) - moments.get(0)).isBetween(200L, 249L);
        assertThat(moments.get(2) - moments.get(1)).isBetween(400L, 499L);
        assertThat(moments.getLast()).isEqualTo(11_000);
        assertThat(asker.types()).containsOnly(DISCOVER);
        assertThat(asker.messages.stream().filter(m -> m.options().has(Code.RAPID_COMMIT)))
                .hasSize(3);
        assertThat(acquisition.granted()).isNull();
        assertThat(acquisition.account()).contains("DISCOVER", "heard nothing", "range");
    }

    @Test
    void an_offer_is_requested_probed_and_taken() {
        var acquisition = begin(null);
        hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), 1001);
        var request = asker.last(REQUEST);
        assertThat(request.options().address(Code.REQUESTED_ADDRESS)).isEqualTo(REMEMBERED);
        assertThat(request.options().address(Code.SERVER_IDENTIFIER)).isEqualTo(Servers.ROUTER);
        assertThat(request.client()).isEqualTo(DhcpMessage.NOBODY);
        hear(acquisition, answer(request, ACK, "192.168.2.76", options()), 1002);
        assertThat(acquisition.isOver()).isFalse();

        asker.run(acquisition, 1100);

        assertThat(requireNonNull(acquisition.granted()).address()).hasToString("192.168.2.76/24");
        assertThat(requireNonNull(acquisition.granted()).router()).isEqualTo(Servers.ROUTER);
        assertThat(asker.probes).hasSize(3);
        assertThat(asker.types()).containsExactly(DISCOVER, REQUEST);
    }

    @Test
    void a_server_behind_a_relay_agent_is_asked_again_through_the_machine_that_brought_its_answer() {
        var server = IpAddress.parse("10.0.0.5");
        var relayed = options().put(Code.SERVER_IDENTIFIER, server);
        var acquisition = begin(REMEMBERED);
        hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.76", relayed, Servers.ROUTER), 1001);
        var terms = requireNonNull(acquisition.granted());
        assertThat(terms.server()).isEqualTo(server);

        var renewal = new Renewal(Asker.CLIENT, terms, true, 1000, new Random(1));
        asker.run(renewal, 1_801_000);

        assertThat(asker.packets.getLast().destination()).isEqualTo(server);
        assertThat(asker.packets.getLast().to()).isEqualTo(Servers.ROUTERS_MAC);
    }

    @Test
    void what_was_asked_for_can_be_given_back_when_nobody_waits_any_more_and_what_was_only_offered_need_not() {
        var acquisition = begin(REMEMBERED);
        hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.80", options()), 1001);
        assertThat(acquisition.giveBack()).isNull();
        acquisition.act(1100);
        assertThat(asker.types()).doesNotContain(RELEASE);

        assertThat(acquisition.giveBack()).isInstanceOfSatisfying(Outgoing.Datagram.class, packet -> {
            assertThat(packet.message().type()).isEqualTo(RELEASE);
            assertThat(packet.message().client()).hasToString("192.168.2.80");
        });
        acquisition.act(11_000);
        assertThat(acquisition.granted()).isNull();
        assertThat(acquisition.giveBack()).isNotNull();
    }

    @Test
    void one_that_only_looks_takes_nothing() {
        var look = Acquisition.look(Asker.CLIENT, 1000, 11_000, new Random(1));
        look.act(1000);
        asker.take(look);
        assertThat(asker.last(DISCOVER).options().has(Code.RAPID_COMMIT)).isFalse();
        hear(look, answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), 1001);

        assertThat(look.isOver()).isTrue();
        assertThat(requireNonNull(look.granted()).address()).hasToString("192.168.2.76/24");
        assertThat(asker.types()).containsExactly(DISCOVER);
        assertThat(asker.probes).isEmpty();
    }

    @Test
    void a_remembered_address_is_asked_for_at_the_same_time_and_the_first_ACK_wins() {
        var acquisition = begin(REMEMBERED);
        assertThat(asker.types()).containsExactly(REQUEST, DISCOVER);
        assertThat(asker.last(REQUEST).options().has(Code.SERVER_IDENTIFIER)).isFalse();
        assertThat(asker.last(DISCOVER).options().address(Code.REQUESTED_ADDRESS))
                .isEqualTo(REMEMBERED);

        hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 1001);

        assertThat(acquisition.granted()).isNotNull();
        assertThat(asker.probes).isEmpty();
    }

    @Test
    void an_offer_of_another_address_waits_a_moment_for_what_is_said_of_the_remembered_one() {
        var acquisition = begin(REMEMBERED);
        hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.80", options()), 1001);
        assertThat(asker.types()).containsExactly(REQUEST, DISCOVER);
        hear(acquisition, answer(asker.messages.getFirst(), ACK, "192.168.2.76", options()), 1020);

        assertThat(requireNonNull(acquisition.granted()).address().address()).isEqualTo(REMEMBERED);
    }

    @Test
    void after_a_NAK_of_the_remembered_address_the_offer_is_taken() {
        var acquisition = begin(REMEMBERED);
        hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.80", options()), 1001);
        hear(acquisition, answer(asker.messages.getFirst(), NAK, "0.0.0.0", options()), 1002);

        assertThat(asker.last(REQUEST).options().address(Code.REQUESTED_ADDRESS))
                .hasToString("192.168.2.80");
    }

    @Test
    void an_ACK_without_an_offer_counts_only_with_the_option_that_was_sent() {
        var acquisition = begin(null);
        hear(acquisition, answer(asker.last(DISCOVER), ACK, "192.168.2.76", options()), 1001);
        assertThat(asker.probes).isEmpty();
        hear(
                acquisition,
                answer(asker.last(DISCOVER), ACK, "192.168.2.76", options().put(Code.RAPID_COMMIT)),
                1002);
        asker.run(acquisition, 1090);

        assertThat(acquisition.granted()).isNotNull();
        assertThat(asker.types()).containsExactly(DISCOVER);
    }

    @Test
    void an_address_that_somebody_has_is_declined_and_another_asked_for_more_and_more_slowly() {
        var acquisition = begin(null);
        var pauses = new ArrayList<Long>();
        long now = 1001;
        for (int i = 0; i < 3; i++) {
            hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), now);
            hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), now);
            acquisition.hear(new ArpFrame(OTHER, REMEMBERED, DhcpMessage.NOBODY), now + 3);
            asker.take(acquisition);
            assertThat(asker.last(DECLINE).options().address(Code.SERVER_IDENTIFIER))
                    .isEqualTo(Servers.ROUTER);
            pauses.add(acquisition.wake() - now - 3);
            now = acquisition.wake();
            acquisition.act(now);
            asker.take(acquisition);
        }

        assertThat(pauses).containsExactly(100L, 200L, 400L);
        assertThat(asker.types().stream().filter(type -> type == DECLINE)).hasSize(3);
        asker.run(acquisition, 11_000);
        assertThat(acquisition.granted()).isNull();
        assertThat(acquisition.account()).contains("192.168.2.1 gave 192.168.2.76, which " + OTHER + " has, 3 times");
    }

    @Test
    void a_conflict_that_is_seen_before_the_ACK_counts_too() {
        var acquisition = begin(null);
        hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), 1001);
        acquisition.hear(new ArpFrame(OTHER, REMEMBERED, DhcpMessage.NOBODY), 1002);
        hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 1003);

        assertThat(asker.types()).containsExactly(DISCOVER, REQUEST, DECLINE);
        assertThat(acquisition.granted()).isNull();
    }

    @Test
    void a_server_that_refuses_for_ever_is_named_with_its_words() {
        var acquisition = begin(null);
        while (!acquisition.isOver()) {
            if (asker.messages.getLast().type() == DISCOVER) {
                hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), acquisition.wake());
                var nak = new Options()
                        .put(Code.SERVER_IDENTIFIER, Servers.ROUTER)
                        .putText(Code.MESSAGE, "no leases left");
                hear(acquisition, answer(asker.last(REQUEST), NAK, "0.0.0.0", nak), acquisition.wake());
            }
            acquisition.act(acquisition.wake());
            asker.take(acquisition);
        }

        assertThat(acquisition.account()).contains("192.168.2.1 refused 192.168.2.76 (\"no leases left\")");
        assertThat(asker.messages).hasSizeLessThan(30);
    }

    @Test
    void answers_to_others_and_from_clients_are_not_heard() {
        var acquisition = begin(null);
        var discover = asker.last(DISCOVER);
        var foreign = DhcpMessage.ofClient(DISCOVER, discover.xid() + 99, 0, discover.mac(), new Options());
        var others = DhcpMessage.ofClient(DISCOVER, discover.xid(), 0, OTHER, new Options());
        hear(acquisition, answer(foreign, OFFER, "192.168.2.76", options()), 1001);
        hear(acquisition, answer(others, OFFER, "192.168.2.76", options()), 1001);
        hear(
                acquisition,
                answer(discover, OFFER, "192.168.2.76", options().put(Code.CLIENT_IDENTIFIER, (byte) 1)),
                1001);

        assertThat(asker.types()).containsExactly(DISCOVER);
        hear(
                acquisition,
                answer(discover, OFFER, "192.168.2.76", options().put(Code.CLIENT_IDENTIFIER, Asker.ID)),
                1001);
        assertThat(asker.types()).containsExactly(DISCOVER, REQUEST);
    }

    @Test
    void no_interface_gets_an_address_that_is_none() {
        var bad = new Object[][] {
            {"0.0.0.0", options()},
            {"127.0.0.1", options()},
            {"224.0.0.5", options()},
            {"192.168.2.0", options()},
            {"192.168.2.255", options()},
            {"192.168.2.76", options().put(Code.SUBNET_MASK, IpAddress.parse("255.0.255.0"))},
            {"192.168.2.76", options().put(Code.SUBNET_MASK, IpAddress.parse("0.0.0.0"))},
            {"192.168.2.76", options().put(Code.SUBNET_MASK, (byte) 1)},
            {"192.168.2.76", options().put(Code.LEASE_TIME, new byte[4])},
            {"192.168.2.76", options().put(Code.LEASE_TIME, (byte) 0, (byte) 0, (byte) 0, (byte) 1)},
            {"192.168.2.76", options().put(Code.SERVER_IDENTIFIER, IpAddress.parse("255.255.255.255"))},
            {"192.168.2.76", new Options()},
        };
        for (var each : bad) {
            var acquisition = begin(null);
            int before = asker.messages.size();
            hear(acquisition, answer(asker.last(DISCOVER), OFFER, (String) each[0], (Options) each[1]), 1001);
            assertThat(asker.messages).as(each[0] + " " + acquisition.account()).hasSize(before);
            assertThat(acquisition.account()).contains("heard: 192.168.2.1 ");
        }
    }

    @Test
    void a_router_outside_the_LAN_is_none_and_option_121_wins_over_option_3() {
        var acquisition = begin(REMEMBERED);
        var odd = options()
                .put(Code.ROUTER, IpAddress.parse("10.0.0.1"))
                .put(Code.RENEWAL_TIME, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff);
        hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.76", odd), 1001);
        assertThat(requireNonNull(acquisition.granted()).router()).isNull();
        assertThat(requireNonNull(acquisition.granted()).renewAfter()).isEqualTo(1800);
        assertThat(requireNonNull(acquisition.granted()).rebindAfter()).isEqualTo(3150);
    }

    @Test
    void an_ACK_of_another_address_or_another_server_is_not_taken() {
        var acquisition = begin(null);
        hear(acquisition, answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), 1001);
        var strangers = options().put(Code.SERVER_IDENTIFIER, IpAddress.parse("192.168.2.66"));
        hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.76", strangers), 1002);
        hear(acquisition, answer(asker.last(REQUEST), ACK, "192.168.2.90", options()), 1003);
        asker.run(acquisition, 1090);

        assertThat(acquisition.granted()).isNull();
        assertThat(acquisition.account())
                .contains("acknowledged what it had not offered", "offered 192.168.2.76 and gave 192.168.2.90");
    }
}

package dev.routefix.dhcp.machine;

import static dev.routefix.dhcp.message.MessageType.ACK;
import static dev.routefix.dhcp.message.MessageType.DISCOVER;
import static dev.routefix.dhcp.message.MessageType.NAK;
import static dev.routefix.dhcp.message.MessageType.OFFER;
import static dev.routefix.dhcp.message.MessageType.REQUEST;
import static dev.routefix.dhcp.message.Servers.answer;
import static dev.routefix.dhcp.message.Servers.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.dhcp.Granted.Resolver;
import dev.routefix.dhcp.machine.Renewal.LeaseEvent;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.Options;
import dev.routefix.dhcp.message.Servers;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How an address of an hour is kept. */
final class RenewalTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.168.2.76");
    private static final Terms TERMS = new Terms(
            Servers.ROUTER,
            Servers.ROUTERS_MAC,
            new Prefix(ADDRESS, 24),
            3600,
            1800,
            3150,
            null,
            List.of(),
            0,
            new Resolver(List.of(), null, List.of()));

    private final Asker asker = new Asker();
    private final Renewal renewal = new Renewal(Asker.CLIENT, TERMS, true, 0, new Random(1));

    @Test
    void nothing_is_said_before_T1_then_its_server_is_asked_with_the_pods_own_addresses() {
        asker.run(renewal, 1_799_999);
        assertThat(asker.messages).isEmpty();

        asker.run(renewal, 1_800_000);

        var packet = asker.packets.getFirst();
        assertThat(packet.to()).isEqualTo(Servers.ROUTERS_MAC);
        assertThat(packet.source()).isEqualTo(ADDRESS);
        assertThat(packet.destination()).isEqualTo(Servers.ROUTER);
        assertThat(packet.message().mac()).isEqualTo(Asker.MAC);
        assertThat(packet.message().client()).isEqualTo(ADDRESS);
        assertThat(packet.message().options().has(Code.REQUESTED_ADDRESS)).isFalse();
        assertThat(packet.message().options().has(Code.SERVER_IDENTIFIER)).isFalse();
    }

    @Test
    void an_address_that_no_interface_has_is_renewed_in_words_that_are_answered_to_the_hardware_address() {
        var ready = new Renewal(Asker.CLIENT, TERMS, false, 0, new Random(1));
        asker.run(ready, 3_599_999);

        assertThat(asker.packets)
                .isNotEmpty()
                .allMatch(p -> p.to().equals(MacAddress.BROADCAST) && p.source().equals(DhcpMessage.NOBODY));
        assertThat(asker.last(REQUEST).client()).isEqualTo(DhcpMessage.NOBODY);
        assertThat(asker.last(REQUEST).options().address(Code.REQUESTED_ADDRESS))
                .isEqualTo(ADDRESS);
        ready.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 3_599_999);
        assertThat(ready.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Renewed.class);
    }

    @Test
    void an_answer_is_counted_from_the_question() {
        asker.run(renewal, 1_800_000);
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 1_800_400);

        assertThat(renewal.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Renewed.class);
        assertThat(renewal.wake()).isEqualTo(1_800_000 + 1_800_000);
    }

    @Test
    void from_T2_on_everybody_is_asked_and_at_the_end_the_address_is_lost() {
        asker.run(renewal, 3_599_999);
        assertThat(asker.packets.stream().filter(p -> p.to().equals(MacAddress.BROADCAST)))
                .isNotEmpty()
                .allMatch(p -> p.source().equals(ADDRESS));
        assertThat(asker.messages).hasSizeLessThan(40);
        assertThat(renewal.takeEvents()).isEmpty();

        asker.run(renewal, 3_600_000);

        assertThat(renewal.takeEvents()).containsExactly(new LeaseEvent.Expired());
        assertThat(asker.packets.getLast().source()).isEqualTo(DhcpMessage.NOBODY);
        assertThat(asker.last(DISCOVER).options().address(Code.REQUESTED_ADDRESS))
                .isEqualTo(ADDRESS);
    }

    @Test
    void it_is_back_when_the_server_gives_the_same_again_and_no_other_is_taken() {
        asker.run(renewal, 3_600_000);
        renewal.takeEvents();
        renewal.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.99", options()), 3_600_001);
        renewal.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.99", options()), 3_600_002);
        assertThat(renewal.takeEvents())
                .singleElement()
                .extracting(Object::toString)
                .asString()
                .contains("192.168.2.99 in place of 192.168.2.76");
        renewal.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), 3_600_003);
        asker.take(renewal);
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 3_600_004);

        assertThat(renewal.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Restored.class);
        assertThat(renewal.isExpired()).isFalse();
    }

    @Test
    void after_a_refusal_the_same_address_is_asked_for_anew_and_the_pod_keeps_it_meanwhile() {
        asker.run(renewal, 1_800_000);
        var nak = new Options().put(Code.SERVER_IDENTIFIER, Servers.ROUTER).putText(Code.MESSAGE, "lease not found");
        renewal.hear(answer(asker.last(REQUEST), NAK, "0.0.0.0", nak), 1_800_001);
        asker.run(renewal, 1_800_001);

        assertThat(renewal.takeEvents().toString()).contains("lease not found").doesNotContain("Expired");
        renewal.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), 1_800_002);
        asker.take(renewal);
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 1_800_003);
        assertThat(renewal.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Renewed.class);
    }

    @Test
    void a_stranger_cannot_refuse_for_the_server_that_was_asked() {
        asker.run(renewal, 1_800_000);
        var nak = new Options().put(Code.SERVER_IDENTIFIER, IpAddress.parse("192.168.2.66"));
        renewal.hear(answer(asker.last(REQUEST), NAK, "0.0.0.0", nak), 1_800_001);

        assertThat(renewal.takeEvents()).isEmpty();
    }

    @Test
    void another_address_is_refused_and_said_once() {
        asker.run(renewal, 1_800_000);
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.99", options()), 1_800_001);
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.99", options()), 1_800_002);

        assertThat(renewal.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Trouble.class);
        assertThat(renewal.terms()).isEqualTo(TERMS);
    }

    @Test
    void an_answer_to_a_late_question_is_counted_from_that_and_one_to_an_early_one_is_not_heard_any_more() {
        asker.run(renewal, 1_800_000);
        var first = asker.last(REQUEST);
        asker.run(renewal, 3_000_000);
        renewal.hear(answer(first, ACK, "192.168.2.76", options()), 3_000_001);
        assertThat(renewal.takeEvents()).isEmpty();
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 3_000_002);

        assertThat(renewal.takeEvents())
                .singleElement()
                .isInstanceOfSatisfying(
                        LeaseEvent.Renewed.class,
                        event -> assertThat(event.at()).isBetween(2_400_000L, 3_000_000L));
    }

    @Test
    void what_is_given_again_after_days_is_counted_from_the_request_for_it() {
        long days = 3_600_000 + 5L * 24 * 3_600_000;
        asker.run(renewal, days);
        renewal.takeEvents();
        renewal.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), days + 1);
        asker.take(renewal);
        renewal.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), days + 2);

        assertThat(renewal.takeEvents()).containsExactly(new LeaseEvent.Restored(renewal.terms(), days + 1));
        assertThat(renewal.wake()).isEqualTo(days + 1 + 1_800_000);
        asker.run(renewal, days + 1_700_000);
        assertThat(renewal.takeEvents()).isEmpty();
    }

    @Test
    void two_servers_that_say_different_things_by_turns_are_told_once_each() {
        asker.run(renewal, 3_600_000);
        renewal.takeEvents();
        for (long day = 1; day < 100; day++) {
            asker.run(renewal, 3_600_000 + day * 120_000);
            var other = day % 2 == 0 ? "192.168.2.98" : "192.168.2.99";
            renewal.hear(answer(asker.last(DISCOVER), OFFER, other, options()), 3_600_001 + day * 120_000);
        }

        assertThat(renewal.takeEvents()).hasSize(2);
    }

    @Test
    void a_server_that_offers_and_refuses_for_ever_is_asked_once_a_minute() {
        asker.run(renewal, 3_600_000);
        renewal.takeEvents();
        long now = 3_600_000;
        var nak = new Options().put(Code.SERVER_IDENTIFIER, Servers.ROUTER);
        while (now < 3_600_000 + 3_600_000) {
            if (asker.messages.getLast().type() == DISCOVER) {
                renewal.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), now);
            } else {
                renewal.hear(answer(asker.last(REQUEST), NAK, "0.0.0.0", nak), now);
            }
            asker.take(renewal);
            now = Math.max(now, renewal.wake());
            renewal.act(now);
            asker.take(renewal);
        }

        assertThat(asker.types().stream().filter(type -> type == DISCOVER)).hasSizeLessThan(75);
        assertThat(renewal.takeEvents()).hasSize(1);
        assertThat(renewal.isExpired()).isTrue();
    }

    @Test
    void an_address_of_unknown_terms_is_asked_for_at_once_and_kept_by_what_the_server_says() {
        var inherited = new Renewal(Asker.CLIENT, Terms.unknown(new Prefix(ADDRESS, 24)), true, 1_000, new Random(1));
        asker.run(inherited, 1_000);

        var packet = asker.packets.getFirst();
        assertThat(asker.types()).containsExactly(REQUEST);
        assertThat(packet.to()).isEqualTo(MacAddress.BROADCAST);
        assertThat(packet.source()).isEqualTo(DhcpMessage.NOBODY);
        assertThat(packet.message().client()).isEqualTo(DhcpMessage.NOBODY);
        assertThat(packet.message().options().address(Code.REQUESTED_ADDRESS)).isEqualTo(ADDRESS);
        assertThat(packet.message().options().bytes(Code.CLIENT_IDENTIFIER)).isEqualTo(Asker.ID);
        assertThat(packet.message().options().has(Code.SERVER_IDENTIFIER)).isFalse();

        inherited.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), 1_400);

        assertThat(inherited.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Renewed.class);
        assertThat(inherited.terms().server()).isEqualTo(Servers.ROUTER);
        assertThat(inherited.wake()).isEqualTo(1_000 + 1_800_000);
        assertThat(inherited.endsAt()).isEqualTo(1_000 + 3_600_000);
    }

    @Test
    void where_nobody_says_when_an_inherited_lease_ends_it_is_asked_for_and_does_not_end() {
        var inherited = new Renewal(Asker.CLIENT, Terms.unknown(new Prefix(ADDRESS, 24)), true, 0, new Random(1));
        long days = 3L * 24 * 60 * 60 * 1000;
        asker.run(inherited, days);

        assertThat(asker.types().subList(0, 5)).containsExactly(REQUEST, REQUEST, REQUEST, REQUEST, DISCOVER);
        assertThat(asker.last(DISCOVER).options().address(Code.REQUESTED_ADDRESS))
                .isEqualTo(ADDRESS);
        assertThat(asker.messages).hasSizeLessThan(3 * 24 * 60 + 10);
        assertThat(inherited.takeEvents())
                .singleElement()
                .asString()
                .contains("no DHCP server says whether it still has 192.168.2.76");

        inherited.hear(answer(asker.last(DISCOVER), OFFER, "192.168.2.76", options()), days + 1);
        asker.take(inherited);
        inherited.hear(answer(asker.last(REQUEST), ACK, "192.168.2.76", options()), days + 2);
        assertThat(inherited.takeEvents()).singleElement().isInstanceOf(LeaseEvent.Renewed.class);
        assertThat(inherited.endsAt()).isEqualTo(days + 1 + 3_600_000);
    }

    @Test
    void a_refusal_of_an_inherited_lease_takes_no_address_from_the_pod_and_says_what_to_do() {
        var inherited = new Renewal(Asker.CLIENT, Terms.unknown(new Prefix(ADDRESS, 24)), true, 0, new Random(1));
        asker.run(inherited, 0);
        var nak = new Options().put(Code.SERVER_IDENTIFIER, Servers.ROUTER).putText(Code.MESSAGE, "address in use");
        inherited.hear(answer(asker.last(REQUEST), NAK, "0.0.0.0", nak), 1);
        asker.run(inherited, 60_000);

        assertThat(inherited.takeEvents())
                .singleElement()
                .asString()
                .contains("address in use", "the pod keeps", "delete the pod");
        assertThat(inherited.isExpired()).isFalse();
        assertThat(asker.last(DISCOVER).options().address(Code.REQUESTED_ADDRESS))
                .isEqualTo(ADDRESS);
    }
}

package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers cut short, damaged or made up: reading ends, with a value or with an exception that says where. */
final class MalformedTest {

    @Test
    void refuses_a_message_shorter_than_its_header() {
        assertMalformed(() -> NlMsg.read(bytes("14 00 00 00 03 00")), "6 bytes are left at byte 0");
    }

    @Test
    void refuses_a_message_that_claims_more_than_there_is() {
        assertMalformed(
                () -> NlMsg.read(bytes("15 00 00 00 03 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00")),
                "the message at byte 0 claims 21 bytes, 20 are there");
    }

    @Test
    void refuses_a_message_of_no_length_instead_of_reading_it_forever() {
        assertMalformed(() -> NlMsg.read(ByteBuffer.allocate(16)), "claims 0 bytes");
    }

    @Test
    void refuses_an_attribute_of_no_length_instead_of_reading_it_forever() {
        assertMalformed(() -> new NlAttrs(bytes("00 00 01 00")).next(), "claims 0 bytes, 4 are there");
    }

    @Test
    void refuses_an_attribute_that_runs_past_its_message() {
        assertMalformed(() -> new NlAttrs(bytes("09 00 01 00 c0 a8 02 4c")).next(), "claims 9 bytes, 8 are there");
    }

    @Test
    void refuses_bytes_too_few_for_an_attribute() {
        assertMalformed(() -> new NlAttrs(bytes("00 00 00")).next(), "claims 0 bytes, 3 are there");
    }

    @Test
    void refuses_an_address_of_the_wrong_length() {
        assertMalformed(
                () -> RouteMessage.read(bytes("02 20 00 00 fe 60 00 01 00 00 00 00  06 00 01 00 c0 a8 00 00")),
                "attribute 1 has 2 bytes instead of 4");
    }

    @Test
    void refuses_a_prefix_longer_than_the_address() {
        assertMalformed(
                () -> RouteMessage.read(
                        bytes("02 21 00 00 fe 60 00 01 00 00 00 00  08 00 01 00 c0 a8 02 4c  08 00 04 00 07 00 00 00")),
                "prefix length 33 on 192.168.2.76");
    }

    @Test
    void refuses_a_family_nobody_asked_for() {
        assertMalformed(() -> RouteMessage.read(bytes("07 20 00 00 fe 60 00 01 00 00 00 00")), "address family 7");
    }

    @Test
    void refuses_an_entry_without_the_address_it_is_about() {
        assertMalformed(
                () -> NeighbourMessage.read(bytes("02 00 00 00 07 00 00 00 80 00 00 01")), "without an address");
        assertMalformed(() -> AddressMessage.read(bytes("02 18 80 00 07 00 00 00")), "without an address");
    }

    @Test
    void refuses_an_error_that_quotes_more_than_there_is() {
        var body = bytes("9b ff ff ff  ff 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00");
        int attributesFollow = 0x200;
        assertMalformed(
                () -> NlMsgErr.ofError(new NlMsg(NlMsg.NLMSG_ERROR, attributesFollow, 0, body)), "quotes 256 bytes");
    }

    @Test
    void steps_over_the_padding_between_messages_and_attributes() {
        var attrs = new NlAttrs(bytes("05 00 01 00 aa 00 00 00  06 00 02 00 bb cc"));

        assertThat(attrs.next()).isTrue();
        assertThat(attrs.length()).isEqualTo(1);
        assertThat(attrs.next()).isTrue();
        assertThat(attrs.type()).isEqualTo(2);
        assertThat(attrs.next()).isFalse();
    }

    @Test
    void takes_a_nested_attributes_flag_off_its_type() {
        var attrs = new NlAttrs(bytes("04 00 12 80"));

        assertThat(attrs.next()).isTrue();
        assertThat(attrs.type()).isEqualTo(0x12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "addresses",
                "ipv6-addresses",
                "routes",
                "ipv6-routes",
                "found-route",
                "neighbours",
                "refused-gateway",
                "link-macvlan",
                "link-bridge-port",
                "link-macvlan-of-another-namespace",
                "rules",
                "found-in-table",
                "namespace",
                "acknowledged"
            })
    void ends_with_a_value_or_a_clear_exception_wherever_an_answer_is_cut_or_damaged(String name) {
        byte[] whole = Golden.bytes(name);
        for (int length = 0; length <= whole.length; length++) {
            readAll(name, Arrays.copyOf(whole, length));
        }
        var random = new Random(42);
        for (int at = 0; at < whole.length; at++) {
            for (int turn = 0; turn < 20; turn++) {
                byte[] damaged = whole.clone();
                damaged[at] = (byte) random.nextInt();
                readAll(name, damaged);
            }
        }
    }

    private static void readAll(String name, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        try {
            while (in.hasRemaining()) {
                NlMsg message = NlMsg.read(in);
                switch (message.type()) {
                    case NlMsg.NLMSG_ERROR -> NlMsgErr.ofError(message);
                    case NlMsg.NLMSG_DONE -> NlMsgErr.ofDone(message);
                    case LinkMessage.RTM_NEWLINK -> LinkMessage.read(message.body());
                    case AddressMessage.RTM_NEWADDR -> AddressMessage.read(message.body());
                    case RouteMessage.RTM_NEWROUTE -> RouteMessage.read(message.body());
                    case PolicyRuleMessage.RTM_NEWRULE -> PolicyRuleMessage.read(message.body());
                    case NamespaceMessage.RTM_NEWNSID -> NamespaceMessage.read(message.body());
                    case NeighbourMessage.RTM_NEWNEIGH -> NeighbourMessage.read(message.body());
                    default -> {}
                }
            }
        } catch (NetlinkException malformed) {
            assertThat(malformed.errno()).isEqualTo(Errno.EBADMSG.number);
        } catch (RuntimeException other) {
            fail(name + " damaged as " + HexFormat.of().formatHex(bytes) + " gave", other);
        }
    }

    private static void assertMalformed(Runnable reading, String where) {
        assertThatThrownBy(reading::run)
                .isInstanceOf(NetlinkException.class)
                .hasMessageStartingWith("cannot read the kernel's answer: EBADMSG, malformed message (")
                .hasMessageContaining(where);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))).order(ByteOrder.nativeOrder());
    }
}

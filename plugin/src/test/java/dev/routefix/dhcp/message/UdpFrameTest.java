package dev.routefix.dhcp.message;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Frames on the wire. The bytes were put together by hand from the RFCs, checksums by another program. */
final class UdpFrameTest {

    private static final MacAddress MAC = MacAddress.parse("02:00:5e:00:01:76");

    private static final String ETHERNET = "ffffffffffff02005e0001760800";
    private static final String IP = "45c0014800000000401178e600000000ffffffff";
    private static final String UDP = "004400430134da17";
    private static final String BOOTP_TO_CHADDR =
            "01010600cafe0001000300000000000000000000000000000000000002005e0001760000";
    private static final String OPTIONS = "638253633501013d070102005e0001760c057765622d30370401790306ff";

    private static DhcpMessage discover() {
        var options = new Options()
                .put(Code.CLIENT_IDENTIFIER, HexFormat.of().parseHex("0102005e000176"))
                .putText(Code.HOST_NAME, "web-0")
                .put(Code.PARAMETER_REQUEST_LIST, (byte) 1, (byte) 121, (byte) 3, (byte) 6);
        return DhcpMessage.ofClient(MessageType.DISCOVER, 0xcafe0001, 3, MAC, options);
    }

    private static byte[] offer() {
        return Servers.frame(new DhcpMessage(
                true,
                MessageType.OFFER,
                7,
                0,
                DhcpMessage.NOBODY,
                IpAddress.parse("192.168.2.76"),
                MAC,
                Servers.options()));
    }

    @Test
    void a_message_is_written_as_the_RFCs_say() {
        var buffer = ByteBuffer.allocate(2048);
        UdpFrame.write(buffer, discover(), MacAddress.BROADCAST, DhcpMessage.NOBODY, UdpFrame.EVERYBODY);
        var frame = new byte[buffer.remaining()];
        buffer.get(frame);

        var hex = HexFormat.of().formatHex(frame);
        assertThat(hex).startsWith(ETHERNET + IP + UDP + BOOTP_TO_CHADDR);
        assertThat(hex.substring(2 * (42 + 34), 2 * (42 + 236))).matches("0+");
        assertThat(hex.substring(2 * (42 + 236))).matches(OPTIONS + "0*");
        assertThat(frame).hasSize(14 + 20 + 8 + 300);
    }

    @Test
    void what_a_server_sends_is_read() {
        var frame = requireNonNull(UdpFrame.read(ByteBuffer.wrap(offer())));

        assertThat(frame.source()).isEqualTo(Servers.ROUTER);
        assertThat(frame.message().type()).isEqualTo(MessageType.OFFER);
        assertThat(frame.message().given()).hasToString("192.168.2.76");
        assertThat(frame.message().xid()).isEqualTo(7);
        assertThat(frame.message().options().number(Code.LEASE_TIME, 4)).isEqualTo(3600);
    }

    @Test
    void a_frame_with_one_bit_changed_on_its_way_is_none() {
        for (int at = 14; at < 42 + 300; at++) {
            var frame = offer();
            frame[at] ^= 0x10;
            if (at != 40 && at != 41) { // the checksum itself: another test
                assertThat(UdpFrame.read(ByteBuffer.wrap(frame)))
                        .as("byte " + at)
                        .isNull();
            }
        }
    }

    @Test
    void a_frame_of_this_machine_whose_checksum_was_left_to_the_card_is_read() {
        var frame = offer();
        int length = frame.length - 34;
        long sum = 0xc0a8L + 0x0201 + 0xc0a8 + 0x024c + 17 + length;
        int partial = (int) ((sum & 0xffff) + (sum >> 16));
        frame[40] = (byte) (partial >> 8);
        frame[41] = (byte) partial;

        assertThat(UdpFrame.read(ByteBuffer.wrap(frame))).isNotNull();
    }

    @Test
    void a_frame_cut_anywhere_is_none_or_refused() {
        var whole = offer();
        for (int length = 0; length < whole.length; length++) {
            assertThat(UdpFrame.read(ByteBuffer.wrap(whole, 0, length).slice())).isNull();
        }
    }

    @Test
    void what_comes_to_the_port_and_is_no_message_is_refused_with_the_reason() {
        var frame = offer();
        frame[42 + 236] = 0; // the cookie
        frame[40] = 0; // no checksum
        frame[41] = 0;

        assertThatThrownBy(() -> UdpFrame.read(ByteBuffer.wrap(frame)))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("no options field");
    }

    @Test
    void a_probe_of_RFC_5227_is_a_request_from_nobody() {
        var buffer = ByteBuffer.allocate(64);
        dev.routefix.netlink.codec.ArpMessage.writeProbe(buffer, MAC, IpAddress.parse("192.168.2.76"));
        var frame = new byte[buffer.remaining()];
        buffer.get(frame);

        assertThat(HexFormat.of().formatHex(frame))
                .isEqualTo("ffffffffffff02005e000176" + "0806" + "0001080006040001" + "02005e00017600000000"
                        + "000000000000c0a8024c");
        var arp = requireNonNull(ArpFrame.read(ByteBuffer.wrap(frame)));
        assertThat(arp.isConflict(MAC, IpAddress.parse("192.168.2.76"))).isFalse();
        assertThat(arp.isConflict(MacAddress.parse("02:00:00:00:00:01"), IpAddress.parse("192.168.2.76")))
                .isTrue();
    }
}

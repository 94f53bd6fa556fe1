package dev.routefix.lab.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final String ETHERNET = "02005e000032" + "02005e000016";

    @Test
    void reads_a_syn_ack() {
        Packet packet = parse(ETHERNET
                + "0800"
                // IPv4: version and length, ..., protocol 6, checksum, addresses
                + "4500003c00004000" + "4006b4f7" + "c0a802f0" + "c0a80232"
                // TCP: ports, sequence and acknowledgement, length 5 words, flags SYN ACK, window, checksum, urgent
                + "0050a011" + "00000000" + "00000001" + "5012" + "fe88" + "0000" + "0000");

        assertThat(packet)
                .isEqualTo(new Packet(
                        Duration.ZERO,
                        "02:00:5e:00:00:16",
                        "02:00:5e:00:00:32",
                        new Content.Tcp("192.168.2.240", 80, "192.168.2.50", 40977, List.of("SYN", "ACK"))));
        assertThat(List.of(packet.from(), packet.to(), packet.what()))
                .containsExactly("192.168.2.240:80", "192.168.2.50:40977", "SYN ACK");
    }

    @Test
    void reads_past_ip_options() {
        Packet packet = parse(ETHERNET + "0800" + "4600002000000000" + "4011b4f7" + "c0a802f0" + "c0a80232" + "94040000"
                + "14e914e9" + "00080000");

        assertThat(packet.content()).isEqualTo(new Content.Udp("192.168.2.240", 5353, "192.168.2.50", 5353));
    }

    @Test
    void reads_an_icmp_redirect() {
        Packet packet = parse(
                ETHERNET + "0800" + "4500001c00000000" + "4001b4f7" + "c0a802f0" + "c0a80232" + "0501" + "00000000");

        assertThat(packet.content()).isEqualTo(new Content.Icmp("192.168.2.240", "192.168.2.50", 5, 1));
        assertThat(packet.what()).isEqualTo("redirect");
    }

    @Test
    void a_later_fragment_has_no_ports() {
        Packet packet =
                parse(ETHERNET + "0800" + "4500001c000000b9" + "4011b4f7" + "c0a802f0" + "c0a80232" + "00000000");

        assertThat(packet.content()).isEqualTo(new Content.Other(0x0800, 17));
    }

    @Test
    void a_frame_cut_short_is_still_a_packet() {
        assertThat(parse(ETHERNET + "0800" + "45000028").content()).isEqualTo(new Content.Other(0x0800, 0));
        assertThat(parse(ETHERNET + "86dd").content()).isEqualTo(new Content.Other(0x86dd, 0));
    }

    @Test
    void writes_arp_as_it_reads_it() {
        Content.Arp reply = new Content.Arp(
                Content.Arp.REPLY, "02:00:5e:00:00:15", "192.168.2.240", "02:00:5e:00:00:32", "192.168.2.50");

        byte[] frame = Frames.arp("02:00:5e:00:00:32", reply);

        assertThat(HexFormat.of().formatHex(frame))
                .isEqualTo("02005e000032" + "02005e000015" + "0806" + "0001" + "0800" + "06" + "04" + "0002"
                        + "02005e000015" + "c0a802f0" + "02005e000032" + "c0a80232");
        assertThat(Frames.parse(Duration.ZERO, ByteBuffer.wrap(frame)).content())
                .isEqualTo(reply);
    }

    private static Packet parse(String hex) {
        return Frames.parse(Duration.ZERO, ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }
}

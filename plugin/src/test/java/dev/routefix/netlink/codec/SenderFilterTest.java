package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class SenderFilterTest {

    /** As {@code tcpdump -ddd} writes instructions: code, where to if true, where to if false, value. */
    @Test
    void takes_what_is_sent_for_others_and_of_that_the_Ethernet_header() {
        ByteBuffer program = ByteBuffer.allocate(64);

        SenderFilter.write(program, MacAddress.parse("02:00:5e:00:00:15"));

        var lines = new StringBuilder();
        program.order(ByteOrder.nativeOrder());
        while (program.hasRemaining()) {
            lines.append(
                    "%d %d %d 0x%x%n".formatted(program.getShort(), program.get(), program.get(), program.getInt()));
        }
        assertThat(lines.toString().lines())
                .containsExactly(
                        "48 0 0 0xfffff004", // the packet's type
                        "21 0 5 0x4", // outgoing, else drop
                        "32 0 0 0x6", // the sender's first four bytes
                        "21 0 2 0x2005e00", // the interface's own, else take
                        "40 0 0 0xa", // the last two
                        "21 1 0 0x15", // the interface's own: drop
                        "6 0 0 0xe", // take 14 bytes
                        "6 0 0 0x0"); // take none
    }

    @Test
    void finds_the_sender_in_a_header() {
        var header = ByteBuffer.wrap(HexFormat.of().parseHex("ffffffffffff" + "02000000004c" + "0806"));

        assertThat(SenderFilter.sender(header)).isEqualTo(MacAddress.parse("02:00:00:00:00:4c"));
    }
}

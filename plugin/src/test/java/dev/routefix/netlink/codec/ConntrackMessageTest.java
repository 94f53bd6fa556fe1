package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a real kernel remembered of a conversation. */
final class ConntrackMessageTest {

    private static final int UDP = 17;
    private static final int TCP = 6;

    private final ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    @Test
    void reads_where_a_conversation_was_sent_and_who_got_it() {
        var flow = Objects.requireNonNull(
                ConntrackMessage.read(Golden.message("tracked-flow").body(), UDP, 53));

        assertThat(flow.destination()).isEqualTo(IpAddress.parse("127.0.0.9"));
        assertThat(flow.answerer()).isEqualTo(IpAddress.parse("127.0.0.1"));
        assertThat(flow.answererPort()).isEqualTo(5353);
    }

    @Test
    void passes_over_other_ports_and_transports_which_old_kernels_give_all_the_same() {
        assertThat(ConntrackMessage.read(Golden.message("tracked-flow").body(), UDP, 54))
                .isNull();
        assertThat(ConntrackMessage.read(Golden.message("tracked-flow").body(), TCP, 53))
                .isNull();
    }

    @Test
    void asks_to_forget_it_by_its_first_direction_and_its_number() {
        var flow = Objects.requireNonNull(
                ConntrackMessage.read(Golden.message("tracked-flow").body(), UDP, 53));

        ConntrackMessage.writeDeletion(out, flow);

        assertThat(Golden.hex(out)).isEqualTo("""
                50 00 00 00 02 01 05 00 00 00 00 00 00 00 00 00 02 00 00 00 \
                34 00 01 80 14 00 01 80 08 00 01 00 7f 00 00 01 08 00 02 00 7f 00 00 09 \
                1c 00 02 80 05 00 01 00 11 00 00 00 06 00 02 00 1b 5c 00 00 06 00 03 00 00 35 00 00 \
                08 00 0c 00 8d 4d 15 cb""");
    }

    @Test
    void asks_for_those_that_were_begun_with_a_port() {
        ConntrackMessage.writeDump(out, Family.IPV4, UDP, 53);

        assertThat(Golden.hex(out)).isEqualTo("""
                40 00 00 00 01 01 01 03 00 00 00 00 00 00 00 00 02 00 00 00 \
                18 00 01 80 14 00 02 80 05 00 01 00 11 00 00 00 06 00 03 00 00 35 00 00 \
                14 00 19 80 08 00 01 00 28 00 00 00 08 00 02 00 00 00 00 00""");
    }
}

package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.NetlinkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Byte for byte what iptables asks, and what a real kernel answered. */
final class RulesetMessageTest {

    private final ByteBuffer out = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());

    @Test
    void asks_for_the_generation_as_iptables_does() {
        RulesetMessage.writeGeneration(out);

        assertThat(Golden.hex(out)).isEqualTo(Golden.hex("ask-generation"));
    }

    @Test
    void asks_for_a_chain_as_iptables_does() {
        RulesetMessage.writeChain(out, Family.IPV4, "filter", "FORWARD");

        assertThat(Golden.hex(out)).isEqualTo(Golden.hex("ask-chain"));
    }

    @Test
    void reads_a_generation() {
        assertThat(RulesetMessage.readGeneration(Golden.message("generation").body()))
                .isEqualTo(1);
    }

    @Test
    void refuses_a_generation_without_a_number_or_with_half_of_one() {
        ByteBuffer none = ByteBuffer.allocate(4);
        ByteBuffer half = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
        half.putInt(0)
                .putShort((short) 6)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) 0)
                .flip();

        assertThatThrownBy(() -> RulesetMessage.readGeneration(none)).isInstanceOf(NetlinkException.class);
        assertThatThrownBy(() -> RulesetMessage.readGeneration(half)).isInstanceOf(NetlinkException.class);
    }
}

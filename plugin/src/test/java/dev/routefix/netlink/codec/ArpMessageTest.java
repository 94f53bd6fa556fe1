package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ArpMessageTest {

    @Test
    void announces_an_address_as_arping_does() {
        ByteBuffer frame = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());

        ArpMessage.writeAnnouncement(frame, MacAddress.parse("02:00:00:00:00:4c"), IpAddress.parse("192.168.2.76"));

        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("ffffffffffff" + "02000000004c" + "0806" // to all, from the pod
                        + "0001" + "0800" + "06" + "04" + "0001" // a request
                        + "02000000004c" + "c0a8024c" + "000000000000" + "c0a8024c");
    }
}

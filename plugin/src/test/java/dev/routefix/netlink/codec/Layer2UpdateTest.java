package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Layer2UpdateTest {

    @Test
    void is_the_frame_that_an_access_point_sends_for_a_station() {
        ByteBuffer frame = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());

        Layer2Update.write(frame, MacAddress.parse("02:00:5e:00:00:01"), MacAddress.parse("02:00:00:00:00:4c"));

        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("02005e000001" + "02000000004c" + "0006" // to the router, from the pod, six bytes of LLC
                        + "00" + "01" + "af" // from null to null, a response, XID that nobody polled for
                        + "810102"); // its format, type 1, a window of one
        assertThat(frame.order()).isEqualTo(ByteOrder.nativeOrder());
    }
}

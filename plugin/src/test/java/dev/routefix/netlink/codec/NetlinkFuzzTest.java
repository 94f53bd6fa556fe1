package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.routefix.fuzz.Fuzz;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.NetlinkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A kernel's answers with several faults at once: reading ends, with values or with the one exception for that. */
final class NetlinkFuzzTest {

    private static final String[] ANSWERS = {
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
    };

    @Test
    void reading_a_damaged_answer_ends() {
        for (int seed = 0; seed < Fuzz.INPUTS; seed++) {
            var fuzz = new Fuzz(seed);
            byte[] damaged = fuzz.damaged(Golden.bytes(fuzz.pick(ANSWERS)));
            try {
                readAll(ByteBuffer.wrap(damaged).order(ByteOrder.nativeOrder()));
            } catch (NetlinkException malformed) {
                assertThat(malformed.errno()).isEqualTo(Errno.EBADMSG.number);
            } catch (RuntimeException other) {
                fail("seed " + seed + ", " + HexFormat.of().formatHex(damaged), other);
            }
        }
    }

    private static void readAll(ByteBuffer in) {
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
    }
}

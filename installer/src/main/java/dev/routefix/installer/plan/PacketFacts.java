package dev.routefix.installer.plan;

import dev.routefix.netlink.nftables.Expression.Keys;
import dev.routefix.netlink.nftables.Expression.Load;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What nftables would read of a packet, as far as we know it, as the bytes that it compares.
 *
 * @param in index of the interface it comes in by, 0 if that is not known
 * @param out index of the interface it leaves by, 0 if that is not known
 */
record PacketFacts(Packet packet, int in, int out) {

    /** {@code NFPROTO_IPV4} */
    private static final byte IPV4 = 2;

    /** {@code IFNAMSIZ} */
    private static final int NAME_SIZE = 16;

    /** {@code NF_CT_STATE_INVALID_BIT} and {@code NF_CT_STATE_BIT(IP_CT_NEW)} of {@code linux/netfilter/nf_conntrack_common.h}. */
    private static final int INVALID = 1;

    private static final int NEW = 8;

    /** {@code IPS_DST_NAT} */
    private static final int DST_NAT = 0x20;

    /** Whether the packet has no such thing, so that the rule ends there: of one that conntrack calls invalid it only says that. */
    boolean lacks(Load load) {
        return load.subject().equals("ct")
                && load.key() != Keys.STATE
                && packet.states().contains("INVALID");
    }

    /** The bytes, or null if we do not know them. */
    @Nullable
    ByteBuffer of(Load load) {
        if (load.subject().equals("ct")) {
            return switch (load.key()) {
                case Keys.STATE -> number(packet.states().contains("INVALID") ? INVALID : NEW);
                case Keys.STATUS -> number(packet.states().contains("DNAT") ? DST_NAT : 0);
                default -> null;
            };
        }
        return switch (load.key()) {
            case Keys.IIF -> in == 0 ? null : number(in);
            case Keys.OIF -> out == 0 ? null : number(out);
            case Keys.IIFNAME -> name(packet.in());
            case Keys.OIFNAME -> name(packet.out());
            case Keys.NFPROTO -> ByteBuffer.allocate(1).put(0, IPV4);
            default -> null;
        };
    }

    private static ByteBuffer number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(0, number);
    }

    private static ByteBuffer name(String name) {
        return ByteBuffer.allocate(NAME_SIZE).put(0, name.getBytes(StandardCharsets.UTF_8));
    }
}

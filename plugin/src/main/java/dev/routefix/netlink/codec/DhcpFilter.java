package dev.routefix.netlink.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a DHCP client needs to see of a LAN: what arrives for UDP port 68, and what machines say by ARP while an address is being probed. A program of classic BPF, as
 * {@link SenderFilter}. What has a VLAN's tag is another LAN's: a socket on the interface below sees it with the tag taken off.
 */
public final class DhcpFilter {

    /** {@code SKF_AD_OFF} plus {@code SKF_AD_PKTTYPE} and {@code SKF_AD_VLAN_TAG_PRESENT} of {@code linux/filter.h}. */
    private static final int PACKET_TYPE = -0x1000 + 4;

    private static final int VLAN_TAG_PRESENT = -0x1000 + 48;

    private static final int PACKET_OUTGOING = 4;

    /** {@code linux/bpf_common.h}. */
    private static final int LD_H_ABS = 0x28;

    private static final int LD_B_ABS = 0x30;
    private static final int LD_H_IND = 0x48;
    private static final int LDX_IP_LENGTH = 0xb1;
    private static final int JEQ_K = 0x15;
    private static final int JSET_K = 0x45;
    private static final int RET_K = 0x06;

    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4 = 0x0800;
    private static final int UDP = 17;
    private static final int NOT_THE_FIRST_PIECE = 0x1fff;
    private static final int CLIENT_PORT = 68;
    private static final int WHOLE = 0xffff;

    private DhcpFilter() {}

    /**
     * Writes the program, an array of {@code struct sock_filter}, and makes the buffer ready to be read.
     *
     * @param arp whether ARP is let in
     */
    public static void write(ByteBuffer program, boolean arp) {
        program.clear().order(ByteOrder.nativeOrder());
        put(program, LD_B_ABS, 0, 0, PACKET_TYPE);
        put(program, JEQ_K, 13, 0, PACKET_OUTGOING); // drop
        put(program, LD_B_ABS, 0, 0, VLAN_TAG_PRESENT);
        put(program, JEQ_K, 0, 11, 0); // else drop
        put(program, LD_H_ABS, 0, 0, 12);
        put(program, JEQ_K, 8, 0, arp ? ArpMessage.PROTOCOL : WHOLE + 1); // take
        put(program, JEQ_K, 0, 8, IPV4); // else drop
        put(program, LD_B_ABS, 0, 0, ETHERNET_HEADER + 9);
        put(program, JEQ_K, 0, 6, UDP); // else drop
        put(program, LD_H_ABS, 0, 0, ETHERNET_HEADER + 6);
        put(program, JSET_K, 4, 0, NOT_THE_FIRST_PIECE); // drop
        put(program, LDX_IP_LENGTH, 0, 0, ETHERNET_HEADER);
        put(program, LD_H_IND, 0, 0, ETHERNET_HEADER + 2);
        put(program, JEQ_K, 0, 1, CLIENT_PORT); // else drop
        put(program, RET_K, 0, 0, WHOLE);
        put(program, RET_K, 0, 0, 0);
        program.flip();
    }

    private static void put(ByteBuffer program, int code, int ifTrue, int ifFalse, int value) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
    }
}

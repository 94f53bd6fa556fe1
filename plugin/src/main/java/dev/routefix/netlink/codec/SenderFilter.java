package dev.routefix.netlink.codec;

import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a packet socket is to see of an interface's traffic: the Ethernet headers of what it sends for others, such as the macvlans on it. A program of
 * classic BPF ({@code linux/filter.h}, Documentation/networking/filter.rst), so that the kernel drops all the rest before it is queued.
 */
public final class SenderFilter {

    /** Bytes of an Ethernet header. */
    public static final int HEADER = 14;

    /** Bytes of {@code struct sock_filter}. */
    public static final int INSTRUCTION = 8;

    private static final int SENDER = 6;

    /** {@code linux/bpf_common.h}: load a word, half a word or a byte at an offset, compare with a constant, return. */
    private static final int LD_W_ABS = 0x20;

    private static final int LD_H_ABS = 0x28;
    private static final int LD_B_ABS = 0x30;
    private static final int JEQ_K = 0x15;
    private static final int RET_K = 0x06;

    /** {@code SKF_AD_OFF + SKF_AD_PKTTYPE} of {@code linux/filter.h}: where the packet is going, which is not in the packet. */
    private static final int PACKET_TYPE = -0x1000 + 4;

    /** {@code linux/if_packet.h} */
    private static final int PACKET_OUTGOING = 4;

    private SenderFilter() {}

    /**
     * Writes the program, an array of {@code struct sock_filter}, and makes the buffer ready to be read.
     *
     * @param own the interface's own hardware address
     */
    public static void write(ByteBuffer program, MacAddress own) {
        program.clear().order(ByteOrder.nativeOrder());
        put(program, LD_B_ABS, 0, 0, PACKET_TYPE);
        put(program, JEQ_K, 0, 5, PACKET_OUTGOING); // else drop
        put(program, LD_W_ABS, 0, 0, SENDER);
        put(program, JEQ_K, 0, 2, (int) (own.bits() >> 16)); // else take
        put(program, LD_H_ABS, 0, 0, SENDER + 4);
        put(program, JEQ_K, 1, 0, (int) (own.bits() & 0xffff)); // drop, else take
        put(program, RET_K, 0, 0, HEADER);
        put(program, RET_K, 0, 0, 0);
        program.flip();
    }

    private static void put(ByteBuffer program, int code, int ifTrue, int ifFalse, int value) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
    }

    /** The sender in the Ethernet header at the buffer's start. */
    public static MacAddress sender(ByteBuffer header) {
        var bytes = new byte[MacAddress.BYTES];
        header.get(SENDER, bytes);
        return MacAddress.of(bytes);
    }
}

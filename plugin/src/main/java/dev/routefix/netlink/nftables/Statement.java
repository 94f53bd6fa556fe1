package dev.routefix.netlink.nftables;

import java.nio.ByteBuffer;

/**
 * One step of a rule that is ours to make ({@code nft --debug=netlink} shows them). A step that loads something overwrites its register; a step that is not
 * met ends the rule. Registers are those of {@code nft_registers}: 1 holds 16 bytes, and 9, 10 are its second and third four.
 */
public sealed interface Statement {

    /**
     * Loads bytes of the packet.
     *
     * @param base {@code NFT_PAYLOAD_*}: {@link #NETWORK} or {@link #TRANSPORT} header
     */
    record LoadPayload(int base, int offset, int length, int register) implements Statement {
        public static final int NETWORK = 1;
        public static final int TRANSPORT = 2;
    }

    /** Loads what the kernel knows of the packet, {@code NFT_META_*}. */
    record LoadMeta(int key, int register) implements Statement {
        public static final int IIFNAME = 6;
        public static final int L4PROTO = 16;
    }

    /** Loads whose the destination address is, {@code RTN_*} by the routing tables. */
    record LoadDestinationType(int register) implements Statement {}

    /** Demands that the register begins with these bytes. */
    record Equal(int register, ByteBuffer data) implements Statement {}

    /** Demands that what begins at the register is in the set. */
    record InSet(int register, String set) implements Statement {}

    /** Puts what the map has for it in its place, and demands that there is something. */
    record Translate(int register, String map) implements Statement {}

    /** Sends the packet, and all of its connection, to the address and port in these registers. */
    record Dnat(int address, int port) implements Statement {}

    /** Gives the packet, and all of its connection, an address of this host for its sender's. */
    record Masquerade() implements Statement {}

    record Drop() implements Statement {}
}

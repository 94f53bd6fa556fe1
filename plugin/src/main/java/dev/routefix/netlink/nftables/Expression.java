package dev.routefix.netlink.nftables;

import java.nio.ByteBuffer;

/** One step of a rule. The kernel goes through them until one says that the rule is not about the packet, or gives a verdict. */
public sealed interface Expression {

    /**
     * Puts something about the packet into a register.
     *
     * @param subject {@code meta}, {@code ct} or another expression's name
     * @param key {@code NFT_META_*} or {@code NFT_CT_*}, see {@link Keys}; -1 for another expression
     */
    record Load(String subject, int key, int register) implements Expression {}

    /** {@code to = (from & mask) ^ xor}. */
    record Bitwise(int from, int to, ByteBuffer mask, ByteBuffer xor) implements Expression {}

    /** Goes on if the register begins with the data, or if it does not. */
    record Compare(int register, boolean equal, ByteBuffer data) implements Expression {}

    /**
     * Goes on if the register's content is in the set, or if it is not.
     *
     * @param gives whether the set is a map whose verdict is taken
     */
    record Lookup(int register, String set, boolean inverted, boolean gives) implements Expression {}

    /** Ends the rule. */
    record Decide(Verdict verdict) implements Expression {}

    /** Ends the packet, with an answer to its sender. */
    record Reject() implements Expression {}

    /** Gives the packet another source address ({@code masquerade}, {@code snat}). */
    record Rewrite() implements Expression {}

    /** Goes on whatever the packet is: counts it, logs it. */
    record Pass(String name) implements Expression {}

    /** May go on or not, by what we do not follow. */
    record Other(String name) implements Expression {}

    /** What can be asked about a packet. */
    final class Keys {

        /** {@code NFT_META_*} */
        public static final int IIF = 4;

        public static final int OIF = 5;
        public static final int IIFNAME = 6;
        public static final int OIFNAME = 7;
        public static final int NFPROTO = 15;

        /** {@code NFT_CT_*} */
        public static final int STATE = 0;

        public static final int STATUS = 2;

        private Keys() {}
    }
}

package dev.routefix.netlink.nftables;

/**
 * What becomes of a packet that a rule is about.
 *
 * @param code {@code NF_*} or {@code NFT_*}, such as {@link #DROP}
 * @param chain where {@link #JUMP} and {@link #GOTO} lead to; empty for the others
 */
public record Verdict(int code, String chain) {

    public static final int DROP = 0;
    public static final int ACCEPT = 1;
    public static final int CONTINUE = -1;
    public static final int BREAK = -2;
    public static final int JUMP = -3;
    public static final int GOTO = -4;
    public static final int RETURN = -5;
}

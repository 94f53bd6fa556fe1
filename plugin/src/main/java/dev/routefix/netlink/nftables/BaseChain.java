package dev.routefix.netlink.nftables;

/**
 * A chain that the kernel itself leads packets to.
 *
 * @param family {@code NFPROTO_*}: {@link #INET}, {@link #IPV4} or another
 * @param table its table's name
 * @param type {@code filter}, {@code nat} or {@code route}
 * @param hook {@code NF_INET_*}: {@link #FORWARD}, {@link #POSTROUTING} or another
 * @param priority of several at a hook the lowest is asked first
 * @param drops whether its policy is to drop
 * @param tableNumber tables that were made later have greater ones
 */
public record BaseChain(
        int family, String table, String name, String type, int hook, int priority, boolean drops, long tableNumber) {

    public static final int INET = 1;
    public static final int IPV4 = 2;

    public static final int FORWARD = 2;
    public static final int POSTROUTING = 4;

    /** Whether packets of IPv4 come here. */
    public boolean isAboutIpv4() {
        return family == INET || family == IPV4;
    }
}

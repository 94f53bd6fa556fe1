package dev.routefix.netlink;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rule that leads packets to a table ({@code RTM_GETRULE}, {@code linux/fib_rules.h}; ip-rule(8)).
 *
 * @param priority lower ones are asked first
 * @param action {@code FR_ACT_*}: {@link #TO_TABLE} or another
 * @param table where it leads, of interest for {@link #TO_TABLE} only
 * @param protocol who made it ({@code RTPROT_*}): {@link Route#KERNEL}, {@link Route#OURS}, 0 if nobody says so
 * @param inverted whether it is for the packets that {@code selector} does not describe ({@code FIB_RULE_INVERT})
 * @param selector the packets it is for
 * @param suppressed the longest prefix of which the table's routes are passed over ({@code FRA_SUPPRESS_PREFIXLEN}), 0 for its default routes; {@link #NONE}
 */
public record PolicyRule(
        Family family,
        int priority,
        int action,
        int table,
        int protocol,
        boolean inverted,
        Selector selector,
        int suppressed) {

    /** All routes of the table count. */
    public static final int NONE = -1;

    /** {@code FR_ACT_TO_TBL}. */
    public static final int TO_TABLE = 1;

    private static final int GOTO = 2;
    private static final int BLACKHOLE = 6;
    private static final int UNREACHABLE = 7;
    private static final int PROHIBIT = 8;

    /** {@code RT_TABLE_LOCAL} and {@code RT_TABLE_DEFAULT}, whose rules every namespace begins with, as it does with that of {@link Route#MAIN}. */
    private static final int LOCAL = 255;

    private static final int DEFAULT = 253;

    /** Ours are asked right before the main table, as are those of somebody who names no number. */
    private static final int BEFORE_MAIN = 32765;

    /** Numbers from {@code first} to {@code last}. */
    public record Range(int first, int last) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Range that && first == that.first && last == that.last;
        }

        @Override
        public int hashCode() {
            return 31 * first + last;
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /**
     * What a packet must have; what is null, empty or 0 does not matter.
     *
     * @param arrives name of the interface it comes in by; {@code lo} stands for packets of this namespace's own
     * @param leaves name of the interface its socket is bound to
     * @param mask of {@code mark}
     * @param users who sends it, by number
     * @param ipProtocol {@code IPPROTO_*}
     */
    public record Selector(
            @Nullable Prefix source,
            @Nullable Prefix destination,
            String arrives,
            String leaves,
            int mark,
            int mask,
            @Nullable Range users,
            int tos,
            int ipProtocol,
            @Nullable Range sourcePorts,
            @Nullable Range destinationPorts) {

        public static final Selector ALL = from(null);

        /** All packets from there. */
        public static Selector from(@Nullable Prefix source) {
            return between(source, null);
        }

        /** All packets that come in by an interface of that name. */
        public static Selector arriving(String link) {
            return new Selector(null, null, link, "", 0, 0, null, 0, 0, null, null);
        }

        /** All packets from there to there. */
        public static Selector between(@Nullable Prefix source, @Nullable Prefix destination) {
            return new Selector(source, destination, "", "", 0, 0, null, 0, 0, null, null);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Selector that
                    && Objects.equals(source, that.source)
                    && Objects.equals(destination, that.destination)
                    && arrives.equals(that.arrives)
                    && leaves.equals(that.leaves)
                    && mark == that.mark
                    && mask == that.mask
                    && Objects.equals(users, that.users)
                    && tos == that.tos
                    && ipProtocol == that.ipProtocol
                    && Objects.equals(sourcePorts, that.sourcePorts)
                    && Objects.equals(destinationPorts, that.destinationPorts);
        }

        @Override
        public int hashCode() {
            return 31 * Objects.hashCode(source) + mark;
        }

        @Override
        public String toString() {
            return "from " + (source == null ? "all" : text(source))
                    + (destination == null ? "" : " to " + text(destination))
                    + (tos == 0 ? "" : " tos 0x" + Integer.toHexString(tos))
                    + (mark == 0 && mask == 0 ? "" : " fwmark 0x" + Integer.toHexString(mark) + maskText())
                    + (arrives.isEmpty() ? "" : " iif " + arrives)
                    + (leaves.isEmpty() ? "" : " oif " + leaves)
                    + (users == null ? "" : " uidrange " + users.first() + "-" + users.last())
                    + (ipProtocol == 0 ? "" : " ipproto " + ipProtocol)
                    + (sourcePorts == null ? "" : " sport " + sourcePorts)
                    + (destinationPorts == null ? "" : " dport " + destinationPorts);
        }

        private String maskText() {
            return mask == -1 ? "" : "/0x" + Integer.toHexString(mask);
        }

        private static String text(Prefix prefix) {
            return prefix.isHost() ? prefix.address().toString() : prefix.toString();
        }
    }

    /** One by which all routes of its table count. */
    public PolicyRule(
            Family family, int priority, int action, int table, int protocol, boolean inverted, Selector selector) {
        this(family, priority, action, table, protocol, inverted, selector, NONE);
    }

    /**
     * The rules of ours by which what arrives by an interface leaves by the default route of a table, if no other route of the main one is for it.
     *
     * @param arrives the interface's name
     */
    public static List<PolicyRule> oursBy(String arrives, int table) {
        var selector = Selector.arriving(arrives);
        return List.of(
                new PolicyRule(Family.IPV4, BEFORE_MAIN - 1, TO_TABLE, Route.MAIN, Route.OURS, false, selector, 0),
                new PolicyRule(Family.IPV4, BEFORE_MAIN, TO_TABLE, table, Route.OURS, false, selector));
    }

    /** The rule of ours that leads what an address sends to a table of its own. */
    public static PolicyRule ours(IpAddress source, int table) {
        return new PolicyRule(
                source.family(), BEFORE_MAIN, TO_TABLE, table, Route.OURS, false, Selector.from(source.host()));
    }

    /**
     * The rule of ours that leads what is begun towards a network to a table, where its sender has not been chosen yet: the kernel asks with no address first, and takes that of
     * the route. What already has one, as an answer has, is not meant.
     */
    public static PolicyRule oursTowards(Prefix network, int table) {
        var family = network.address().family();
        var unchosen = new IpAddress(family, 0, 0).host();
        return new PolicyRule(
                family, BEFORE_MAIN, TO_TABLE, table, Route.OURS, false, Selector.between(unchosen, network));
    }

    /** Whether packets it is for go nowhere: {@code blackhole}, {@code unreachable}, {@code prohibit}. */
    public boolean refuses() {
        return action >= BLACKHOLE && action <= PROHIBIT;
    }

    /** Whether it is one of those that every namespace begins with. */
    public boolean isOfEveryNamespace() {
        return action == TO_TABLE
                && !inverted
                && (table == LOCAL || table == Route.MAIN || table == DEFAULT)
                && selector.equals(Selector.ALL);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicyRule that
                && family == that.family
                && priority == that.priority
                && action == that.action
                && table == that.table
                && protocol == that.protocol
                && inverted == that.inverted
                && suppressed == that.suppressed
                && selector.equals(that.selector);
    }

    @Override
    public int hashCode() {
        return 31 * selector.hashCode() + table;
    }

    /** As {@code ip rule} shows it, after its number. */
    @Override
    public String toString() {
        return (inverted ? "not " : "")
                + selector
                + switch (action) {
                    case TO_TABLE ->
                        " lookup " + table + (suppressed == NONE ? "" : " suppress_prefixlength " + suppressed);
                    case GOTO -> " goto another rule";
                    case BLACKHOLE -> " blackhole";
                    case UNREACHABLE -> " unreachable";
                    case PROHIBIT -> " prohibit";
                    default -> " action " + action;
                };
    }
}

package dev.routefix.netlink.codec;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.PolicyRule.Range;
import dev.routefix.netlink.PolicyRule.Selector;
import dev.routefix.netlink.Prefix;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Policy rules: {@code RTM_NEWRULE} and its kin, numbered in {@code linux/rtnetlink.h}, attributes of {@code linux/fib_rules.h}. */
public final class PolicyRuleMessage {

    static final int RTM_NEWRULE = 32;
    static final int RTM_DELRULE = 33;
    private static final int RTM_GETRULE = 34;

    private static final int FRA_DST = 1;
    private static final int FRA_SRC = 2;
    private static final int FRA_IIFNAME = 3;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;
    private static final int FRA_OIFNAME = 17;
    private static final int FRA_UID_RANGE = 20;
    private static final int FRA_PROTOCOL = 21;
    private static final int FRA_IP_PROTO = 22;
    private static final int FRA_SPORT_RANGE = 23;
    private static final int FRA_DPORT_RANGE = 24;

    /** For the packets that the rest does not describe. */
    private static final int FIB_RULE_INVERT = 2;

    private static final int RT_TABLE_UNSPEC = 0;

    private PolicyRuleMessage() {}

    /** Asks for all rules. */
    public static void writeDump(ByteBuffer out, Family family) {
        int start = out.position();
        NlMsg.begin(out, RTM_GETRULE, NlMsg.NLM_F_DUMP, 0);
        new FibRuleHdr(family.number, 0, 0, 0, 0, 0, 0).write(out);
        NlMsg.end(out, start);
    }

    /** Writes one of ours: packets from an address, from there towards a network, or that come in by an interface, to a table. */
    static void write(ByteBuffer out, PolicyRule rule) {
        Prefix source = rule.selector().source();
        Prefix destination = rule.selector().destination();
        String arrives = rule.selector().arrives();
        boolean isKnown = source == null
                ? !arrives.isEmpty() && rule.selector().equals(Selector.arriving(arrives))
                : rule.selector().equals(Selector.between(source, destination));
        if (!isKnown || rule.inverted()) {
            throw new IllegalArgumentException(
                    "rules that are made ask for source and destination, or for an interface: " + rule);
        }
        int destinationLength = destination == null ? 0 : destination.length();
        new FibRuleHdr(
                        rule.family().number,
                        destinationLength,
                        source == null ? 0 : source.length(),
                        0,
                        RT_TABLE_UNSPEC,
                        rule.action(),
                        0)
                .write(out);
        if (source == null) {
            NlAttr.put(out, FRA_IIFNAME, arrives);
        } else {
            NlAttr.put(out, FRA_SRC, source.address());
        }
        if (destination != null) {
            NlAttr.put(out, FRA_DST, destination.address());
        }
        if (rule.suppressed() != PolicyRule.NONE) {
            NlAttr.put(out, FRA_SUPPRESS_PREFIXLEN, rule.suppressed());
        }
        NlAttr.put(out, FRA_TABLE, rule.table());
        NlAttr.put(out, FRA_PRIORITY, rule.priority());
        NlAttr.put(out, FRA_PROTOCOL, new byte[] {(byte) rule.protocol()});
    }

    /** Reads the body of an {@code RTM_NEWRULE}. */
    public static PolicyRule read(ByteBuffer body) {
        FibRuleHdr struct = FibRuleHdr.read(body);
        Family family = Malformed.family(struct.family());
        @Nullable IpAddress source = null;
        @Nullable IpAddress destination = null;
        String arrives = "";
        String leaves = "";
        int mark = 0;
        int mask = 0;
        @Nullable Range users = null;
        int ipProtocol = 0;
        @Nullable Range sourcePorts = null;
        @Nullable Range destinationPorts = null;
        int priority = 0;
        int table = struct.table();
        int protocol = 0;
        int suppressed = PolicyRule.NONE;
        var attrs = new NlAttrs(body);
        while (attrs.next()) {
            switch (attrs.type()) {
                case FRA_SRC -> source = attrs.address(family);
                case FRA_DST -> destination = attrs.address(family);
                case FRA_IIFNAME -> arrives = attrs.text();
                case FRA_OIFNAME -> leaves = attrs.text();
                case FRA_FWMARK -> mark = attrs.number();
                case FRA_FWMASK -> mask = attrs.number();
                case FRA_UID_RANGE -> users = attrs.numbers();
                case FRA_IP_PROTO -> ipProtocol = attrs.octet();
                case FRA_SPORT_RANGE -> sourcePorts = attrs.ports();
                case FRA_DPORT_RANGE -> destinationPorts = attrs.ports();
                case FRA_PRIORITY -> priority = attrs.number();
                case FRA_TABLE -> table = attrs.number();
                case FRA_SUPPRESS_PREFIXLEN -> suppressed = attrs.number();
                case FRA_PROTOCOL -> protocol = attrs.octet();
                default -> {} // what it leaves out once it has been met, tunnels, realms
            }
        }
        return new PolicyRule(
                family,
                priority,
                struct.action(),
                table,
                protocol,
                (struct.flags() & FIB_RULE_INVERT) != 0,
                new Selector(
                        source == null ? null : Malformed.prefix(source, struct.sourceLength()),
                        destination == null ? null : Malformed.prefix(destination, struct.destinationLength()),
                        arrives,
                        leaves,
                        mark,
                        mask,
                        users,
                        struct.tos(),
                        ipProtocol,
                        sourcePorts,
                        destinationPorts),
                suppressed);
    }
}

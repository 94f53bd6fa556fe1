package dev.routefix.installer.plan;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A packet of a pod's on the node, to be asked the kernel about: a policy rule of somebody's may have it meet another table than the main one, which the
 * ways to pods are in. Where no pod is attached it is one that a pod to come would send or get.
 *
 * @param what the packets that are like it, for people to read
 * @param link index of the interface it should leave by; 0 if the main table decides that
 * @param selector the packets that a rule of policy routing has to be for, to put things right
 */
public record NodeWay(String what, RouteQuestion question, int link, String selector) {

    /** Whom a finding of this kind concerns. */
    public static final String ROUTING = "the node's routing";

    /** So many pods' ways are asked for. */
    private static final int MOST = 3;

    /** What the kernel says of a packet that a rule refuses. */
    private static final Set<Integer> REFUSED =
            Set.of(Errno.EACCES.number, Errno.EINVAL.number, Errno.EHOSTUNREACH.number);

    /**
     * The packets to ask about.
     *
     * @param lan the node's addresses on the LAN
     * @param master index of its interface
     * @param host index of the node's macvlan; 0 if there is none yet
     * @param pods addresses of attached pods
     */
    public static List<NodeWay> of(List<LinkAddress> lan, int master, int host, String hostName, List<IpAddress> pods) {
        var ways = new ArrayList<NodeWay>();
        var own = lan.stream()
                .map(LinkAddress::prefix)
                .filter(prefix -> prefix.family() == Family.IPV4 && prefix.length() <= 30)
                .findFirst()
                .orElse(null);
        if (own == null || lan.stream().noneMatch(address -> address.scope().equals(Scope.UNIVERSE))) {
            return ways;
        }
        var node = own.address();
        var neighbour = at(own, node, 1);
        var asked =
                pods.isEmpty() || host == 0 ? List.of(at(own, node, -2)) : pods.subList(0, Math.min(MOST, pods.size()));
        int to = pods.isEmpty() ? 0 : host;
        for (var pod : asked) {
            var selector = "to " + own.network();
            ways.add(new NodeWay("what the node sends to pods", RouteQuestion.sent(node, pod), to, selector));
            ways.add(new NodeWay(
                    "what the LAN sends to pods by the node",
                    RouteQuestion.arriving(master, neighbour, pod),
                    to,
                    selector));
            if (host != 0) {
                ways.add(new NodeWay(
                        "what pods send to the LAN",
                        RouteQuestion.arriving(host, pod, neighbour),
                        master,
                        "iif " + hostName + " " + selector));
            }
        }
        return ways;
    }

    /** An address of the network that is not the node's, counted from its beginning, or with a negative number from behind its end. */
    private static IpAddress at(Prefix own, IpAddress node, int place) {
        long first = own.network().address().low();
        long behind = first + (1L << (own.family().bits() - own.length()));
        long address = place > 0 ? first + place : behind + place;
        return new IpAddress(own.family(), 0, address == node.low() ? address + (place > 0 ? 1 : -1) : address);
    }

    /** Whether something else than the main table has a say in it. */
    public boolean isAstray(RouteAnswer answer) {
        if (answer.errno() != 0) {
            return REFUSED.contains(answer.errno());
        }
        return answer.table() != Route.MAIN && !answer.isLocal() && (link == 0 || !answer.leaves(link));
    }

    /** Whether one of the packets is. */
    public static boolean isAnyAstray(List<NodeWay> ways, List<RouteAnswer> answers) {
        for (int at = 0; at < answers.size(); at++) {
            if (ways.get(at).isAstray(answers.get(at))) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is wrong, if it is a rule's doing.
     *
     * @param rules in the order in which they are asked
     */
    @Nullable
    Finding finding(RouteAnswer answer, List<PolicyRule> rules) {
        if (!isAstray(answer)) {
            return null;
        }
        for (var rule : rules) {
            boolean is = answer.errno() != 0
                    ? rule.action() != PolicyRule.TO_TABLE
                    : !rule.isOfEveryNamespace() && rule.table() == answer.table();
            if (is) {
                return Finding.blocking(
                        ROUTING,
                        "it does not arrive",
                        "the policy rule " + rule.priority() + ": \"" + rule + "\" leads " + what + " elsewhere",
                        "put another before it: ip rule add priority " + Math.max(1, rule.priority() - 1) + " "
                                + selector + " lookup main");
            }
        }
        return null;
    }
}

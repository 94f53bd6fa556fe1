package dev.routefix.installer.plan;

import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.RouteAnswer;
import java.util.List;

/**
 * What is around us on the node and none of ours.
 *
 * @param nativeRules what others have in nftables
 * @param strangers what kube-proxy takes for no pod, in the words of its rules such as {@code ! -s 10.42.0.0/16}; empty if that is not seen
 * @param ways packets that the kernel was asked about
 * @param answers of the kernel, one for each; none if it could not be asked
 * @param policies the rules of its routing; empty if nothing was led astray
 * @param lan the node's addresses on the LAN
 * @param ipvs whether there is the interface that kube-proxy makes in that mode
 * @param overlooked whether the container runtime looks for networks elsewhere than in the directory of ours
 */
public record Surroundings(
        NativeRules nativeRules,
        List<String> strangers,
        List<NodeWay> ways,
        List<RouteAnswer> answers,
        List<PolicyRule> policies,
        List<LinkAddress> lan,
        boolean ipvs,
        boolean overlooked) {

    public static final Surroundings NONE =
            new Surroundings(NativeRules.NONE, List.of(), List.of(), List.of(), List.of(), List.of(), false, false);

    public Surroundings {
        strangers = List.copyOf(strangers);
        ways = List.copyOf(ways);
        answers = List.copyOf(answers);
        policies = List.copyOf(policies);
        lan = List.copyOf(lan);
    }
}

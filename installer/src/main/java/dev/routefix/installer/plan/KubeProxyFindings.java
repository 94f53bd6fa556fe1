package dev.routefix.installer.plan;

import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What kube-proxy takes our pods for. It works all the same, but for what is told here. */
final class KubeProxyFindings {

    private static final String CURE =
            "have kube-proxy know pods by their interface, from Kubernetes 1.24 on: detectLocalMode:"
                    + " InterfaceNamePrefix, detectLocal: {interfaceNamePrefix: ";

    private KubeProxyFindings() {}

    static List<Finding> of(Surroundings around, String host) {
        var findings = new ArrayList<Finding>();
        for (var strangers : around.strangers()) {
            var words = List.of(strangers.split(" ", -1));
            var cidr = words.size() == 3 && words.get(1).equals("-s") ? prefix(words.get(2)) : null;
            if (words.getFirst().equals("!") && cidr != null) {
                findings.add(Finding.told(
                        contains(cidr, around)
                                ? "kube-proxy's --cluster-cidr " + cidr
                                        + " contains the LAN, so it takes LAN clients for pods, and load balancers do not keep their addresses: give"
                                        + " it one that does not, or " + CURE + host + "}"
                                : "kube-proxy takes pods for strangers, as its --cluster-cidr " + cidr
                                        + " is not theirs: a pod that calls a load balancer's address is dropped where its node has no endpoint: "
                                        + CURE + host + "}"));
            }
        }
        return findings;
    }

    private static boolean contains(Prefix cidr, Surroundings around) {
        return around.lan().stream()
                .anyMatch(address -> cidr.contains(address.prefix().address()));
    }

    private static @Nullable Prefix prefix(String text) {
        try {
            return Prefix.parse(text);
        } catch (IllegalArgumentException odd) {
            return null;
        }
    }
}

package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What kube-proxy takes our pods for. It works all the same, but for what is told here. */
final class KubeProxyFindings {

    private final Configuration configuration;
    private final Surroundings around;

    private KubeProxyFindings(Configuration configuration, Surroundings around) {
        this.configuration = configuration;
        this.around = around;
    }

    static List<Finding> of(Configuration configuration, Surroundings around) {
        var kubeProxy = new KubeProxyFindings(configuration, around);
        var findings = new ArrayList<Finding>();
        if (around.ipvs()) {
            findings.add(Finding.told(
                    Finding.KUBE_PROXY,
                    "nobody has tried whether load balancers and ClusterIPs answer",
                    "kube-proxy is in ipvs mode, which route-fix is not made for",
                    "kube-proxy --proxy-mode=iptables"));
        }
        for (var strangers : around.strangers()) {
            var finding = kubeProxy.finding(List.of(strangers.split(" ", -1)));
            if (finding != null) {
                findings.add(finding);
            }
        }
        return findings;
    }

    /** @param words such as {@code ! -s 10.42.0.0/16}: who is no pod to it */
    private @Nullable Finding finding(List<String> words) {
        var value = words.getLast();
        var cidr = words.contains("-s") ? prefix(value) : null;
        if (cidr != null && contains(cidr)) {
            return Finding.told(
                    Finding.KUBE_PROXY,
                    "it takes LAN clients for pods, and load balancers do not keep their addresses",
                    "kube-proxy's --cluster-cidr " + cidr + " contains the LAN",
                    "give it one that does not, or " + cure());
        }
        if (cidr != null) {
            return strangers("its --cluster-cidr " + cidr + " is not theirs");
        }
        boolean knows = !words.contains("-i") || Meeting.isNamed(configuration.hostInterface(), value);
        return knows ? null : strangers("it knows pods by the interface " + value);
    }

    private Finding strangers(String why) {
        return Finding.told(
                Finding.KUBE_PROXY,
                "a pod that calls a load balancer's address is dropped where its node has no endpoint",
                "kube-proxy takes pods for strangers, as " + why,
                cure());
    }

    private String cure() {
        return switch (configuration.mode()) {
            case NODE ->
                "have kube-proxy know pods by their interface, from Kubernetes 1.24 on: detectLocalMode: InterfaceNamePrefix,"
                        + " detectLocal: {interfaceNamePrefix: " + prefix() + "}";
            case RUNTIME_CLASS ->
                "have kube-proxy know both kinds of pods by a prefix that HOST_IFACE has in common with the other network's interfaces,"
                        + " such as cni, from Kubernetes 1.24 on: detectLocalMode: InterfaceNamePrefix";
        };
    }

    /** Where the node has several networks, what the names of all their interfaces begin with. */
    private String prefix() {
        var prefix = configuration.hostInterface();
        for (var network : configuration.others()) {
            while (!network.hostInterface().startsWith(prefix)) {
                prefix = prefix.substring(0, prefix.length() - 1);
            }
        }
        return prefix.isEmpty() ? "one that HOST_IFACE of all networks has in common" : prefix;
    }

    private boolean contains(Prefix cidr) {
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

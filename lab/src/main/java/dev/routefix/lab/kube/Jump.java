package dev.routefix.lab.kube;

import java.util.ArrayList;
import java.util.List;

/** A jump from a built-in chain into one of Kubernetes' (proxier.go, iptablesJumpChains; kubelet_network_linux.go for KUBE-FIREWALL). */
record Jump(String table, String from, String to, String match) {
    private static final String NEW = "-m conntrack --ctstate NEW ";

    /** In the order in which they are put first, so that the last one stands first in its chain. */
    static List<Jump> all(Dialect dialect) {
        List<Jump> jumps = new ArrayList<>(List.of(
                filter("INPUT", "KUBE-FIREWALL", ""),
                filter("OUTPUT", "KUBE-FIREWALL", ""),
                filter(
                        "INPUT",
                        "KUBE-EXTERNAL-SERVICES",
                        NEW + comment("kubernetes externally-visible service portals")),
                filter(
                        "FORWARD",
                        "KUBE-EXTERNAL-SERVICES",
                        NEW + comment("kubernetes externally-visible service portals")),
                filter("INPUT", "KUBE-NODEPORTS", comment("kubernetes health check service ports")),
                filter("FORWARD", "KUBE-SERVICES", NEW + comment("kubernetes service portals")),
                filter("OUTPUT", "KUBE-SERVICES", NEW + comment("kubernetes service portals")),
                filter("FORWARD", "KUBE-FORWARD", comment("kubernetes forwarding rules")),
                nat("OUTPUT", "KUBE-SERVICES", "kubernetes service portals"),
                nat("PREROUTING", "KUBE-SERVICES", "kubernetes service portals"),
                nat("POSTROUTING", "KUBE-POSTROUTING", "kubernetes postrouting rules")));
        if (dialect == Dialect.EXT) {
            for (String chain : List.of("INPUT", "OUTPUT", "FORWARD")) {
                jumps.add(filter(chain, "KUBE-PROXY-FIREWALL", NEW + comment("kubernetes load balancer firewall")));
            }
        }
        return jumps;
    }

    /** Whether this line of iptables-save is this jump. */
    boolean is(String line) {
        return line.startsWith("-A " + from + " ") && line.endsWith("-j " + to);
    }

    String insertion() {
        return "-I " + from + " " + match + " -j " + to;
    }

    private static Jump filter(String from, String to, String match) {
        return new Jump("filter", from, to, match);
    }

    private static Jump nat(String from, String to, String comment) {
        return new Jump("nat", from, to, comment(comment));
    }

    private static String comment(String text) {
        return "-m comment --comment \"" + text + "\"";
    }
}

package dev.routefix.lab.kube;

import java.util.List;
import java.util.Locale;

/**
 * The text kube-proxy gives to {@code iptables-restore --noflush} on one node, for one Service: chains are declared, and so flushed,
 * and filled again (pkg/proxy/iptables/proxier.go of 1.20 and 1.28).
 */
final class KubeRules {
    private final StringBuilder text = new StringBuilder();
    private final Dialect dialect;
    private final String clusterCidr;
    private final LoadBalancer service;
    private final String name;
    private final List<Endpoint> all;
    private final List<Endpoint> local;
    private final String cluster;
    private final String external;

    private KubeRules(
            Dialect dialect, String clusterCidr, String node, LoadBalancer service, List<Endpoint> endpoints) {
        this.dialect = dialect;
        this.clusterCidr = clusterCidr;
        this.service = service;
        this.name = service.name();
        this.all = endpoints;
        this.local = endpoints.stream().filter(e -> e.node().equals(node)).toList();
        this.cluster = ChainName.of("KUBE-SVC-", service);
        this.external = ChainName.of("KUBE-" + dialect + "-", service);
    }

    /** The filter and nat tables of this node; {@code clusterCidr} may be empty, as where kube-proxy cannot tell local pods. */
    static String of(Dialect dialect, String clusterCidr, String node, LoadBalancer service, List<Endpoint> endpoints) {
        KubeRules rules = new KubeRules(dialect, clusterCidr, node, service, endpoints);
        rules.filter();
        rules.nat();
        return rules.text.toString();
    }

    private void filter() {
        line("*filter");
        chains("KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-FORWARD", "KUBE-NODEPORTS");
        if (all.isEmpty()) {
            String why = name + " has no endpoints";
            rule("KUBE-SERVICES", why, clusterIp(), "-j REJECT");
            rule("KUBE-EXTERNAL-SERVICES", why, loadBalancer(), "-j REJECT");
            rule("KUBE-EXTERNAL-SERVICES", why, "-m addrtype --dst-type LOCAL", nodePort(), "-j REJECT");
        }
        line("-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP");
        rule("KUBE-FORWARD", "kubernetes forwarding rules", "-m mark --mark 0x4000/0x4000 -j ACCEPT");
        switch (dialect) {
            case XLB -> {
                established("kubernetes forwarding conntrack pod source rule");
                established("kubernetes forwarding conntrack pod destination rule");
            }
            case EXT -> {
                established("kubernetes forwarding conntrack rule");
                chains("KUBE-PROXY-FIREWALL");
                if (local.isEmpty() && !all.isEmpty()) {
                    String why = name + " has no local endpoints";
                    rule("KUBE-EXTERNAL-SERVICES", why, loadBalancer(), "-j DROP");
                    rule("KUBE-EXTERNAL-SERVICES", why, "-m addrtype --dst-type LOCAL", nodePort(), "-j DROP");
                }
            }
        }
        line("COMMIT");
    }

    private void established(String comment) {
        rule("KUBE-FORWARD", comment, "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
    }

    private void nat() {
        line("*nat");
        chains("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ", cluster, external);
        line("-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN");
        line("-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000");
        rule("KUBE-POSTROUTING", "kubernetes service traffic requiring SNAT", "-j MASQUERADE --random-fully");
        line("-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000");
        for (Endpoint endpoint : all) {
            String chain = ChainName.of(service, endpoint);
            chains(chain);
            rule(chain, name, "-s", endpoint.address(), "-j KUBE-MARK-MASQ");
            rule(chain, name, "-m tcp -p tcp -j DNAT --to-destination", endpoint.text());
        }
        if (!all.isEmpty()) {
            switch (dialect) {
                case XLB -> xlb();
                case EXT -> ext();
            }
        }
        rule(
                "KUBE-SERVICES",
                "kubernetes service nodeports; NOTE: this must be the last rule in this chain",
                "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS");
        line("COMMIT");
    }

    private void xlb() {
        String firewall = ChainName.of("KUBE-FW-", service);
        chains(firewall);
        if (!clusterCidr.isEmpty()) {
            rule("KUBE-SERVICES", name + " cluster IP", "! -s", clusterCidr, clusterIp(), "-j KUBE-MARK-MASQ");
        }
        rule("KUBE-SERVICES", name + " cluster IP", clusterIp(), "-j", cluster);
        rule("KUBE-SERVICES", name + " loadbalancer IP", loadBalancer(), "-j", firewall);
        balance(cluster, all);
        rule(firewall, name + " loadbalancer IP", "-j", external);
        rule(firewall, name + " loadbalancer IP", "-j KUBE-MARK-DROP");
        rule("KUBE-NODEPORTS", name, "-s 127.0.0.0/8", nodePort(), "-j KUBE-MARK-MASQ");
        rule("KUBE-NODEPORTS", name, nodePort(), "-j", external);
        if (!clusterCidr.isEmpty()) {
            String why = "Redirect pods trying to reach external loadbalancer VIP to clusterIP";
            rule(external, why, "-s", clusterCidr, "-j", cluster);
        }
        fromTheNode("LB IP", "LB IP to service chain");
        if (local.isEmpty()) {
            rule(external, name + " has no local endpoints", "-j KUBE-MARK-DROP");
        }
        balance(external, local);
    }

    private void ext() {
        String own = ChainName.of("KUBE-SVL-", service);
        chains(own);
        if (!clusterCidr.isEmpty()) {
            rule(cluster, name + " cluster IP", clusterIp(), "! -s", clusterCidr, "-j KUBE-MARK-MASQ");
        }
        balance(cluster, all);
        rule("KUBE-SERVICES", name + " cluster IP", clusterIp(), "-j", cluster);
        rule("KUBE-SERVICES", name + " loadbalancer IP", loadBalancer(), "-j", external);
        rule("KUBE-NODEPORTS", name, nodePort(), "-j", external);
        if (!clusterCidr.isEmpty()) {
            rule(external, "pod traffic for " + name + " external destinations", "-s", clusterCidr, "-j", cluster);
        }
        fromTheNode("external destinations", "external destinations");
        line("-A " + external + " -j " + own);
        balance(own, local);
    }

    /** What the node itself sends to the load balancer goes to any endpoint, masqueraded. */
    private void fromTheNode(String masqueraded, String routed) {
        String local = "-m addrtype --src-type LOCAL -j";
        rule(external, "masquerade LOCAL traffic for " + name + " " + masqueraded, local, "KUBE-MARK-MASQ");
        rule(external, "route LOCAL traffic for " + name + " " + routed, local, cluster);
    }

    /** Each endpoint gets its share of what its predecessors left: 1/n, 1/(n-1) and so on, the last one all of it. */
    private void balance(String chain, List<Endpoint> endpoints) {
        int left = endpoints.size();
        for (Endpoint endpoint : endpoints) {
            String share = left == 1
                    ? ""
                    : "-m statistic --mode random --probability " + String.format(Locale.ROOT, "%.10f", 1.0 / left);
            rule(chain, name + " -> " + endpoint.text(), share, "-j", ChainName.of(service, endpoint));
            left--;
        }
    }

    private String clusterIp() {
        return "-m tcp -p tcp -d " + service.clusterIp() + " --dport " + service.port();
    }

    private String loadBalancer() {
        return "-m tcp -p tcp -d " + service.address() + " --dport " + service.port();
    }

    private String nodePort() {
        return "-m tcp -p tcp --dport " + service.nodePort();
    }

    private void chains(String... names) {
        for (String chain : names) {
            line(":" + chain + " - [0:0]");
        }
    }

    private void rule(String chain, String comment, String... words) {
        line("-A " + chain + " -m comment --comment \"" + comment + "\" " + String.join(" ", words));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}

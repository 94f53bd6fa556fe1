package dev.routefix.lab;

/** What an administrator would type to make pods' Services answer, step by step. */
final class ByHand {
    static final String GATEWAY = "169.254.1.1";

    private ByHand() {}

    static void shim(Node node) {
        shim(node, "iptables-nft");
    }

    /** The node's own macvlan with the pods' gateway on it, and the two rules. */
    static void shim(Node node, String iptables) {
        mac0(node);
        node.netns().ip("link set mac0 arp off\n");
        rule(node, iptables + " -w -I FORWARD 1 -o mac0 -j ACCEPT");
        rule(node, iptables + " -w -I FORWARD 1 -i mac0 -j ACCEPT");
        rule(node, iptables + " -w -t nat -A POSTROUTING -o eth0 -m conntrack --ctstate DNAT -j MASQUERADE");
    }

    /** The macvlan alone, answering ARP. */
    static void mac0(Node node) {
        node.netns().ip("""
                link add mac0 link eth0 type macvlan mode bridge
                address add %s/32 dev mac0
                link set mac0 up
                """.formatted(GATEWAY));
    }

    static void rule(Node node, String words) {
        node.netns().command(words.split(" ", -1)).run();
    }

    /** What the pod itself needs. */
    static void routes(Pod pod) {
        pod.netns().sysctl("net/ipv4/conf/all/accept_redirects", "0");
        pod.netns().sysctl("net/ipv4/conf/eth0/accept_redirects", "0");
        routesOnly(pod);
        pod.netns()
                .ip("neigh replace %s lladdr %s dev eth0 nud permanent%n"
                        .formatted(GATEWAY, pod.node().netns().mac("mac0")));
    }

    /** The pod's routes, with nothing that says which of the nodes is its own. */
    static void routesOnly(Pod pod) {
        pod.netns().ip("""
                route flush table main
                route add %1$s dev eth0 scope link
                route add default via %1$s dev eth0 src %2$s
                route add %3$s via %1$s dev eth0 src %2$s
                """.formatted(GATEWAY, pod.address(), pod.node().lan().prefix()));
    }

    /** The node's way to the pod. */
    static void nodeRoute(Pod pod) {
        pod.node().netns().ip("""
                route add %1$s/32 dev mac0 src %2$s
                neigh replace %1$s lladdr %3$s dev mac0 nud permanent
                """.formatted(
                        pod.address(), pod.node().address(), pod.netns().mac(Pod.LINK)));
    }
}

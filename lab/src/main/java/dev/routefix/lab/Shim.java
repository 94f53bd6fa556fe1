package dev.routefix.lab;

import java.util.List;

/**
 * The workaround people use when a node cannot reach its own macvlan pods: a macvlan of the node's own with a route to each of them.
 * The pods' replies to a load balancer's clients then show what is wrong: they go past the node, from the pod's own address. Without
 * it nothing is seen at all, because the node's packets never reach the pod.
 */
public final class Shim implements AutoCloseable {
    private static final String LINK = "shim0";

    private final Node node;

    private Shim(Node node) {
        this.node = node;
    }

    /** Leads the node to those of the pods that are its own. */
    public static Shim on(Node node, List<Pod> pods) {
        node.netns().ip("""
                link add %1$s link %2$s type macvlan mode bridge
                link set %1$s arp off
                link set %1$s up
                """.formatted(LINK, Host.LINK));
        for (Pod pod : pods) {
            if (pod.node() == node) {
                node.netns().ip("""
                        route add %1$s/32 dev %2$s
                        neigh replace %1$s lladdr %3$s dev %2$s nud permanent
                        """.formatted(pod.address(), LINK, pod.netns().mac(Pod.LINK)));
            }
        }
        return new Shim(node);
    }

    @Override
    public void close() {
        node.netns().ip("link delete " + LINK + "\n");
    }
}

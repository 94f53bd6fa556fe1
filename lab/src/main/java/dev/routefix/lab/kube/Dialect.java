package dev.routefix.lab.kube;

/** How a generation of kube-proxy leads a load balancer's traffic to the node's own pods. */
public enum Dialect {
    /** Up to 1.23: KUBE-FW and KUBE-XLB chains, unwanted packets marked by KUBE-MARK-DROP. */
    XLB,
    /** From 1.24: KUBE-EXT and KUBE-SVL chains, unwanted packets dropped in the filter table. */
    EXT
}

package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.NetConf;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.Difference;
import dev.routefix.plan.Wanted;
import dev.routefix.sandbox.Sandboxes;

/** CHECK: plan an ADD and demand that nothing is missing. What plugins after us added is theirs. STATUS: would an ADD find its interface? */
final class Check {

    private Check() {}

    /**
     * Looks and changes nothing.
     *
     * @throws CniException code 101 naming what is missing
     */
    static void run(CniRequest request, Sandboxes sandboxes) {
        request.prevResult();
        var pod = Pod.of(request, sandboxes);
        if (pod.addresses().isEmpty()) {
            return;
        }
        try (var node = Namespace.own()) {
            var host = HostInterface.find(node, request.conf());
            Namespace.inside(pod.sandbox(), (inside, sysctls) -> {
                look(request.conf(), pod, host, inside, sysctls, node);
                return pod;
            });
        }
    }

    private static void look(NetConf conf, Pod pod, HostInterface host, Netlink inside, Sysctls sysctls, Netlink node) {
        var link = pod.link(inside);
        var podState = Stack.ofPod(inside, sysctls, pod.ifname(), link.index(), conf.gateway())
                .read();
        demand(
                "the pod",
                Difference.between(
                        podState, Wanted.inPod(podState, link.index(), pod.addresses(), conf.gateway(), host.mac())));
        var nodeState = Stack.ofNode(node, Namespace.sysctls(), host.index(), pod.hosts())
                .read();
        var nodeAddress = host.nodeAddressFor(pod.addresses().getFirst());
        demand(
                "the node",
                Difference.between(nodeState, Wanted.onNode(host.index(), pod.hosts(), pod.mac(link), nodeAddress)));
    }

    private static void demand(String where, Difference difference) {
        if (!difference.nothingMissing()) {
            throw new CniException(
                    ErrorCode.NOT_AS_LEFT,
                    where + " lacks " + difference.puts()
                            + (difference.sysctls().isEmpty() ? "" : " " + difference.sysctls())
                            + ": delete the pod to have it made anew");
        }
    }

    /**
     * Whether an ADD could succeed now.
     *
     * @throws CniException code 50
     */
    static void runStatus(NetConf conf, Lifecycle lifecycle) {
        try (var node = Namespace.own()) {
            lifecycle.refuse();
            HostInterface.find(node, conf);
        } catch (CniException e) {
            throw new CniException(ErrorCode.NOT_AVAILABLE, String.valueOf(e.getMessage()));
        }
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.NetConf;
import dev.routefix.hostport.HostPorts;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.function.Supplier;

/** CHECK: plan an ADD and demand that nothing is missing. What plugins after us added is theirs. STATUS: would an ADD find its interface? */
final class Check {

    private Check() {}

    /**
     * Looks and changes nothing.
     *
     * @param tables the node's
     * @throws CniException code 101 naming what is missing, or what would not be taken today
     */
    static void run(CniRequest request, Attachments attachments, Sandboxes sandboxes, Supplier<Netlink> tables) {
        request.prevResult();
        var pod = Pod.of(request, sandboxes);
        if (pod.addresses().isEmpty()) {
            return;
        }
        try (var node = tables.get()) {
            var host = HostInterface.find(node, request.conf());
            var recorded = attachments.find(request.attached());
            var asked = Add.asked(request, pod, host, null);
            demandPorts(asked, node);
            var known = recorded == null ? asked : asked.with(asked.mac(), recorded.routes(), recorded.table());
            Namespace.inside(pod.sandbox(), (inside, sysctls) -> {
                look(known, pod, host, inside, sysctls, node);
                return pod;
            });
        }
    }

    private static void demandPorts(Attachment asked, Netlink node) {
        if (asked.portMappings().isEmpty()) {
            return;
        }
        try (var ports = new HostPorts(Namespace.natTables(), node)) {
            if (!ports.serve(asked)) {
                var sockets = new ArrayList<String>();
                for (var mapping : asked.portMappings()) {
                    sockets.add(mapping.socket());
                }
                throw new CniException(
                        ErrorCode.NOT_AS_LEFT,
                        "the node's ports " + sockets
                                + " do not all lead to the pod: the resident puts it right, or delete"
                                + " the pod to have it made anew");
            }
        }
    }

    private static void look(
            Attachment known, Pod pod, HostInterface host, Netlink inside, Sysctls sysctls, Netlink node) {
        var address = host.nodeAddressFor(known.prefixes().getFirst().address());
        var sides = new BothSides(inside, sysctls, node, host, address);
        var plan = sides.planAgain(known, pod.link(inside));
        var fault = sides.fault(plan);
        if (fault != null) {
            boolean isLack = plan.refusals().isEmpty() && !plan.isMet();
            throw new CniException(
                    ErrorCode.NOT_AS_LEFT,
                    fault + (isLack ? ": the resident puts it right, or delete the pod to have it made anew" : ""));
        }
    }

    /**
     * Whether an ADD could succeed now.
     *
     * @param tables the node's
     * @throws CniException code 50
     */
    static void runStatus(NetConf conf, Lifecycle lifecycle, Supplier<Netlink> tables) {
        try (var node = tables.get()) {
            lifecycle.refuse();
            conf.requireKept();
            HostInterface.find(node, conf);
        } catch (CniException e) {
            throw new CniException(ErrorCode.NOT_AVAILABLE, String.valueOf(e.getMessage()));
        }
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniRequest;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.StackState;
import dev.routefix.plan.Wanted;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** ADD: lead the pod's traffic through the node. All or nothing: on failure pod and node are as before. */
final class Add {

    private final Attachments attachments;
    private final Lifecycle lifecycle;
    private final Sandboxes sandboxes;
    private final Announcement announcement;

    Add(Attachments attachments, Lifecycle lifecycle, Sandboxes sandboxes, Announcement announcement) {
        this.attachments = attachments;
        this.lifecycle = lifecycle;
        this.sandboxes = sandboxes;
        this.announcement = announcement;
    }

    /** The result to print: prevResult with the routes that are in the kernel now. */
    Map<String, @Nullable Object> run(CniRequest request) {
        var prevResult = request.prevResult();
        lifecycle.refuse();
        var pod = Pod.of(request, sandboxes);
        if (pod.addresses().isEmpty()) {
            return prevResult.unchanged();
        }
        try (var node = Namespace.own()) {
            var host = HostInterface.find(node, request.conf());
            return Namespace.inside(pod.sandbox(), (inside, sysctls) -> {
                var link = pod.link(inside);
                var state = lead(request, pod, host, link, inside, sysctls, node);
                return result(request, pod, link, state);
            });
        }
    }

    private StackState lead(
            CniRequest request, Pod pod, HostInterface host, Link link, Netlink inside, Sysctls sysctls, Netlink node) {
        var gateway = request.conf().gateway();
        var stack = Stack.ofPod(inside, sysctls, pod.ifname(), link.index(), gateway);
        var before = stack.read();
        var wanted = Wanted.inPod(before, link.index(), pod.addresses(), gateway, host.mac());
        var attachment = new Attachment(
                request.attached(),
                request.netns(),
                Sandboxes.identity(pod.sandbox()),
                request.args(),
                request.conf().hostInterface(),
                new Attachment.Gateway(gateway, host.mac()),
                pod.hosts());
        if (before.neighbours().isEmpty()) { // else this is a repeated ADD, and the LAN has been told
            announcement.make(pod, link, host, inside, sysctls);
        }
        stack.move(before, wanted);
        try {
            attachments.exclusively(() -> onNode(attachment, pod, host, link, node));
        } catch (RuntimeException e) {
            stack.restore(before, e);
            throw e;
        }
        return wanted;
    }

    /** The record comes first: should this process die after it, DEL finds what to take away. */
    private void onNode(Attachment attachment, Pod pod, HostInterface host, Link link, Netlink node) {
        var stack = Stack.ofNode(node, Namespace.sysctls(), host.index(), attachment.addresses());
        var nodeAddress = host.nodeAddressFor(pod.addresses().getFirst());
        lifecycle.refuse(); // now that nobody can begin it before the record is there
        lifecycle.attaches(attachment.id().containerId());
        attachments.save(attachment);
        try {
            stack.move(stack.read(), Wanted.onNode(host.index(), attachment.addresses(), pod.mac(link), nodeAddress));
        } catch (RuntimeException e) {
            attachments.forget(attachment.id(), attachment.addresses());
            throw e;
        }
    }

    private static Map<String, @Nullable Object> result(CniRequest request, Pod pod, Link link, StackState state) {
        var made = new ArrayList<Route>();
        for (var route : state.routes()) {
            if (route.link() == link.index()) {
                made.add(route);
            }
        }
        return request.prevResult()
                .with(
                        request.conf().gateway().family(),
                        pod.ifname(),
                        request.netns(),
                        request.conf().gateway(),
                        made,
                        (destination, gateway) -> isElsewhere(state, link, destination, gateway));
    }

    private static boolean isElsewhere(StackState state, Link link, Prefix destination, @Nullable IpAddress gateway) {
        for (var route : state.routes()) {
            if (route.link() != link.index()
                    && route.destination().equals(destination.network())
                    && Objects.equals(route.gateway(), gateway)) {
                return true;
            }
        }
        return false;
    }
}

package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachment.StaticRoute;
import dev.routefix.attachment.Attachments;
import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.NetConf;
import dev.routefix.lifecycle.Lifecycle;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.AttachPlan;
import dev.routefix.sandbox.Sandboxes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** ADD: lead the pod's traffic through the node. All or nothing: on failure pod and node are as before. */
final class Add {

    private final Attachments attachments;
    private final Lifecycle lifecycle;
    private final Sandboxes sandboxes;
    private final Announcement announcement;
    private final Consumer<Runnable> afterwards;
    private final Supplier<Netlink> tables;
    private final Consumer<String> notices;

    /**
     * One for one call.
     *
     * @param afterwards takes what is to be done when the caller has his answer
     * @param tables the node's
     * @param notices takes a sentence about each thing that is no failure and yet not as it was asked for
     */
    Add(
            Attachments attachments,
            Lifecycle lifecycle,
            Sandboxes sandboxes,
            Announcement announcement,
            Consumer<Runnable> afterwards,
            Supplier<Netlink> tables,
            Consumer<String> notices) {
        this.attachments = attachments;
        this.lifecycle = lifecycle;
        this.sandboxes = sandboxes;
        this.announcement = announcement;
        this.afterwards = afterwards;
        this.tables = tables;
        this.notices = notices;
    }

    /** The result to print: prevResult with the routes that are in the kernel now. */
    Map<String, @Nullable Object> run(CniRequest request) {
        var prevResult = request.prevResult();
        refuseIfRetired(request.conf());
        var pod = Pod.of(request, sandboxes);
        if (pod.addresses().isEmpty()) {
            return prevResult.unchanged();
        }
        try (var node = tables.get();
                var ports = ports(request, node)) {
            var host = HostInterface.find(node, request.conf());
            return Namespace.inside(
                    pod.sandbox(), (inside, sysctls) -> attach(request, pod, host, inside, sysctls, node, ports));
        }
    }

    /** The ports of the node that the pod asks for; for a thread in the node's namespace. */
    PodPorts ports(CniRequest request, Netlink node) {
        return PodPorts.of(request.conf(), attachments, sandboxes, node);
    }

    /**
     * Refuses every pod on a node, and on a network of it, that takes none.
     *
     * @throws CniException code 11
     */
    void refuseIfRetired(NetConf conf) {
        lifecycle.refuse();
        conf.requireKept();
    }

    /**
     * Attaches a pod whose interface has just been made.
     *
     * @param request as it is after a plugin that made it
     * @param inside the pod's tables; the calling thread is in its namespace
     * @param ports from before it went there
     */
    Map<String, @Nullable Object> attach(
            CniRequest request,
            Path sandbox,
            HostInterface host,
            Netlink inside,
            Sysctls sysctls,
            Netlink node,
            PodPorts ports) {
        var pod = Pod.of(request, sandbox);
        if (pod.addresses().isEmpty()) {
            attachments.exclusively(() -> {
                lifecycle.refuse();
                lifecycle.attaches(request.attached().containerId());
            });
            return request.prevResult().unchanged();
        }
        return attach(request, pod, host, inside, sysctls, node, ports);
    }

    private Map<String, @Nullable Object> attach(
            CniRequest request,
            Pod pod,
            HostInterface host,
            Netlink inside,
            Sysctls sysctls,
            Netlink node,
            PodPorts ports) {
        var asked = asked(request, pod, host, Sandboxes.identity(pod.sandbox(), inside));
        var address = host.nodeAddressFor(asked.prefixes().getFirst().address());
        var sides = new BothSides(inside, sysctls, node, host, address);
        var plan = sides.plan(asked, pod.link(inside));
        refuse(plan.refusals());
        refuse(heldByOthers(asked));
        refuse(ports.heldByOthers(asked));
        attachments.requireReadable(plan.record());
        sides.changePod(plan);
        try {
            refuse(sides.faultInPod(plan), ErrorCode.INVALID_CONFIG);
            attachments.exclusively(() -> onNode(plan, sides, ports));
        } catch (RuntimeException e) {
            sides.undoPod(plan, e);
            throw e;
        }
        if (plan.isNew()) { // else this is a repeated ADD, and the LAN has been told
            tell(() -> announce(plan, host, inside, sysctls));
        }
        for (var notice : plan.notices()) {
            notices.accept(notice);
        }
        for (var notice : sides.notFollowed(plan)) {
            notices.accept(notice);
        }
        return result(request, plan);
    }

    /** What a record says of an attachment as it is asked for. */
    static Attachment asked(CniRequest request, Pod pod, HostInterface host, @Nullable String namespace) {
        var conf = request.conf();
        var routes = new ArrayList<StaticRoute>();
        for (var route : request.prevResult().routes(pod.addresses())) {
            routes.add(new StaticRoute(route.destination(), route.gateway(), route.metric()));
        }
        return new Attachment(
                request.attached(),
                conf.name(),
                request.netns(),
                namespace,
                request.podWords(),
                conf.hostInterface(),
                host.gateway(),
                pod.addresses(),
                null,
                routes,
                0,
                conf.portMappings());
    }

    /** The record comes first: should this process die after it, DEL finds what to take away. */
    private void onNode(AttachPlan plan, BothSides sides, PodPorts ports) {
        var record = plan.record();
        lifecycle.refuse(); // now that nobody can begin it before the record is there
        refuse(heldByOthers(record)); // now that nobody else is being given the address
        refuse(ports.heldByOthers(record));
        lifecycle.attaches(record.id().containerId());
        attachments.save(record);
        try {
            sides.changeNode(plan);
            try {
                refuse(sides.faultOnNode(plan), ErrorCode.TRY_AGAIN_LATER);
                ports.open(record);
            } catch (RuntimeException e) {
                sides.undoNode(plan, e);
                throw e;
            }
        } catch (RuntimeException e) {
            attachments.forget(record.id(), record.addresses());
            throw e;
        }
    }

    /** DHCP gives an address anew once its pod is gone, be its DEL still to come; as long as a pod has it, two would answer to it. */
    private List<String> heldByOthers(Attachment asked) {
        var held = new ArrayList<String>();
        for (var address : asked.addresses()) {
            var owner = attachments.otherOwner(address, asked.id());
            if (owner != null && holds(owner, address)) {
                held.add("the pod's address " + address + " is that of " + owner.name() + ", " + owner.id()
                        + ", which still has it: let IPAM give it to one pod only, or delete the other");
            }
        }
        return held;
    }

    private boolean holds(Attachment owner, IpAddress address) {
        if (!sandboxes.isThere(owner.netns(), owner.namespace())) {
            return false;
        }
        try {
            return Namespace.visit(sandboxes.locate(owner.netns()), (inside, _) -> {
                var link = inside.link(owner.id().ifname());
                return link != null
                        && inside.addresses(address.family(), link.index()).stream()
                                .anyMatch(each -> each.prefix().address().equals(address));
            });
        } catch (NetlinkException gone) {
            return false;
        }
    }

    private static void refuse(List<String> refusals) {
        if (!refusals.isEmpty()) {
            throw new CniException(ErrorCode.INVALID_CONFIG, String.join("\n", refusals));
        }
    }

    private static void refuse(@Nullable String fault, ErrorCode code) {
        if (fault != null) {
            throw new CniException(code, fault);
        }
    }

    private void tell(Runnable announcing) {
        if (announcement.canWait()) {
            afterwards.accept(announcing);
        } else {
            announcing.run();
        }
    }

    private void announce(AttachPlan plan, HostInterface host, Netlink inside, Sysctls sysctls) {
        try {
            announcement.make(plan, host, inside, sysctls);
        } catch (NetlinkException e) {
            notices.accept("the LAN has not been told whose " + plan.record().addresses() + " is now (" + e.getMessage()
                    + "): who knew it as another pod's finds this one when its memory has aged");
        }
    }

    private static Map<String, @Nullable Object> result(CniRequest request, AttachPlan plan) {
        var gateway = request.conf().gateway();
        return request.prevResult()
                .with(
                        gateway.family(),
                        request.attached().ifname(),
                        request.netns(),
                        gateway,
                        plan.podAfter().routes(),
                        (destination, by) -> isElsewhere(plan, destination, by));
    }

    private static boolean isElsewhere(AttachPlan plan, Prefix destination, @Nullable IpAddress gateway) {
        int link = plan.pod().link().index();
        for (var route : plan.pod().routes()) {
            if (route.link() != link
                    && route.destination().equals(destination.network())
                    && Objects.equals(route.gateway(), gateway)) {
                return true;
            }
        }
        return false;
    }
}

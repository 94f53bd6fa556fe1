package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.FirstResult;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plugin {@code loopback} of the CNI project, for nodes that have none: containerd 1.x asks it to bring a sandbox's {@code lo} up. */
final class Loopback {

    private static final String TYPE = "loopback";

    private Loopback() {}

    /** Whether the call is for it, by the {@code type} of its configuration. */
    static boolean isMeant(CniRequest request) {
        return request.config() != null && TYPE.equals(request.conf().json().get("type"));
    }

    static Answer answer(CniRequest request, Sandboxes sandboxes) {
        return switch (request.command()) {
            case ADD ->
                Answer.success(Namespace.visit(Pod.sandbox(request, sandboxes), (inside, _) -> {
                    var link = link(inside);
                    inside.apply(List.of(new Change.SetFlags(link.index(), Link.UP, Link.UP)));
                    return result(request, inside, link);
                }));
            case CHECK ->
                Namespace.visit(Pod.sandbox(request, sandboxes), (inside, _) -> {
                    if (!link(inside).isUp()) {
                        throw new CniException(ErrorCode.NOT_AS_LEFT, "the sandbox's lo is down");
                    }
                    return Answer.success();
                });
            // it goes with its sandbox
            case DEL, STATUS, GC, VERSION -> Answer.success();
        };
    }

    private static Link link(Netlink inside) {
        var link = inside.link("lo");
        if (link == null) {
            throw new CniException(ErrorCode.INVALID_CONFIG, "the sandbox has no interface lo");
        }
        return link;
    }

    private static Map<String, @Nullable Object> result(CniRequest request, Netlink inside, Link link) {
        var before = request.conf().prevResult();
        if (before != null) {
            return before.unchanged();
        }
        var ips = new ArrayList<Map<String, @Nullable Object>>();
        for (var family : Family.values()) {
            for (var address : inside.addresses(family, link.index())) {
                var ip = new LinkedHashMap<String, @Nullable Object>();
                ip.put("address", address.prefix().withLength());
                ips.add(ip);
            }
        }
        return FirstResult.of(request.conf().cniVersion(), link, request.netns(), Map.of("ips", ips))
                .unchanged();
    }
}

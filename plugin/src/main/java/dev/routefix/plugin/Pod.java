package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.Prefix;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the pod is and which of its addresses concern us, from the request alone. */
record Pod(Path sandbox, String ifname, List<Prefix> addresses) {

    /**
     * Reads prevResult; {@link #addresses} is empty where there is nothing for us to do.
     *
     * @throws CniException codes 4, 7 or 8
     */
    static Pod of(CniRequest request, Sandboxes sandboxes) {
        return of(request, sandbox(request, sandboxes));
    }

    /** The same where the sandbox is known, for one who may be inside. */
    static Pod of(CniRequest request, Path sandbox) {
        var conf = request.conf();
        var ifname = request.attached().ifname();
        var addresses = request.prevResult().addresses(conf.gateway().family(), ifname, request.netns());
        addresses.forEach(conf::requireGatewayOutside);
        return new Pod(sandbox, ifname, addresses);
    }

    /**
     * Where the request's sandbox is.
     *
     * @throws CniException codes 4 or 8
     */
    static Path sandbox(CniRequest request, Sandboxes sandboxes) {
        var sandbox = sandboxes.locate(request.netns());
        if (!Files.exists(sandbox)) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT,
                    "CNI_NETNS " + request.netns() + " does not exist: has the container ended?");
        }
        if (!request.netnsOverride() && isOurs(sandbox)) {
            throw new CniException(
                    ErrorCode.SANDBOX_IS_OURS,
                    "CNI_NETNS " + sandbox
                            + " is the node's own network namespace: a pod on the host network needs no plugin");
        }
        return sandbox;
    }

    /**
     * The pod's interface.
     *
     * @throws CniException code 7 if there is none
     */
    Link link(Netlink inside) {
        var link = inside.link(ifname);
        if (link == null) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "the sandbox " + sandbox + " has no interface " + ifname + ", although prevResult says so");
        }
        return link;
    }

    private static boolean isOurs(Path sandbox) {
        try {
            return Files.isSameFile(sandbox, Path.of("/proc/thread-self/ns/net"));
        } catch (IOException unreadable) {
            // opening it will say why
            return false;
        }
    }
}

package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.FirstResult;
import dev.routefix.cni.PrevResult;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import dev.routefix.netlink.Sysctls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pod's interface, made. For a thread that is inside the pod's namespace. */
final class PodInterface {

    /** The loopback interface's, in every namespace ({@code LOOPBACK_IFINDEX} of {@code net/net_namespace.h}). */
    private static final int LOOPBACK = 1;

    /** Beyond those that a node's interfaces usually have; small enough for {@link dev.routefix.plan.PodRoutes#tableOf}. */
    private static final int FIRST_INDEX = 10_000;

    /** So many indices are tried. */
    private static final int TRIES = 100;

    private final CniRequest request;
    private final Path sandbox;
    private final Netlink inside;
    private final Sysctls sysctls;
    private final Netlink node;
    private final String ifname;

    PodInterface(CniRequest request, Path sandbox, Netlink inside, Sysctls sysctls, Netlink node) {
        this.request = request;
        this.sandbox = sandbox;
        this.inside = inside;
        this.sysctls = sysctls;
        this.node = node;
        this.ifname = request.attached().ifname();
    }

    /** What comes when the interface is there. */
    interface Sequel {
        Map<String, @Nullable Object> run(CniRequest after);
    }

    /** The error for a name that is taken. */
    static CniException exists(String ifname, Path sandbox) {
        return new CniException(
                ErrorCode.INVALID_CONFIG,
                "the sandbox " + sandbox + " has an interface " + ifname
                        + " already: give the network another name there (CNI_IFNAME), or call DEL for the one that made it");
    }

    /** Makes it, gives it its addresses, and goes on; takes it away again if any of that fails. */
    Map<String, @Nullable Object> make(AddressGiver.Given given, Link master, Sequel sequel) {
        if (inside.link(ifname) != null) {
            throw exists(ifname, sandbox);
        }
        int index = create(given.mac(), mtu(given, master), master);
        try {
            var link = inside.link(index);
            if (link == null) {
                throw new CniException(ErrorCode.TRY_AGAIN_LATER, ifname + " is gone as soon as it was made");
            }
            var result = FirstResult.of(request.conf().cniVersion(), link, request.netns(), given.result());
            address(link, result);
            return sequel.run(request.after(result));
        } catch (RuntimeException e) {
            throw withoutInterface(index, e);
        }
    }

    /** Takes the interface away. Where it is gone already, whatever else went wrong came of that. */
    private RuntimeException withoutInterface(int index, RuntimeException cause) {
        try {
            if (inside.link(index) == null) {
                return new CniException(
                        ErrorCode.TRY_AGAIN_LATER,
                        "the pod's interface " + ifname + " was deleted while it was being made",
                        String.valueOf(cause.getMessage()));
            }
            inside.apply(List.of(new Change.DeleteLink(index)));
        } catch (RuntimeException more) {
            cause.addSuppressed(more);
        }
        return cause;
    }

    /** What the network says of itself counts where the configuration says nothing, as far as the parent lets it. */
    private int mtu(AddressGiver.Given given, Link master) {
        int asked = request.conf().own().mtu();
        return asked != 0 ? asked : Math.min(given.mtu(), master.mtu());
    }

    /** One message, to the node's kernel, into the pod's namespace. Its index is ours to choose, and may be taken on the node or in the pod. */
    private int create(@Nullable MacAddress mac, int mtu, Link master) {
        for (int index = FIRST_INDEX; ; index++) {
            try {
                node.apply(List.of(
                        new Change.CreatePodMacvlan(inside.descriptor(), index, ifname, master.index(), mac, mtu)));
                return index;
            } catch (NetlinkException refused) {
                boolean taken = refused.errno() == Errno.EEXIST.number || refused.errno() == Errno.EBUSY.number;
                if (!taken || index == FIRST_INDEX + TRIES) {
                    throw refused;
                }
            }
        }
    }

    /** What leads by the node has no route on the link: those of its family are the plan's business. Others get theirs here. */
    private void address(Link link, PrevResult result) {
        var led = request.conf().gateway().family();
        var changes = new ArrayList<Change>();
        changes.add(new Change.SetFlags(LOOPBACK, Link.UP, Link.UP));
        for (var family : Family.values()) {
            var own = result.addresses(family, ifname, request.netns());
            for (var prefix : own) {
                var address = new LinkAddress(link.index(), prefix, Scope.UNIVERSE);
                changes.add(
                        family == led && family == Family.IPV4
                                ? new Change.PutBareAddress(address)
                                : new Change.PutAddress(address));
            }
            if (family != led && !own.isEmpty()) {
                enable(family);
                routes(link, result.routes(own), changes);
            }
        }
        inside.apply(changes);
    }

    private void enable(Family family) {
        var setting = "net/ipv6/conf/" + ifname + "/disable_ipv6";
        if (family == Family.IPV6 && "1".equals(sysctls.read(setting))) {
            sysctls.write(setting, "0");
        }
    }

    private static void routes(Link link, List<Route> routes, List<Change> changes) {
        for (var route : routes) {
            changes.add(new Change.PutRoute(new Route(
                    route.destination(),
                    route.gateway(),
                    link.index(),
                    null,
                    route.scope(),
                    Route.OURS,
                    route.metric())));
        }
    }

    /**
     * Demands that it is there with the hardware address and the addresses of its result.
     *
     * @throws CniException code 101 naming what is missing
     */
    void check() {
        var link = inside.link(ifname);
        if (link == null) {
            throw lacks("the interface " + ifname);
        }
        var result = request.prevResult();
        var mac = result.mac(ifname, request.netns());
        if (mac != null
                && link.mac() != null
                && !mac.equalsIgnoreCase(link.mac().toString())) {
            throw lacks("the hardware address " + mac + " of " + ifname + ", which has " + link.mac());
        }
        for (var family : Family.values()) {
            for (var prefix : result.addresses(family, ifname, request.netns())) {
                if (!has(link, prefix)) {
                    throw lacks("the address " + prefix + " of " + ifname);
                }
            }
        }
    }

    private boolean has(Link link, Prefix prefix) {
        for (var address : inside.addresses(prefix.family(), link.index())) {
            if (address.prefix().equals(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static CniException lacks(String what) {
        return new CniException(
                ErrorCode.NOT_AS_LEFT, "the pod lacks " + what + ": delete the pod to have it made anew");
    }
}

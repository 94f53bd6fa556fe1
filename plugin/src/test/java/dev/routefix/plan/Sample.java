package dev.routefix.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachment.StaticRoute;
import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.Scope;
import java.util.List;
import java.util.Map;

/** A pod and its node, as a plan of their attachment is given them. */
final class Sample {

    static final int ETH0 = 2;
    static final int NET1 = 3;
    static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    static final MacAddress MAC0 = MacAddress.parse("02:00:00:00:00:aa");
    static final MacAddress POD_MAC = MacAddress.parse("02:00:00:00:00:76");
    static final IpAddress NODE = IpAddress.parse("192.168.2.21");
    static final Prefix POD = Prefix.parse("192.168.2.76/24");
    static final Map<String, String> TAKES_REDIRECTS = Map.of("all", "1", "eth0", "1");
    static final Link PARENT = new Link(5, "eth0", 0, 0, Link.UP, 1500, null, "");
    static final Link HOST = macvlan(9, "mac0", MAC0, Link.HERE, Link.BRIDGE);
    static final Link POD_LINK = macvlan(ETH0, "eth0", POD_MAC, 0, Link.BRIDGE);

    static final Route ROUTER_DEFAULT = route("0.0.0.0/0", "192.168.2.1", ETH0);
    static final Route CONNECTED = new Route(POD.network(), null, ETH0, POD.address(), Scope.LINK, Route.KERNEL, 0);

    private Sample() {}

    static Attachment asked(StaticRoute... routes) {
        return asked(POD, GATEWAY, routes);
    }

    static Attachment asked(Prefix address, IpAddress gateway, StaticRoute... routes) {
        return new Attachment(
                new AttachmentId("c1", "eth0"),
                "lan",
                "/run/netns/p",
                null,
                "",
                "mac0",
                new Attachment.Gateway(gateway, MAC0),
                List.of(address),
                null,
                List.of(routes),
                0);
    }

    static PodSide pod(Link link, Route... routes) {
        return new PodSide(link, PARENT, List.of(routes), List.of(), List.of(), List.of(), TAKES_REDIRECTS);
    }

    static NodeSide node() {
        return node(NODE, unicast("192.168.2.0/24", 5));
    }

    static NodeSide node(IpAddress address, RouteAnswer toPod) {
        var router = new RouteAnswer(0, RouteAnswer.UNICAST, route("0.0.0.0/0", "192.168.2.1", 5));
        return new NodeSide(HOST, PARENT, address, List.of(toPod), router, List.of());
    }

    static RouteAnswer unicast(String destination, int link) {
        return new RouteAnswer(
                0,
                RouteAnswer.UNICAST,
                new Route(Prefix.parse(destination), null, link, null, Scope.LINK, Route.KERNEL, 0));
    }

    static Link macvlan(int index, String name, MacAddress mac, int parentNamespace, int mode) {
        return new Link(index, name, 5, 0, Link.UP, 1500, mac, "macvlan", parentNamespace, mode);
    }

    static Route route(String destination, String gateway, int link) {
        return new Route(
                Prefix.parse(destination), IpAddress.parse(gateway), link, null, Scope.UNIVERSE, Route.BOOT, 0);
    }
}

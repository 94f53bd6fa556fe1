package dev.routefix.installer.trace;

import dev.routefix.installer.plan.ChainListing;
import dev.routefix.installer.plan.Crossing;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Packet;
import dev.routefix.installer.trace.Hop.Step;
import dev.routefix.lan.ArpProbe;
import dev.routefix.netlink.Errno;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What becomes of a packet on the node, as its kernel and its packet filters say. */
final class NodeSteps {

    /** Machines in the Wi-Fi sleep. */
    private static final Duration PATIENCE = Duration.ofMillis(400);

    private static final int TRIES = 3;

    private final Netlink node;
    private final Link host;
    private final Link master;
    private final ChainListing forward;
    private final List<Finding> findings;

    /**
     * Of this node.
     *
     * @param host its macvlan
     * @param forward what of iptables is asked about what is forwarded
     * @param findings what others have on the node
     */
    NodeSteps(Netlink node, Link host, Link master, ChainListing forward, List<Finding> findings) {
        this.node = node;
        this.host = host;
        this.master = master;
        this.forward = forward;
        this.findings = findings;
    }

    /** The node's macvlan. */
    Link host() {
        return host;
    }

    Link master() {
        return master;
    }

    /** By which what somebody sends comes in. */
    Link in(Party client) {
        return client.is(Party.Kind.POD) ? host : master;
    }

    /** It comes in by an interface and is led on to somebody. */
    List<Step> forwards(Link in, IpAddress source, Party to, Packet packet) {
        var steps = new ArrayList<Step>();
        steps.addAll(leads(RouteQuestion.arriving(in.index(), source, to.address()), to));
        steps.add(filters(packet));
        return steps;
    }

    /** It is for the node itself. */
    List<Step> takes(Link in, IpAddress source, IpAddress own) {
        var answer = node.ask(List.of(RouteQuestion.arriving(in.index(), source, own)))
                .getFirst();
        return List.of(
                answer.isLocal()
                        ? Step.ok("comes in by " + in.name() + ", for this node itself")
                        : refused(answer, in.name()));
    }

    /** The node sends it. */
    List<Step> sends(IpAddress source, Party to) {
        return leads(RouteQuestion.sent(source, to.address()), to);
    }

    private List<Step> leads(RouteQuestion question, Party to) {
        var answer = node.ask(List.of(question)).getFirst();
        var route = answer.route();
        if (to.is(Party.Kind.NODE) && answer.isLocal()) {
            return List.of(Step.ok("is for this node itself"));
        }
        if (route == null) {
            return List.of(refused(answer, question.arrives() == host.index() ? host.name() : master.name()));
        }
        var link = node.link(route.link());
        var name = link == null ? "#" + route.link() : link.name();
        var by = "route: " + route.toString().replace("#" + route.link(), name);
        boolean right =
                answer.type() == RouteAnswer.UNICAST && (!to.is(Party.Kind.POD) || route.link() == host.index());
        if (!right) {
            return List.of(
                    Step.lost(by + (answer.isLocal() ? ", so the node keeps it" : ", and not by " + host.name())));
        }
        var next = route.gateway() == null ? to.address() : route.gateway();
        return List.of(Step.ok(by), to.is(Party.Kind.POD) ? pod(to) : machine(route.link(), name, next));
    }

    private static Step refused(RouteAnswer answer, String in) {
        return Step.lost("the kernel does not lead it on (" + Errno.describe(answer.errno()) + "): net.ipv4.conf." + in
                + ".forwarding, and rp_filter of " + in + " and all");
    }

    private Step pod(Party to) {
        var found = node.neighbour(host.index(), to.address());
        var wanted = Objects.requireNonNull(to.pod()).mac();
        return found != null && found.state() == Neighbour.PERMANENT && (wanted == null || wanted.equals(found.mac()))
                ? Step.ok("neighbour: " + to.address() + " is " + found.mac() + " on " + host.name() + ", permanent")
                : Step.lost(host.name() + " does not have the permanent neighbour " + to.address() + ", " + wanted);
    }

    /** What the table holds may be old, so the machine itself is asked. */
    private Step machine(int link, String name, IpAddress next) {
        var mac = link == master.index() ? master.mac() : null;
        if (mac == null) {
            return Step.ok("leaves by " + name);
        }
        try (var probe = ArpProbe.on(link)) {
            return probe.isAnswered(mac, next, TRIES, PATIENCE)
                    ? Step.ok("leaves by " + name + ": " + next + " answers there by ARP")
                    : Step.lost("leaves by " + name + ", but no " + next + " answers there by ARP");
        }
    }

    /** By the chain that our rules are in, and by what is found of all others. */
    Step filters(Packet packet) {
        for (var finding : findings) {
            if (finding.cause().contains(packet.what())) {
                return Step.lost(finding.cause() + ": " + finding.cure());
            }
        }
        var crossing = Crossing.of(packet, forward);
        return new Step(
                crossing.passes(),
                crossing.passes()
                        ? "FORWARD lets it pass by " + crossing.by()
                        : "FORWARD drops it by " + crossing.by());
    }

    /** What a machine of the LAN makes of an answer, which has to come from whom it has asked. */
    List<Step> knows(IpAddress asked) {
        for (var finding : findings) {
            if (finding.cause().contains("changes the address of what pods send")) {
                return List.of(Step.lost("it does not know the answer, as " + finding.cause() + ": " + finding.cure()));
            }
        }
        return List.of(Step.ok("the answer comes from " + asked));
    }
}

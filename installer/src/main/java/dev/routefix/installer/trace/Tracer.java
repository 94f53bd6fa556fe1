package dev.routefix.installer.trace;

import dev.routefix.attachment.Attachment;
import dev.routefix.attachment.Attachments;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.host.Host;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Packet;
import dev.routefix.installer.plan.Rule;
import dev.routefix.installer.plan.ServiceTranslation;
import dev.routefix.installer.pods.AskedPods;
import dev.routefix.installer.trace.Hop.Step;
import dev.routefix.lan.ArpProbe;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a packet and its answer through pod, rules and node by asking the kernels what they would do with it. Sends nothing but ARP. For one trace, by a thread in the node's network namespace.
 */
public final class Tracer {

    private static final int TCP = 6;
    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final Paths paths;
    private final Configuration configuration;
    private final Host host;
    private final Supplier<Host.Status> things;
    private final List<Attachment> pods;
    private final List<Hop> hops = new ArrayList<>();

    /** @param things looks at what there is of ours and of others */
    public Tracer(Paths paths, Configuration configuration, Host host, Supplier<Host.Status> things) {
        this.paths = paths;
        this.configuration = configuration;
        this.host = host;
        this.things = things;
        pods = new Attachments(paths.run()).all();
    }

    /**
     * A conversation.
     *
     * @param port of the target; 0 for any
     */
    private record Talk(Party client, Party target, int port) {

        /** Whether the node's stack sees its packets on their way there: what the LAN sends to a pod goes straight to its macvlan. */
        boolean comesByTheNode() {
            return !(client.is(Party.Kind.MACHINE) && target.is(Party.Kind.POD));
        }
    }

    /**
     * Follows one.
     *
     * @param client a pod of this node, by name or address, or an address of anybody
     * @param target the same, or that of a Service
     * @param port of the target; 0 for any
     * @throws dev.routefix.installer.pods.NoSuchPod if neither concerns this node
     */
    public Trace trace(String client, String target, int port) {
        var problems = things.get();
        try (var node = Namespace.own()) {
            var talk = new Talk(party(client, node), party(target, node), port);
            var network = network(talk);
            var mac0 = node.link(network.hostInterface());
            var master = node.link(String.valueOf(network.master()));
            if (mac0 == null || master == null) {
                throw new HostProblem("the node lacks " + network.hostInterface() + " or its parent: ask ctl doctor");
            }
            var mode = host.mode(configuration);
            var steps = new NodeSteps(node, mac0, master, host.forwarded(network, mode), problems.findings());
            var way = talk.comesByTheNode() ? translation(talk, mode, steps) : null;
            if (talk.client().is(Party.Kind.MACHINE)
                    && talk.target().is(Party.Kind.MACHINE)
                    && (way == null || !way.isAny())) {
                throw AskedPods.none(target, pods);
            }
            follow(talk, way, node, steps, mode);
            var to = talk.target().name() + (port == 0 ? "" : ", port " + port);
            return new Trace(talk.client().name() + " -> " + to, hops);
        }
    }

    /** That of the pod, if it is about one. */
    private Configuration network(Talk talk) {
        for (var party : List.of(talk.client(), talk.target())) {
            for (var network : configuration.networks()) {
                if (party.pod() != null && party.pod().hostInterface().equals(network.hostInterface())) {
                    return network;
                }
            }
        }
        return configuration;
    }

    private Party party(String text, Netlink node) {
        IpAddress address;
        try {
            address = IpAddress.parse(text);
        } catch (IllegalArgumentException name) {
            var pod = AskedPods.called(text, pods).getFirst();
            return Party.pod(pod, pod.addresses().getFirst());
        }
        for (var pod : pods) {
            if (pod.addresses().contains(address)) {
                return Party.pod(pod, address);
            }
        }
        for (var link : node.links()) {
            for (var own : node.addresses(Family.IPV4, link.index())) {
                if (own.prefix().address().equals(address)) {
                    return Party.node(address);
                }
            }
        }
        return Party.machine(address);
    }

    /** By a port of the node that leads to a pod, or by kube-proxy's rules. */
    private ServiceTranslation translation(Talk talk, Rule.Mode mode, NodeSteps steps) {
        if (talk.target().is(Party.Kind.NODE)) {
            for (var pod : pods) {
                for (var mapping : pod.portMappings()) {
                    if (mapping.hostPort() == talk.port()) {
                        var endpoint = pod.addresses().getFirst() + ":" + mapping.containerPort();
                        return new ServiceTranslation(
                                List.of("the hostPort of " + pod.name()), List.of(endpoint), false);
                    }
                }
            }
        }
        return ServiceTranslation.of(
                sent(talk, steps), "KUBE-SERVICES", chain -> host.rules(mode, Rule.Chain.POSTROUTING, chain));
    }

    private static ServiceTranslation.Sent sent(Talk talk, NodeSteps steps) {
        return new ServiceTranslation.Sent(
                talk.client().address(),
                talk.client().is(Party.Kind.NODE),
                steps.in(talk.client()).name(),
                talk.target().address(),
                talk.target().is(Party.Kind.NODE),
                talk.port());
    }

    private void follow(Talk talk, @Nullable ServiceTranslation way, Netlink node, NodeSteps steps, Rule.Mode mode) {
        var mac0 = steps.host();
        var master = steps.master();
        var client = talk.client();
        var service = way != null && way.isAny() ? way : null;
        var inside = new PodSteps(paths);
        hops.add(new Hop(
                client.name(),
                client.is(Party.Kind.POD) ? inside.sends(client, talk.target().address()) : List.of()));
        if (service != null && service.endpoints().isEmpty()) {
            hops.add(new Hop("this node", List.of(refused(talk, service, steps, mode))));
            return;
        }
        var to = service == null ? talk.target() : endpoint(service, client, node);
        if (!talk.comesByTheNode()) {
            hops.add(new Hop(to.name(), inside.getsAndAnswers(to, client.address())));
            hops.add(new Hop(
                    "this node, " + mac0.name(),
                    steps.forwards(mac0, to.address(), client, Packet.answer(mac0.name(), master.name()))));
            hops.add(new Hop(client.name(), steps.knows(talk.target().address())));
            return;
        }
        var there = new ArrayList<Step>();
        if (service != null) {
            announced(talk, master, there);
            there.add(Step.ok(led(service, to)));
            remembered(talk, there);
        }
        there.addAll(passes(client, to, service, steps));
        hops.add(new Hop(
                "this node, "
                        + (client.is(Party.Kind.NODE)
                                ? "its own programs"
                                : steps.in(client).name()),
                there));
        back(talk, service, to, inside, steps);
    }

    private static List<Step> passes(Party client, Party to, @Nullable ServiceTranslation service, NodeSteps steps) {
        if (client.is(Party.Kind.NODE)) {
            return steps.sends(client.address(), to);
        }
        var in = steps.in(client);
        if (to.is(Party.Kind.NODE)) {
            return steps.takes(in, client.address(), to.address());
        }
        return steps.forwards(in, client.address(), to, packet(client, to, service, steps));
    }

    private static Packet packet(Party client, Party to, @Nullable ServiceTranslation service, NodeSteps steps) {
        var mac0 = steps.host().name();
        var master = steps.master().name();
        if (client.is(Party.Kind.MACHINE)) {
            return Packet.balanced(mac0, master);
        }
        if (to.is(Party.Kind.POD)) {
            var states = service == null ? Set.of("NEW") : Set.of("NEW", "DNAT");
            return new Packet("what pods send to pods of their node", mac0, mac0, states, Rule.FROM_POD);
        }
        return service == null ? Packet.begun(mac0, master) : Packet.toService(mac0, master);
    }

    /** The answer's way, from whoever got the packet. */
    private void back(Talk talk, @Nullable ServiceTranslation service, Party to, PodSteps inside, NodeSteps steps) {
        var mac0 = steps.host();
        var master = steps.master();
        var client = talk.client();
        boolean hidden = service != null && (service.masqueraded() || !to.is(Party.Kind.POD));
        var seen = hidden || client.is(Party.Kind.NODE)
                ? "this node"
                : client.address().toString();
        switch (to.kind()) {
            case POD -> {
                hops.add(new Hop(to.name(), inside.getsAndAnswers(to, client.address())));
                var answer = new Packet(
                        "answers", mac0.name(), steps.in(client).name(), Set.of("ESTABLISHED", "DNAT"), Rule.FROM_POD);
                var atNode = new ArrayList<Step>();
                atNode.addAll(
                        client.is(Party.Kind.NODE)
                                ? steps.takes(mac0, to.address(), client.address())
                                : steps.forwards(mac0, to.address(), client, answer));
                if (service != null) {
                    atNode.add(Step.ok("the translation is undone: the answer comes from "
                            + talk.target().address()));
                }
                hops.add(new Hop("this node, " + mac0.name(), atNode));
            }
            case NODE -> hops.add(new Hop("this node, its own programs", steps.sends(to.address(), client)));
            case MACHINE -> {
                hops.add(new Hop(to.name(), List.of(Step.ok("sees " + seen + ", and answers to that"))));
                if (hidden) {
                    hops.add(new Hop(
                            "this node, " + master.name(),
                            client.is(Party.Kind.NODE)
                                    ? List.of(Step.ok("the translation is undone"))
                                    : steps.forwards(
                                            master,
                                            to.address(),
                                            client,
                                            new Packet(
                                                    "answers of Services",
                                                    master.name(),
                                                    mac0.name(),
                                                    Set.of("ESTABLISHED", "DNAT"),
                                                    0))));
                }
            }
        }
        hops.add(new Hop(
                client.name(),
                client.is(Party.Kind.POD) ? inside.gets(client, talk.target().address()) : List.of()));
    }

    /** A pod of this node if there is one, for a look into it; not the one that asks, which has its own address hidden then. */
    private Party endpoint(ServiceTranslation service, Party client, Netlink node) {
        Party first = null;
        for (var endpoint : service.endpoints()) {
            int colon = endpoint.lastIndexOf(':');
            var party = party(colon < 0 ? endpoint : endpoint.substring(0, colon), node);
            if (party.is(Party.Kind.POD) && !party.equals(client)) {
                return party;
            }
            first = first == null ? party : first;
        }
        return Objects.requireNonNull(first);
    }

    private static String led(ServiceTranslation service, Party to) {
        int others = service.endpoints().size() - 1;
        return "led by " + service.chains().getFirst() + " to " + to.name()
                + (others == 0 ? "" : ", by chance one of " + (others + 1) + " endpoints")
                + (service.masqueraded() ? ", which sees the node's address" : "");
    }

    private Step refused(Talk talk, ServiceTranslation service, NodeSteps steps, Rule.Mode mode) {
        var packet = sent(talk, steps);
        for (var chain : List.of("KUBE-EXTERNAL-SERVICES", "KUBE-SERVICES")) {
            var rule = ServiceTranslation.refusal(packet, host.rules(mode, Rule.Chain.FORWARD, chain));
            if (rule != null) {
                return Step.lost("kube-proxy refuses it: " + rule.comment());
            }
        }
        return Step.lost(
                "kube-proxy's " + String.join(", ", service.chains())
                        + " leads to no endpoint: the Service has none, or with externalTrafficPolicy: Local none on this node");
    }

    /** The LAN's machines know one owner of a load balancer's address; it is not heard here if it is this node. */
    private void announced(Talk talk, Link master, List<Step> steps) {
        var mac = master.mac();
        if (!talk.client().is(Party.Kind.MACHINE) || !talk.target().is(Party.Kind.MACHINE) || mac == null) {
            return;
        }
        var address = talk.target().address();
        try (var probe = ArpProbe.on(master.index())) {
            var others = probe.holders(mac, List.of(address), PATIENCE).get(address);
            steps.add(
                    others == null
                            ? Step.ok("nobody else on the LAN announces " + address)
                            : Step.lost("the LAN sends it to " + others + ", another node, which announces " + address
                                    + ": ask ctl trace there"));
        }
    }

    private static void remembered(Talk talk, List<Step> steps) {
        if (talk.port() == 0) {
            return;
        }
        try (var tables = Namespace.natTables()) {
            var answerers = new TreeSet<String>();
            int count = 0;
            for (var flow : tables.flows(Family.IPV4, TCP, talk.port())) {
                if (flow.destination().equals(talk.target().address())) {
                    answerers.add(flow.answerer().toString());
                    count++;
                }
            }
            if (count > 0) {
                steps.add(Step.ok(
                        "conntrack remembers " + count + " connections, answered by " + String.join(", ", answerers)));
            }
        } catch (NetlinkException unreadable) {
            // then what rules and routes say has to do
        }
    }
}

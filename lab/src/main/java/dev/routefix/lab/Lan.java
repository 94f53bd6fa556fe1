package dev.routefix.lab;

import com.fasterxml.jackson.databind.JsonNode;
import dev.routefix.lab.dhcp.DhcpServer;
import dev.routefix.lab.dhcp.Lease;
import dev.routefix.lab.dhcp.Pool;
import dev.routefix.lab.kube.Endpoint;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.net.Prefix;
import dev.routefix.lab.packet.Speaker;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A home's LAN: a bridge, a router with a DHCP server, a client, and nodes, each in a network namespace of its own.
 * Addresses are fixed by number: router .1, nodes .21 and up, client .50, leases .100 and up.
 */
public final class Lan implements AutoCloseable {
    private static final int ROUTER = 1;
    private static final int FIRST_NODE = 21;
    private static final int CLIENT = 50;
    private static final int FIRST_LEASE = 100;
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Duration START = Duration.ofSeconds(10);
    /** In milliseconds. A bridge's times are given in the kernel's USER_HZ, which is 100 wherever we run. */
    private static final int CENTISECOND = 10;

    private final Prefix prefix;
    private final Options options;
    private final Map<DhcpServer.Program, Path> leaseDirectories = new EnumMap<>(DhcpServer.Program.class);
    private final Netns bridge;
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final List<Node> nodes;
    private final Map<String, Speaker> speakers = new LinkedHashMap<>();
    private DhcpServer.Kind kind;
    private Duration leaseTime = LEASE;
    private @Nullable DhcpServer dhcp;

    /**
     * What may differ between LANs.
     *
     * @param dhcp the router's server
     * @param leases how many addresses it has to give, from .100 on
     */
    public record Options(Prefix prefix, int nodes, DhcpServer.Kind dhcp, int leases) {
        /** 192.168.2.0/24 with two nodes, and a hundred leases of ten minutes from a server that offers at once. */
        public static final Options DEFAULT =
                new Options(Prefix.parse("192.168.2.0/24"), 2, DhcpServer.Kind.DNSMASQ, 100);

        public Options prefix(String text) {
            return new Options(Prefix.parse(text), nodes, dhcp, leases);
        }

        public Options nodes(int count) {
            return new Options(prefix, count, dhcp, leases);
        }

        public Options dhcp(DhcpServer.Kind kind) {
            return new Options(prefix, nodes, kind, leases);
        }

        public Options leases(int count) {
            return new Options(prefix, nodes, dhcp, count);
        }
    }

    private Lan(Options options) {
        this.options = options;
        prefix = options.prefix();
        kind = options.dhcp();
        bridge = Netns.create("lan");
        bridge.ip("link add br0 type bridge\nlink set br0 up\n");
        Map<String, Integer> numbers = new LinkedHashMap<>();
        numbers.put("router", ROUTER);
        numbers.put("client", CLIENT);
        List<String> names =
                IntStream.rangeClosed(1, options.nodes()).mapToObj(i -> "n" + i).toList();
        names.forEach(name -> numbers.put(name, FIRST_NODE + numbers.size() - 2));
        attach(numbers);
        nodes = names.stream().map(name -> new Node(this, host(name))).toList();
    }

    /** A LAN with two nodes. */
    public static Lan open() {
        return open(Options.DEFAULT);
    }

    public static Lan open(Options options) {
        Lan lan = new Lan(options);
        try {
            lan.router().netns().sysctl("net/ipv4/ip_forward", "1");
            lan.serveDhcp();
            return lan;
        } catch (RuntimeException e) {
            lan.close();
            throw e;
        }
    }

    public Prefix prefix() {
        return prefix;
    }

    public Host router() {
        return host("router");
    }

    public Host client() {
        return host("client");
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** A node by its number, counted from 1. */
    public Node node(int number) {
        return nodes.get(number - 1);
    }

    /** A host by its name. */
    public Host host(String name) {
        Host host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("no host '" + name + "' on this LAN, only " + hosts.keySet());
        }
        return host;
    }

    /** Plugs one more host in, such as a registry; {@code number} is the last part of its address. */
    public Host attach(String name, int number) {
        attach(Map.of(name, number));
        return host(name);
    }

    /** Has the bridge forget the port of a hardware address that it has not heard for so long, as every switch does after some minutes. */
    public void forgetAfter(Duration ageing) {
        bridge.ip("link set br0 type bridge ageing_time " + ageing.toMillis() / CENTISECOND + "\n");
    }

    /**
     * Lets a node's MetalLB speaker answer for a load balancer's address, and nobody else's any more.
     * The new owner says so to the LAN, as the speaker does after a failover.
     */
    public void announce(String address, Node node) {
        withdraw(address);
        speakers.put(address, Speaker.start(node.netns(), Host.LINK, address));
    }

    /** Nobody answers for this address any more. */
    public void withdraw(String address) {
        Speaker speaker = speakers.remove(address);
        if (speaker != null) {
            speaker.close();
        }
    }

    /** Has every node's kube-proxy write its rules for a Service whose endpoints are these pods. */
    public void serve(LoadBalancer service, List<Pod> pods, KubeProxy.Options options) {
        List<Endpoint> endpoints = pods.stream()
                .map(pod -> new Endpoint(pod.address(), Pod.PORT, pod.node().name()))
                .toList();
        nodes.forEach(node -> node.kubeProxy(options).sync(service, endpoints));
    }

    /** What the DHCP server has given out. */
    public List<Lease> leases() {
        return dhcp == null ? List.of() : dhcp.leases();
    }

    /** For how long the DHCP server's leases hold. */
    public Duration leaseTime() {
        return leaseTime;
    }

    /** What the DHCP server logged, every packet among it. */
    public String dhcpLog() {
        return dhcp == null ? "" : dhcp.log();
    }

    /** Takes the DHCP server away, as a router that is being rebooted does. */
    public void stopDhcp() {
        if (dhcp != null) {
            dhcp.close();
            dhcp = null;
        }
    }

    /** Starts the DHCP server again, with the leases it had. */
    public void serveDhcp() {
        stopDhcp();
        Pool pool = new Pool(prefix, prefix.host(ROUTER), FIRST_LEASE, FIRST_LEASE + options.leases() - 1, leaseTime);
        Path directory = leaseDirectories.computeIfAbsent(
                kind.program(), _ -> Run.current().directory("dhcp"));
        dhcp = DhcpServer.start(kind, router().netns(), Host.LINK, pool, directory);
    }

    /** Puts another kind of DHCP server in the place of the one there is; it knows the leases of the same program. */
    public void serveDhcp(DhcpServer.Kind other) {
        serveDhcp(other, LEASE);
    }

    /** The same, with leases that hold for so long. */
    public void serveDhcp(DhcpServer.Kind other, Duration time) {
        kind = other;
        leaseTime = time;
        serveDhcp();
    }

    @Override
    public void close() {
        speakers.values().forEach(Speaker::close);
        speakers.clear();
        nodes.forEach(Node::close);
        stopDhcp();
        hosts.values().forEach(host -> host.netns().close());
        bridge.close();
    }

    private void attach(Map<String, Integer> numbers) {
        List<String> names = List.copyOf(numbers.keySet());
        List<Netns> spaces = Netns.createAll(names);
        List<Host> added = new ArrayList<>();
        StringBuilder links = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            int number = numbers.getOrDefault(names.get(i), 0);
            Host host = new Host(names.get(i), spaces.get(i), prefix.host(number), mac(number));
            added.add(host);
            links.append(cable(host, number));
            ports.put(host.name(), number);
            hosts.put(host.name(), host);
        }
        bridge.ip(links.toString());
        added.forEach(host -> host.netns().ip(addressing(host)));
        Poll.until("every port of the bridge forwards", START, this::forwards);
    }

    private static String cable(Host host, int number) {
        return """
                link add port%1$d type veth peer name %2$s netns %3$s address %4$s
                link set port%1$d master br0 up
                """.formatted(number, Host.LINK, host.netns().path().getFileName(), host.mac());
    }

    /** Takes a host's interface away with everything that sits on it, as when its driver is unloaded. */
    public void unplug(Host host) {
        host.netns().ip("link delete " + Host.LINK + "\n");
    }

    /** Gives it one again, with the same hardware address, address and route. */
    public void plug(Host host) {
        bridge.ip(cable(host, ports.getOrDefault(host.name(), 0)));
        host.netns().ip(addressing(host));
        Poll.until("every port of the bridge forwards", START, this::forwards);
    }

    /** Gives a host of another LAN a cable to this one, with an address here; {@code number} is the last part of that. */
    public void plug(Host other, String link, int number) {
        bridge.ip("""
                link add port%1$d type veth peer name %2$s netns %3$s address %4$s
                link set port%1$d master br0 up
                """.formatted(number, link, other.netns().path().getFileName(), mac(number)));
        other.netns().ip("""
                link set %1$s up
                address add %2$s/%3$d broadcast + dev %1$s
                """.formatted(link, prefix.host(number), prefix.length()));
        Poll.until("every port of the bridge forwards", START, this::forwards);
    }

    /** A port that has just come up drops what it gets until the kernel's link watch has looked at it. */
    private boolean forwards() {
        JsonNode ports = bridge.show("link", "show", "master", "br0");
        return ports.valueStream()
                .map(port -> port.path("linkinfo").path("info_slave_data").path("state"))
                .allMatch(state -> state.asText().equals("forwarding"));
    }

    private String addressing(Host host) {
        String lines = """
                link set lo up
                link set eth0 up
                address add %s/%d broadcast + dev eth0
                """.formatted(host.address(), prefix.length());
        String router = prefix.host(ROUTER);
        return host.address().equals(router) ? lines : lines + "route add default via " + router + "\n";
    }

    /** Locally administered, and fixed, so that captures of two runs read alike. */
    private static String mac(int number) {
        return "02:00:5e:00:%02x:%02x".formatted(number >> Byte.SIZE, number & 0xff);
    }
}

package dev.routefix.image;

import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/**
 * A node with two pods to train on, and the LAN's router with a DHCP server: network namespaces of our own, gone when this is closed. The node has a
 * master, {@code eth0}, and on it {@code mac0} with the pods' gateway; one pod's {@code eth0} is a macvlan of the same master with a lease's address and
 * routes, the other pod has nothing yet.
 */
final class TrainingGround implements AutoCloseable {
    private static final List<String> DNSMASQ = List.of(
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--user=root",
            "--pid-file=",
            "--port=0",
            "--interface=lan",
            "--bind-interfaces",
            "--dhcp-range=192.168.2.200,192.168.2.249,255.255.255.0,1h",
            "--dhcp-authoritative",
            "--leasefile-ro",
            "--no-ping");

    private final String node;
    private final String pod;
    private final String sandbox;
    private final String router;
    private final Deque<Runnable> undo = new ConcurrentLinkedDeque<>();

    private TrainingGround(String prefix) {
        this.node = prefix + "-node";
        this.pod = prefix + "-pod";
        this.sandbox = prefix + "-sandbox";
        this.router = prefix + "-router";
    }

    static TrainingGround open() {
        var ground = new TrainingGround("route-fix-" + ProcessHandle.current().pid());
        // A build that is interrupted ends without closing anything.
        Runtime.getRuntime().addShutdownHook(new Thread(ground::close));
        try {
            ground.build();
            return ground;
        } catch (RuntimeException e) {
            ground.close();
            throw e;
        }
    }

    /** What a container runtime gives as {@code CNI_NETNS}. */
    String podPath() {
        return "/run/netns/" + pod;
    }

    /** The same of the pod that has nothing. */
    String sandboxPath() {
        return "/run/netns/" + sandbox;
    }

    /** Everything that a container runtime asks for, for both pods. */
    List<TrainingCall> calls() {
        return Stream.concat(TrainingCall.all(podPath()).stream(), TrainingCall.whole(sandboxPath()).stream())
                .toList();
    }

    /** A command run on the node. */
    ProgramRun onNode(Object... words) {
        return ProgramRun.of("ip", "netns", "exec", node, List.of(words));
    }

    /** Takes the pods' namespaces away, as a runtime does after DEL. */
    void endPods() {
        ProgramRun.of("ip", "netns", "delete", pod).succeed();
        ProgramRun.of("ip", "netns", "delete", sandbox).succeed();
    }

    private void build() {
        for (String name : List.of(router, node, pod, sandbox)) {
            ProgramRun.of("ip", "netns", "add", name).succeed();
            undo.push(() -> ProgramRun.of("ip", "netns", "delete", name).run());
        }
        for (String name : List.of(router, node, pod)) {
            ip("-n", name, "link", "set", "lo", "up");
        }
        // the plugin refuses pods where their packets would go nowhere
        onNode("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward").succeed();
        ip("-n", node, "link", "add", "eth0", "type", "veth", "peer", "name", "lan", "netns", router);
        ip("-n", router, "link", "set", "lan", "up");
        ip("-n", router, "address", "add", "192.168.2.1/24", "dev", "lan");
        ip("-n", node, "link", "set", "eth0", "up");
        serveDhcp();
        ip("-n", node, "address", "add", "192.168.2.11/24", "dev", "eth0");
        ip("-n", node, "route", "add", "default", "via", "192.168.2.1");
        ip(
                "-n",
                node,
                "link",
                "add",
                "link",
                "eth0",
                "mac0",
                "address",
                "02:00:00:00:00:0b",
                "type",
                "macvlan",
                "mode",
                "bridge");
        ip("-n", node, "link", "set", "mac0", "arp", "off", "up");
        ip("-n", node, "address", "add", "169.254.1.1/32", "dev", "mac0");
        ip(
                "-n",
                node,
                "link",
                "add",
                "link",
                "eth0",
                "pod0",
                "address",
                "02:00:00:00:00:4c",
                "type",
                "macvlan",
                "mode",
                "bridge");
        ip("-n", node, "link", "set", "pod0", "netns", pod, "name", "eth0");
        ip("-n", pod, "link", "set", "eth0", "up");
        ip("-n", pod, "address", "add", "192.168.2.76/24", "dev", "eth0");
        ip("-n", pod, "route", "add", "default", "via", "192.168.2.1");
    }

    private void serveDhcp() {
        // says so if there is none on this machine
        ProgramRun.of("dnsmasq", "--version").succeed();
        Process server =
                ProgramRun.of("ip", "netns", "exec", router, "dnsmasq", DNSMASQ).start(Path.of("/dev/null"));
        undo.push(server::destroyForcibly);
    }

    private static void ip(String... words) {
        ProgramRun.of("ip", List.of(words)).succeed();
    }

    @Override
    public void close() {
        for (Runnable next = undo.poll(); next != null; next = undo.poll()) {
            next.run();
        }
    }
}

package dev.routefix.image;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A node and a pod to train on: two network namespaces of our own, gone when this is closed. The node has a master, {@code eth0}, and on it
 * {@code mac0} with the pods' gateway; the pod's {@code eth0} is a macvlan of the same master with a lease's address and routes.
 */
final class TrainingGround implements AutoCloseable {
    private final String node;
    private final String pod;
    private final Deque<ProgramRun> undo = new ConcurrentLinkedDeque<>();

    private TrainingGround(String prefix) {
        this.node = prefix + "-node";
        this.pod = prefix + "-pod";
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

    /** A command run on the node. */
    ProgramRun onNode(Object... words) {
        return ProgramRun.of("ip", "netns", "exec", node, List.of(words));
    }

    /** Takes the pod's namespace away, as a runtime does after DEL. */
    void endPod() {
        ProgramRun.of("ip", "netns", "delete", pod).succeed();
    }

    private void build() {
        for (String name : new String[] {node, pod}) {
            ProgramRun.of("ip", "netns", "add", name).succeed();
            undo.push(ProgramRun.of("ip", "netns", "delete", name));
            ip("-n", name, "link", "set", "lo", "up");
        }
        // the plugin refuses pods where their packets would go nowhere
        onNode("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward").succeed();
        ip("-n", node, "link", "add", "eth0", "type", "veth", "peer", "name", "lan");
        ip("-n", node, "link", "set", "lan", "up");
        ip("-n", node, "link", "set", "eth0", "up");
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

    private static void ip(String... words) {
        ProgramRun.of("ip", List.of(words)).succeed();
    }

    @Override
    public void close() {
        for (ProgramRun next = undo.poll(); next != null; next = undo.poll()) {
            next.run();
        }
    }
}

package dev.routefix.installer.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.installer.TestNode;
import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.kube.Endpoint;
import dev.routefix.lab.kube.KubeProxy;
import dev.routefix.lab.kube.LoadBalancer;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a lab's LAN with the resident running as a process, its {@code CNI_BIN_DIR} on a small disk of its own, and pods attached by the
 * conflist and the relay that the resident put there.
 */
final class Site implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);

    private static final int LAST_POD = 99;

    private final Node node;
    private final TestNode host;
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final List<Echo> servers = new ArrayList<>();
    private final LoadBalancer service;
    private Noticed noticed = Noticed.AT_ONCE;
    private @Nullable Background resident;
    private @Nullable Background beside;
    private int said;

    Site(Node node) {
        this.node = node;
        this.service = LoadBalancer.at(node.lan().prefix().host(240));
        host = new TestNode(node.netns());
        Command.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=32m",
                        "none",
                        host.binDir().toString())
                .run();
        try {
            Files.copy(
                    Node.REFERENCE_PLUGINS.resolve("host-local"), host.binDir().resolve("host-local"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Node node() {
        return node;
    }

    Lan lan() {
        return node.lan();
    }

    TestNode host() {
        return host;
    }

    Netns netns() {
        return node.netns();
    }

    /** Runs lines of {@code ip} on the node. */
    void ip(String... lines) {
        netns().ip(String.join("\n", lines) + "\n");
    }

    /** Starts the resident as the kubelet would, looking at the node as often as such faults ask for. */
    void start(Noticed how) {
        noticed = how;
        resident = host.run("IPAM=" + ipam(), "NODE_NAME=" + node.name(), "RESYNC_SECONDS=" + how.resync);
        said = 0;
    }

    void start() {
        start(noticed);
    }

    /** Lets it look at the node as often as such faults ask for. */
    void keep(Noticed how) {
        if (!resident().isAlive()) {
            start(how);
        } else if (how.resync != noticed.resync) {
            stop();
            start(how);
        }
    }

    /** An address range as large as two nodes' ranges of the lab, because a fault may take many. */
    private ObjectNode ipam() {
        ObjectNode ipam = node.hostLocal();
        int index = lan().nodes().indexOf(node);
        if (index == 0) {
            return ipam;
        }
        ((ObjectNode) ipam.at("/ranges/0/0")).put("rangeEnd", lan().prefix().host(LAST_POD));
        return ipam;
    }

    Background resident() {
        if (resident == null) {
            throw new IllegalStateException("the resident of " + node.name() + " was never started");
        }
        return resident;
    }

    /** SIGTERM, as the kubelet sends it. */
    void stop() {
        int exit = resident().stop(SOON);
        if (exit != 0) {
            throw new IllegalStateException(
                    "exit code " + exit + ": " + resident().log());
        }
    }

    /** SIGKILL, as the kernel's memory killer sends it. */
    void kill() {
        ProcessHandle.of(resident().pid()).ifPresent(ProcessHandle::destroyForcibly);
        resident().ends(SOON);
    }

    /** Lets the resident see several things as one. */
    void hold() {
        Command.of("kill", "-STOP", Long.toString(resident().pid())).run();
    }

    void release() {
        Command.of("kill", "-CONT", Long.toString(resident().pid())).run();
    }

    /** From here on counts what the resident says. */
    void turnThePage() {
        said = resident().log().length();
    }

    /** What the resident said since the page was turned, or since it was started. */
    String page() {
        return resident().log().substring(said);
    }

    /** A text with the usual paths as it reads on this node. */
    String here(String text) {
        return text.replace("/opt/cni/bin", host.binDir().toString())
                .replace("/etc/cni/net.d", host.confDir().toString());
    }

    /** The chain a runtime would run on this node, as the conflist is now. */
    CniChain chain() {
        return node.chain(Conflist.read(host.conflist()), List.of(host.binDir()));
    }

    /** Attaches a pod with an {@link Echo} in it. */
    Pod pod(String name) {
        var pod = Pod.attach(name, node, chain());
        servers.add(Echo.in(pod.netns()));
        pods.put(name, pod);
        return pod;
    }

    /** A pod that is there. */
    Pod the(String name) {
        var pod = pods.get(name);
        if (pod == null) {
            throw new IllegalStateException("no pod " + name + " on " + node.name());
        }
        return pod;
    }

    void delete(String name) {
        the(name).close();
        pods.remove(name);
    }

    /** Lets a pod end without anybody deleting it, as when its node loses power. */
    void lose(String name) {
        the(name).netns().close();
        pods.remove(name);
    }

    boolean hasPods() {
        return !pods.isEmpty();
    }

    LoadBalancer service() {
        return service;
    }

    /** What kube-proxy and MetalLB do all the time: their rules for the Service with the pod {@code web} behind it, and its address. */
    void serve() {
        node.kubeProxy(KubeProxy.Options.DEFAULT)
                .sync(service, List.of(new Endpoint(the("web").address(), Echo.PORT, node.name())));
    }

    void announce() {
        lan().announce(service.address(), node);
    }

    Snapshot snapshot() {
        var inside = new LinkedHashMap<String, Netns>();
        pods.forEach((name, pod) -> inside.put(name, pod.netns()));
        return Snapshot.of(host, inside);
    }

    Path plugin() {
        return host.binDir().resolve("route-fix");
    }

    /** A program of somebody else's, for the length of a fault. */
    void beside(Background program) {
        beside = program;
    }

    void endWhatRunsBeside() {
        if (beside != null) {
            beside.close();
            beside = null;
        }
    }

    @Override
    public void close() {
        endWhatRunsBeside();
        try {
            servers.forEach(Echo::close);
            List.copyOf(pods.keySet()).forEach(this::delete);
        } finally {
            if (resident != null) {
                resident.close();
            }
            Command.of("umount", "-l", host.binDir().toString()).attempt();
            host.close();
        }
    }
}

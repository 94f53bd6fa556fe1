package dev.routefix.lab.bench;

import dev.routefix.lab.Pod;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Poll;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A pod's network namespace where a runtime keeps it, with nothing in it but a loopback: what the first plugin of a chain is called for.
 *
 * @param name also of its namespace
 */
public record EmptyPod(String name, Netns netns) {
    private static final Duration GONE = Duration.ofSeconds(10);

    /** Makes as many on the node, all at once; {@code hint} is in their names. */
    public static List<EmptyPod> create(NodeRoot root, String hint, int count) {
        List<String> names =
                IntStream.range(0, count).mapToObj(i -> "cni-" + hint + "-" + i).toList();
        root.command("ip", "-batch", "-")
                .stdin(names.stream().map(name -> "netns add " + name + "\n").collect(Collectors.joining()))
                .run();
        List<EmptyPod> pods = names.stream()
                .map(name -> new EmptyPod(name, Netns.at(root.path("/run/netns/" + name))))
                .toList();
        pods.forEach(pod -> pod.netns.ip("link set lo up\n"));
        return pods;
    }

    /** What the runtime tells of it, for a container of this id. */
    public Container container(String id) {
        return new Container(id, "/var/run/netns/" + name);
    }

    /** Makes it anew after {@link #remove}. */
    public void recreate(NodeRoot root) {
        root.command("ip", "netns", "add", name).run();
        netns.ip("link set lo up\n");
    }

    /** Whether it has the interface that a pod's network is. */
    boolean isAttached() {
        return netns.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev")))
                .contains(Pod.LINK + ":");
    }

    /** A plugin may answer DEL before the kernel is done with it. */
    public void awaitDetached() {
        Poll.until(Pod.LINK + " of " + name + " is gone", GONE, () -> !isAttached());
    }

    /** The same; false if it takes too long. */
    public boolean isDetachedSoon() {
        return Poll.isTrue(GONE, () -> !isAttached());
    }

    /** Takes it away. */
    public void remove(NodeRoot root) {
        root.command("ip", "netns", "delete", name).run();
    }
}

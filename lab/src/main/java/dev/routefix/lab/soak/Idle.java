package dev.routefix.lab.soak;

import dev.routefix.lab.containerd.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** The node and the appliance while no pod is there. Two of them, before and after, tell what stayed. */
record Idle(NodeState node, Vitals appliance) {

    /** A node forgets a sandbox some time after its DEL, that of the first pod while the others come and go. */
    private static final String REMEMBERED = "file /var/lib/route-fix/sandboxes/";

    /** Which leases there are is told by {@link Leases}: those held for pods to come are others than before. */
    private static final String LEASES = "file " + Leases.DIRECTORY + "/";

    /** What is more than before, and what is gone. */
    List<String> differences(Idle before) {
        List<String> all = new ArrayList<>(differences(node, before.node));
        all.addAll(more("file descriptor", appliance.files(), before.appliance.files()));
        all.addAll(more("thread", appliance.threads(), before.appliance.threads()));
        return all;
    }

    static List<String> differences(NodeState now, NodeState before) {
        List<String> all = new ArrayList<>();
        now.leftSince(before).stream()
                .filter(line -> !line.startsWith(LEASES))
                .forEach(line -> all.add("left behind: " + line));
        before.leftSince(now).stream()
                .filter(line -> !line.startsWith(REMEMBERED) && !line.startsWith(LEASES))
                .forEach(line -> all.add("gone: " + line));
        return all;
    }

    private static List<String> more(String what, SortedMap<String, Integer> now, SortedMap<String, Integer> before) {
        return now.entrySet().stream()
                .filter(entry -> entry.getValue() > before.getOrDefault(entry.getKey(), 0))
                .map(entry -> "left behind: " + what + " " + entry.getKey() + ", " + entry.getValue() + " instead of "
                        + before.getOrDefault(entry.getKey(), 0))
                .toList();
    }
}

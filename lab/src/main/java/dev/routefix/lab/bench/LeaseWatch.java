package dev.routefix.lab.bench;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Pod;
import dev.routefix.lab.dhcp.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What becomes of the addresses of pods that all live on: looked at in the DHCP server's table and in the pods. */
final class LeaseWatch {
    private final Lan lan;
    private final List<PodCalls> pods;
    /** By address, what was seen first. */
    private final SortedMap<String, String> lost = new TreeMap<>();

    private final SortedMap<String, String> doubled = new TreeMap<>();
    private final Instant begin = Instant.now();

    LeaseWatch(Lan lan, List<PodCalls> pods) {
        this.lan = lan;
        this.pods = List.copyOf(pods);
    }

    /** Whether the server has given each pod's address to that pod, and to nobody else, at this moment. */
    void look() {
        Instant now = Instant.now();
        Map<String, Lease> table = new HashMap<>();
        lan.leases().forEach(lease -> table.put(lease.address(), lease));
        for (PodCalls pod : pods) {
            Optional<Lease> lease =
                    Optional.ofNullable(table.get(pod.address())).filter(each -> each.holdsAt(now));
            if (lease.isEmpty()) {
                note(lost, pod.address(), "the server has no lease of it");
            } else if (!lease.get().mac().equals(pod.mac())) {
                note(
                        doubled,
                        pod.address(),
                        "the server has given it to " + lease.get().mac());
            }
        }
    }

    /** Whether each pod has its address, and none of the others the same. */
    void lookAtPods(List<PodCalls> others) {
        Map<String, Long> holders =
                others.stream().collect(Collectors.groupingBy(PodCalls::address, HashMap::new, Collectors.counting()));
        pods.forEach(pod -> holders.merge(pod.address(), 1L, Long::sum));
        for (PodCalls pod : pods) {
            boolean there = pod.pod()
                    .netns()
                    .show("-4", "address", "show", "dev", Pod.LINK)
                    .findValuesAsText("local")
                    .contains(pod.address());
            if (!there) {
                note(lost, pod.address(), "its pod has it no more");
            }
            if (holders.getOrDefault(pod.address(), 0L) > 1) {
                note(doubled, pod.address(), "another pod was given it");
            }
        }
    }

    private void note(Map<String, String> where, String address, String what) {
        where.putIfAbsent(
                address,
                what + ", after " + Duration.between(begin, Instant.now()).toSeconds() + " s");
    }

    /** Pods whose lease or address was gone at any time. */
    int lost() {
        return lost.size();
    }

    /** Pods whose address somebody else was given. */
    int doubled() {
        return doubled.size();
    }

    /** A line for each address with which something was wrong. */
    List<String> describe() {
        SortedMap<String, String> all = new TreeMap<>(lost);
        doubled.forEach((address, what) -> all.merge(address, what, (one, other) -> one + "; " + other));
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .toList();
    }
}

package dev.routefix.lab.demo;

import dev.routefix.lab.dhcp.Lease;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Pods on every node.
 *
 * @param pods those that are there
 * @param earlier those in whose place some of them came
 */
record Cast(List<PlacedPod> pods, List<PlacedPod> earlier) {
    Cast {
        pods = List.copyOf(pods);
        earlier = List.copyOf(earlier);
    }

    /** What networks they got, in the order of their occasions; {@code leases} is the DHCP server's table. */
    List<PodNetwork> networks(List<Lease> leases) {
        Map<String, String> names =
                leases.stream().collect(Collectors.toMap(Lease::address, Lease::hostname, (first, second) -> second));
        Function<PlacedPod, PodNetwork> network = pod -> new PodNetwork(
                pod.name(),
                pod.occasion(),
                pod.place().containerd().node().name(),
                pod.address(),
                pod.network(),
                names.getOrDefault(pod.address(), ""));
        return Stream.concat(earlier.stream(), pods.stream())
                .sorted((one, other) -> one.occasion().compareTo(other.occasion()))
                .map(network)
                .toList();
    }
}

package dev.routefix.lab.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.routefix.lab.Lan;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.dhcp.Lease;
import dev.routefix.lab.run.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is remembered of leases where no pod is left: on the node, and in the DHCP server's table. */
final class Leases {
    /** Where the node has them: {@code free} for pods to come, {@code named} of pods whose names come again; anything else is a pod's. */
    static final String DIRECTORY = "/var/lib/route-fix/leases";

    private static final String FREE = "free";
    private static final Set<String> OF_NOBODY = Set.of(FREE, "named");
    /** From the server's answer to the lease on the node's disk, and the roundness of the server's times. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(3);

    private static final ObjectMapper JSON = new ObjectMapper();

    private Leases() {}

    /**
     * Leases of pods that are gone, and leases of which only the server knows.
     *
     * @param kills when the appliance was killed: what the server gave in the moments before, it may not have got any more
     */
    static List<String> left(Lan lan, NodeRoot root, List<Instant> kills) {
        List<String> left = new ArrayList<>();
        Set<String> known = new HashSet<>();
        Path top = root.path(DIRECTORY);
        for (Path file : FileTree.paths(top)) {
            if (!Files.isRegularFile(file)) {
                continue;
            }
            String place = top.relativize(file).getName(0).toString();
            if (!OF_NOBODY.contains(place)) {
                left.add("left behind: file " + DIRECTORY + "/" + top.relativize(file));
            }
            known.add(mac(file));
        }
        left.addAll(atServer(
                lan,
                lease -> !known.contains(lease.mac())
                        && kills.stream()
                                .noneMatch(kill -> isOnItsWay(lease.expires().minus(lan.leaseTime()), kill))));
        return left;
    }

    private static boolean isOnItsWay(Instant given, Instant kill) {
        Duration before = Duration.between(given, kill);
        return before.abs().compareTo(ON_ITS_WAY) < 0;
    }

    /** The hardware addresses of those that the node holds for pods to come. */
    static Set<String> ready(NodeRoot root) {
        Path free = root.path(DIRECTORY).resolve(FREE);
        return FileTree.paths(free).stream()
                .filter(Files::isRegularFile)
                .map(Leases::mac)
                .collect(Collectors.toSet());
    }

    /** Those of these hardware addresses that were not given back to the server. */
    static List<String> held(Lan lan, Set<String> macs) {
        return atServer(lan, lease -> macs.contains(lease.mac()));
    }

    private static List<String> atServer(Lan lan, Predicate<Lease> wrong) {
        Instant now = Instant.now();
        return lan.leases().stream()
                .filter(lease -> lease.holdsAt(now) && wrong.test(lease))
                .map(lease -> "left behind: at the DHCP server, " + lease.address() + " of " + lease.mac() + " "
                        + lease.hostname())
                .toList();
    }

    private static String mac(Path file) {
        try {
            return JSON.readTree(Files.readString(file)).path("mac").asText();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new IllegalStateException("not a lease: " + file, e);
        }
    }
}
